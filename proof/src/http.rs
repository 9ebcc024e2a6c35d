//! A small HTTP/1.1 client: one connection, one request at a time, and what it knows when an answer does not come.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::Problem;

/// How long an answer may take, where nothing else is said: the acquirer is waited for up to 20 seconds.
const PATIENCE: Duration = Duration::from_mins(1);
/// The most header lines of an answer.
const HEADERS: usize = 64;
/// How much is read at once.
const PIECE: usize = 16 * 1024;

trait Io: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

/// Where a server is: `http://host:port` or `https://host`.
#[derive(Clone)]
pub struct Base {
    host: String,
    port: u16,
    tls: Option<TlsConnector>,
}

impl Base {
    /// Trusts the authorities browsers trust, and those in the PEM file that `SSL_CERT_FILE` names.
    ///
    /// # Errors
    /// What is wrong with the address.
    pub fn parse(url: &str) -> Result<Self, Problem> {
        let wrong = || format!("{url:?} is no address such as http://127.0.0.1:3000");
        let (scheme, rest) = url.trim_end_matches('/').split_once("://").ok_or_else(wrong)?;
        let (tls, default) = match scheme {
            "http" => (None, 80),
            "https" => (Some(connector()?), 443),
            _ => return Err(wrong()),
        };
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| wrong())?),
            None => (rest, default),
        };
        if host.is_empty() || host.contains('/') {
            return Err(wrong());
        }
        Ok(Self { host: host.to_owned(), port, tls })
    }

    async fn connect(&self) -> Result<Box<dyn Io>, Lost> {
        let unsent = |error: std::io::Error| Lost { sent: false, why: format!("connecting: {error}") };
        let stream = TcpStream::connect((self.host.trim_matches(['[', ']']), self.port)).await.map_err(unsent)?;
        stream.set_nodelay(true).map_err(unsent)?;
        let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
        let name = ServerName::try_from(self.host.clone()).map_err(|error| Lost { sent: false, why: error.to_string() })?;
        Ok(Box::new(tls.connect(name, stream).await.map_err(unsent)?))
    }
}

