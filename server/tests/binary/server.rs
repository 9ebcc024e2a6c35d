//! The built binary with a folder and settings of its own, and a client for it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// What every test signs in with.
pub const EMAIL: &str = "owner@shop.example";
pub const PASSWORD: &str = "a long enough password";

/// `guichet ARGS`, with no settings but these.
pub fn guichet(data: &Path, args: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guichet"));
    command.args(args).env_clear().env("GUICHET_DATA", data).envs(settings.iter().copied());
    command
}

pub fn run(data: &Path, args: &[&str], settings: &[(&str, &str)]) -> Output {
    guichet(data, args, settings).stdin(Stdio::null()).output().unwrap()
}

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// An account, and its sandbox secret key.
pub fn account(data: &Path) -> String {
    let output = run(data, &["account", "create", "--name", "A shop", "--email", EMAIL], &[("GUICHET_PASSWORD", PASSWORD)]);
    let text = said(&output);
    assert!(output.status.success(), "{text}");
    text.split_whitespace().find(|word| word.starts_with("stest_")).unwrap().to_owned()
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    lines: Receiver<String>,
    log: Arc<Mutex<String>>,
    logging: Option<JoinHandle<()>>,
    pub urls: Vec<String>,
}

impl Server {
    /// Waits until it serves on as many addresses as it says.
    pub fn start(data: &Path, args: &[&str], settings: &[(&str, &str)]) -> Self {
        let mut command = guichet(data, &[&["serve"], args].concat(), settings);
        if settings.iter().all(|(name, _)| *name != "GUICHET_LISTEN") {
            command.env("GUICHET_LISTEN", "127.0.0.1:0");
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (send, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        let log = Arc::new(Mutex::new(String::new()));
        let (mut stderr, into) = (BufReader::new(child.stderr.take().unwrap()), log.clone());
        let logging = spawn(move || {
            let mut line = String::new();
            while stderr.read_line(&mut line).is_ok_and(|read| read > 0) {
                into.lock().unwrap().push_str(&line);
                line.clear();
            }
        });
        let mut server = Self { child, lines, log, logging: Some(logging), urls: Vec::new() };
        server.hear();
        server
    }

    fn hear(&mut self) {
        // A second address is said right after the first.
        let patience = |known: usize| if known == 0 { Duration::from_mins(1) } else { Duration::from_millis(200) };
        while let Ok(line) = self.lines.recv_timeout(patience(self.urls.len())) {
            self.urls.extend(line.strip_prefix("Guichet listens on ").map(str::to_owned));
        }
        assert!(!self.urls.is_empty(), "it does not serve: {}", self.log());
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub fn address(&self) -> SocketAddr {
        self.at(0)
    }

    pub fn at(&self, index: usize) -> SocketAddr {
        self.urls[index].split_once("://").unwrap().1.parse().unwrap()
    }

    pub fn ask(&self, request: &str, headers: &[&str], body: &str) -> Answer {
        ask(&mut TcpStream::connect(self.address()).unwrap(), request, headers, body)
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        let killed = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(killed.success());
    }

    pub fn is_refusing(&self) -> bool {
        TcpStream::connect(self.address()).is_err()
    }

    /// Its exit status, and all that it logged.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        self.logging.take().unwrap().join().unwrap();
        (status, self.log())
    }

    pub fn stop(self) -> (ExitStatus, String) {
        self.terminate();
        self.ended()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already where a test waited for that.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..600 {
        if is_so() {
            return;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("never: {what}");
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn read(mut from: impl Read) -> Self {
        let mut bytes = Vec::new();
        // A server that refused a body may reset the connection once it has answered; over TLS one may end without a farewell.
        let _ = from.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers =
            lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Self { status, headers, body: body.to_owned() }
    }
}

/// `GET /path`, or `POST /path` with a body.
pub fn ask(connection: &mut (impl Read + Write), request: &str, headers: &[&str], body: &str) -> Answer {
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let headers: String = headers.iter().flat_map(|header| [*header, "\r\n"]).collect();
    write!(connection, "{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{length}{headers}\r\n{body}").unwrap();
    Answer::read(connection)
}

/// A connection over TLS to this name, that trusts this authority only.
pub fn over_tls(address: SocketAddr, name: &'static str, authority: &Path, protocol: &[u8]) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let client = ClientConnection::new(Arc::new(config), ServerName::try_from(name).unwrap()).unwrap();
    let mut stream = StreamOwned::new(client, TcpStream::connect(address).unwrap());
    stream.conn.complete_io(&mut stream.sock).unwrap();
    stream
}

pub fn demo(data: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(data.join("demo.json")).unwrap()).unwrap()
}
