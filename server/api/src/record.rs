//! Hands what was answered to the log of requests, without making anybody wait for it.
//!
//! A bounded queue in memory, emptied in batches by one task into one commit each. A killed process loses what is in the queue; when it is
//! full, requests are dropped and counted: payments go first.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::response::Response;
use bytes::Bytes;
use engine::{Answered, Caller, Engine};
use http::{HeaderMap, Method};
use model::time::Timestamp;
use tokio::sync::mpsc;

/// Requests that wait at most.
const QUEUE: usize = 1_024;
/// Requests a commit keeps at most.
const BATCH: usize = 128;
/// While requests keep coming, how long they gather for the next commit: a commit costs by its statements more than by its rows.
const GATHER: Duration = Duration::from_millis(50);
/// A larger body is not kept, in bytes: the queue stays small.
const BODY_MAX: usize = 32_768;
/// Larger than any answer, in bytes.
const ANSWER_MAX: usize = 16_000_000;

/// The way into the log.
#[derive(Clone)]
pub(crate) struct Record {
    queue: mpsc::Sender<Answered>,
    dropped: Arc<AtomicU64>,
}

/// What is known of a request before it is answered.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) caller: Option<Caller>,
    pub(crate) path: String,
    pub(crate) body: Bytes,
}

impl Record {
    /// Its task ends when the last of its clones is gone and the queue is empty.
    pub(crate) fn new(engine: Engine) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let dropped = Arc::new(AtomicU64::new(0));
        tokio::spawn(keep(engine, waiting, dropped.clone()));
        Self { queue, dropped }
    }

    /// Takes note of an answer to a request that asked to change something and was made with a key.
    pub(crate) async fn answered(
        &self,
        engine: &Engine,
        begun: Timestamp,
        seen: Seen,
        method: &Method,
        headers: &HeaderMap,
        response: Response,
    ) -> Response {
        let Some(caller) = seen.caller else { return response };
        if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return response;
        }
        let (parts, body) = response.into_parts();
        // Answers are in memory already: this copies nothing.
        let answer = to_bytes(body, ANSWER_MAX).await.unwrap_or_default();
        let small = |bytes: &Bytes| (bytes.len() <= BODY_MAX).then(|| bytes.to_vec());
        let answered = Answered {
            caller,
            method: method.to_string(),
            path: seen.path,
            status: parts.status.as_u16(),
            begun,
            ended: engine.real_now(),
            idempotency_key: headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned),
            request: small(&seen.body),
            answer: small(&answer),
        };
        if self.queue.try_send(answered).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Response::from_parts(parts, Body::from(answer))
    }
}

async fn keep(engine: Engine, mut waiting: mpsc::Receiver<Answered>, dropped: Arc<AtomicU64>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let gathers = (2..BATCH).contains(&batch.len());
        if let Err(error) = engine.keep_requests(std::mem::take(&mut batch)).await {
            tracing::warn!(code = error.code.as_str(), "API requests were not logged");
        }
        let lost = dropped.swap(0, Ordering::Relaxed);
        if lost > 0 {
            tracing::warn!(lost, "the log of API requests could not keep up");
        }
        if gathers {
            tokio::time::sleep(GATHER).await;
        }
    }
}