fn connector() -> Result<TlsConnector, Problem> {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Ok(file) = std::env::var("SSL_CERT_FILE") {
        for certificate in CertificateDer::pem_file_iter(&file).map_err(|error| format!("{file}: {error}"))? {
            let certificate = certificate.map_err(|error| format!("{file}: {error}"))?;
            roots.add(certificate).map_err(|error| format!("{file}: {error}"))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// No answer came.
#[derive(Debug, Clone)]
pub struct Lost {
    /// Whether some of the request left: then nobody here knows what became of it.
    pub sent: bool,
    pub why: String,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no answer ({}): {}", if self.sent { "sent" } else { "not sent" }, self.why)
    }
}

impl From<Lost> for Problem {
    fn from(lost: Lost) -> Self {
        lost.to_string()
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Request {
    pub fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    pub fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path)
    }

    pub fn post(path: impl Into<String>) -> Self {
        Self::new("POST", path)
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The key as HTTP Basic's user.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.header("Authorization", format!("Basic {}", STANDARD.encode(format!("{key}:"))))
    }

    #[must_use]
    pub fn json(mut self, body: &serde_json::Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.header("Content-Type", "application/json")
    }

    /// `name=value&name=value`, already percent-encoded.
    #[must_use]
    pub fn form(mut self, body: impl Into<String>) -> Self {
        self.body = body.into().into_bytes();
        self.header("Content-Type", "application/x-www-form-urlencoded")
    }

    /// A body as it stands, well formed or not.
    #[must_use]
    pub fn text(mut self, kind: &str, body: impl Into<String>) -> Self {
        self.body = body.into().into_bytes();
        self.header("Content-Type", kind)
    }

    fn bytes(&self, host: &str) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\nHost: {host}\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            text.extend([*name, ": ", value, "\r\n"]);
        }
        if !self.body.is_empty() || self.method != "GET" {
            let length = self.body.len().to_string();
            text.extend(["Content-Length: ", &length, "\r\n"]);
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// Status and headers of an answer.
#[derive(Debug, Clone)]
pub struct Head {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// The first of this name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub head: Head,
    pub body: Vec<u8>,
}

impl Answer {
    pub const fn status(&self) -> u16 {
        self.head.status
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body, or null where it is no JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// One connection, made when it is first needed and again after it was lost.
pub struct Client {
    base: Base,
    patience: Duration,
    connection: Option<Connection>,
}

impl Client {
    pub const fn new(base: Base) -> Self {
        Self { base, patience: PATIENCE, connection: None }
    }

    /// How long an answer may take.
    #[must_use]
    pub const fn patient(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Asks, and waits for the whole answer. Never asks twice.
    ///
    /// # Errors
    /// Where no whole answer came in time; the next request has a connection of its own.
    pub async fn send(&mut self, request: &Request) -> Result<Answer, Lost> {
        let patience = self.patience;
        let late = || Lost { sent: true, why: format!("nothing within {} s", patience.as_secs()) };
        let mut connection = self.take(request).await?;
        let whole = async {
            let (head, mut length) = connection.head().await?;
            let mut body = Vec::new();
            while let Some(piece) = connection.piece(&mut length).await? {
                body.extend_from_slice(&piece);
            }
            Ok((Answer { head, body }, matches!(length, Length::UntilEnd)))
        };
        let (answer, ended) = timeout(patience, whole).await.map_err(|_| late())??;
        let closes = answer.head.header("connection").is_some_and(|said| said.eq_ignore_ascii_case("close"));
        if !ended && !closes {
            self.connection = Some(connection);
        }
        Ok(answer)
    }

    /// Asks, and gives the answer as it comes.
    ///
    /// # Errors
    /// Where none began in time.
    pub async fn stream(&mut self, request: &Request) -> Result<Streaming, Lost> {
        let patience = self.patience;
        let late = || Lost { sent: true, why: format!("nothing within {} s", patience.as_secs()) };
        let mut connection = self.take(request).await?;
        let (head, length) = timeout(patience, connection.head()).await.map_err(|_| late())??;
        Ok(Streaming { head, length, connection })
    }

    /// Sends the request and breaks the connection at once: nobody hears the answer.
    ///
    /// # Errors
    /// Where it could not be sent.
    pub async fn send_and_leave(&mut self, request: &Request) -> Result<(), Lost> {
        self.take(request).await.map(drop)
    }

    async fn take(&mut self, request: &Request) -> Result<Connection, Lost> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection { io: self.base.connect().await?, buffer: Vec::with_capacity(PIECE) },
        };
        let bytes = request.bytes(&self.base.host);
        connection.io.write_all(&bytes).await.map_err(lost)?;
        connection.io.flush().await.map_err(lost)?;
        Ok(connection)
    }
}

fn lost(error: std::io::Error) -> Lost {
    Lost { sent: true, why: error.to_string() }
}

fn nonsense(why: impl fmt::Display) -> Lost {
    Lost { sent: true, why: format!("not an HTTP answer: {why}") }
}

/// An answer under way.
pub struct Streaming {
    pub head: Head,
    length: Length,
    connection: Connection,
}

impl Streaming {
    /// The next piece of the body, none at its end.
    ///
    /// # Errors
    /// Where the connection broke before.
    pub async fn piece(&mut self) -> Result<Option<Vec<u8>>, Lost> {
        self.connection.piece(&mut self.length).await
    }
}

/// How much of a body is still to come.
enum Length {
    Known(usize),
    Chunked,
    UntilEnd,
}

struct Connection {
    io: Box<dyn Io>,
    buffer: Vec<u8>,
}

impl Connection {
    /// False at the end.
    async fn more(&mut self) -> Result<bool, Lost> {
        self.buffer.reserve(PIECE);
        Ok(self.io.read_buf(&mut self.buffer).await.map_err(lost)? > 0)
    }

    async fn must(&mut self) -> Result<(), Lost> {
        if self.more().await? { Ok(()) } else { Err(Lost { sent: true, why: "the connection was closed".to_owned() }) }
    }

    async fn head(&mut self) -> Result<(Head, Length), Lost> {
        loop {
            let mut space = [httparse::EMPTY_HEADER; HEADERS];
            let mut parsed = httparse::Response::new(&mut space);
            if let httparse::Status::Complete(taken) = parsed.parse(&self.buffer).map_err(nonsense)? {
                let status = parsed.code.unwrap_or_default();
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let headers = parsed.headers.iter().map(|header| (header.name.to_ascii_lowercase(), text(header.value))).collect();
                self.buffer.drain(..taken);
                let head = Head { status, headers };
                let length = Length::of(&head)?;
                return Ok((head, length));
            }
            self.must().await?;
        }
    }

    async fn piece(&mut self, length: &mut Length) -> Result<Option<Vec<u8>>, Lost> {
        match length {
            Length::Known(0) => Ok(None),
            Length::Known(left) => {
                if self.buffer.is_empty() {
                    self.must().await?;
                }
                let taken = self.buffer.len().min(*left);
                *left -= taken;
                Ok(Some(self.buffer.drain(..taken).collect()))
            }
            Length::UntilEnd => {
                if self.buffer.is_empty() && !self.more().await? {
                    return Ok(None);
                }
                Ok(Some(std::mem::take(&mut self.buffer)))
            }
            Length::Chunked => {
                let (head, size) = loop {
                    match httparse::parse_chunk_size(&self.buffer).map_err(|_| nonsense("a chunk without a size"))? {
                        httparse::Status::Complete((head, size)) => break (head, usize::try_from(size).map_err(nonsense)?),
                        httparse::Status::Partial => self.must().await?,
                    }
                };
                let end = head + size;
                while self.buffer.len() < end + 2 {
                    self.must().await?;
                }
                let piece = self.buffer.get(head..end).map(<[u8]>::to_vec);
                self.buffer.drain(..end + 2);
                if size == 0 {
                    *length = Length::Known(0);
                }
                Ok(piece.filter(|piece| !piece.is_empty()))
            }
        }
    }
}

impl Length {
    fn of(head: &Head) -> Result<Self, Lost> {
        if head.status == 204 || head.status == 304 {
            return Ok(Self::Known(0));
        }
        if head.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            return Ok(Self::Chunked);
        }
        match head.header("content-length") {
            Some(length) => length.parse().map(Self::Known).map_err(nonsense),
            None => Ok(Self::UntilEnd),
        }
    }
}
