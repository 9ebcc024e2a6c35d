//! Many connections that ask as fast as they are answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::Problem;
use crate::http::{Base, Client, Request};

/// What a load came to.
#[derive(Debug, Clone, Default)]
pub struct Load {
    pub done: u64,
    pub micros: u64,
    /// Microseconds, sorted.
    pub latencies: Vec<u64>,
    /// Of the last body seen.
    pub bytes: usize,
}

impl Load {
    pub const fn per_second(&self) -> u64 {
        match (self.done * 1_000_000).checked_div(self.micros) {
            Some(rate) => rate,
            None => 0,
        }
    }

    /// The latency that `percent` of the requests did not exceed, in microseconds.
    pub fn latency(&self, percent: usize) -> u64 {
        let at = (self.latencies.len() * percent / 100).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(at).copied().unwrap_or_default()
    }

    pub fn told(&self) -> String {
        format!("half within {} ms, 99 % within {} ms", self.latency(50) / 1_000, self.latency(99) / 1_000)
    }
}

pub fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// Until when a load goes on.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    Time(Duration),
    Requests(u64),
}

/// Asks what `make` makes of 0, 1, 2, … over so many connections. Every answer must be a 200.
///
/// # Errors
/// An answer that is none, or did not come.
pub async fn load<F>(base: &Base, connections: usize, until: Until, make: F) -> Result<Load, Problem>
where
    F: Fn(u64) -> Request + Send + Sync + 'static,
{
    let (make, next) = (Arc::new(make), Arc::new(AtomicU64::new(0)));
    let begun = Instant::now();
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let (make, next, mut client) = (make.clone(), next.clone(), Client::new(base.clone()));
            tokio::spawn(async move {
                let mut load = Load::default();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let over = match until {
                        Until::Time(time) => begun.elapsed() >= time,
                        Until::Requests(requests) => number >= requests,
                    };
                    if over {
                        return Ok::<_, Problem>(load);
                    }
                    let asked = Instant::now();
                    let answer = client.send(&make(number)).await?;
                    if answer.status() != 200 {
                        return Err(format!("status {}: {}", answer.status(), answer.text()));
                    }
                    load.latencies.push(micros(asked.elapsed()));
                    load.bytes = answer.body.len();
                    load.done += 1;
                }
            })
        })
        .collect();
    let mut all = Load::default();
    for task in tasks {
        let one = task.await.map_err(|error| error.to_string())??;
        all.done += one.done;
        all.bytes = all.bytes.max(one.bytes);
        all.latencies.extend(one.latencies);
    }
    all.micros = micros(begun.elapsed());
    all.latencies.sort_unstable();
    Ok(all)
}
