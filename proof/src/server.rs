//! A guichet binary with a data folder, a database and an account of its own: started, stopped, killed.

use std::fs::{File, OpenOptions};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use store::DatabaseUrl;
use tempfile::TempDir;

use crate::Problem;
use crate::http::{Base, Client, Request};

/// How long a start may take.
const START: Duration = Duration::from_mins(1);
/// How long the end may take that was asked for.
const END: Duration = Duration::from_secs(40);
/// What the owner signs in with.
pub const EMAIL: &str = "owner@proof.example";
pub const PASSWORD: &str = "a password for the proof";

/// What `guichet account create` printed.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    pub account: String,
    /// Of the sandbox.
    pub secret: String,
    /// Of the sandbox.
    pub public: String,
}

/// Where a server lives: what outlasts its processes.
pub struct House {
    binary: PathBuf,
    /// The data folder.
    pub data: PathBuf,
    pub database: DatabaseUrl,
    settings: Vec<(String, String)>,
    log: PathBuf,
    _folder: Option<TempDir>,
}

impl House {
    /// A folder of its own under the system's temporary folder, removed with this value. SQLite where no database is given.
    ///
    /// # Errors
    /// Where there is no such binary, or no folder can be made.
    pub fn new(binary: &Path, database: Option<DatabaseUrl>) -> Result<Self, Problem> {
        let folder = tempfile::Builder::new().prefix("guichet-proof-").tempdir().map_err(|error| format!("a folder: {error}"))?;
        let house = Self::at(binary, folder.path(), database)?;
        Ok(Self { _folder: Some(folder), ..house })
    }

    /// In a folder that stays.
    ///
    /// # Errors
    /// Where there is no such binary.
    pub fn at(binary: &Path, folder: &Path, database: Option<DatabaseUrl>) -> Result<Self, Problem> {
        let binary = binary.canonicalize().map_err(|error| format!("{}: {error} (make build)", binary.display()))?;
        let data = folder.join("data");
        let database = database.unwrap_or_else(|| DatabaseUrl::Sqlite(data.join("guichet.db")));
        Ok(Self { binary, data, database, settings: Vec::new(), log: folder.join("log"), _folder: None })
    }

    /// A setting of every process from now on; the last one of a name counts.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// `guichet ARGUMENTS`, with no other settings than ours.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).env_clear().env("GUICHET_DATA", &self.data).env("GUICHET_RATE_LIMIT", "off").stdin(Stdio::null());
        match &self.database {
            DatabaseUrl::Sqlite(path) => command.env("GUICHET_DATABASE_URL", path),
            DatabaseUrl::Postgres(url) => command.env("GUICHET_DATABASE_URL", url),
        };
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Makes an account whose owner is [`EMAIL`]. On SQLite no server may be running.
    ///
    /// # Errors
    /// What the command said.
    pub fn create_account(&self) -> Result<Keys, Problem> {
        let mut command = self.command(&["account", "create", "--name", "Proof", "--email", EMAIL]);
        let output = command.env("GUICHET_PASSWORD", PASSWORD).output().map_err(|error| format!("account create: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let word = |begins: &str| text.split_whitespace().find(|word| word.starts_with(begins)).map(str::to_owned);
        match (word("acct_"), word("stest_"), word("ptest_")) {
            (Some(account), Some(secret), Some(public)) => Ok(Keys { account, secret, public }),
            _ => Err(format!("account create: {text}{}", String::from_utf8_lossy(&output.stderr))),
        }
    }

    /// `guichet serve` on a free port, once it answers.
    ///
    /// # Errors
    /// Where it does not; says what it logged.
    pub async fn serve(&self, arguments: &[&str]) -> Result<Server, Problem> {
        self.serve_at(free_port()?, arguments).await
    }

    /// [`House::serve`] at an address of one's choice: the same again after a kill.
    ///
    /// # Errors
    /// As [`House::serve`].
    pub async fn serve_at(&self, address: SocketAddr, arguments: &[&str]) -> Result<Server, Problem> {
        let begun = Instant::now();
        let mut server = self.spawn(address, arguments)?;
        let health = Request::get("/health");
        loop {
            let mut client = Client::new(server.base()?).patient(Duration::from_secs(5));
            if client.send(&health).await.is_ok_and(|answer| answer.status() == 200) {
                server.started_in = begun.elapsed();
                return Ok(server);
            }
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(format!("guichet serve ended with {status}: {}", self.logged()));
            }
            if begun.elapsed() > START {
                return Err(format!("guichet serve does not answer: {}", self.logged()));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// A process that may not come up.
    ///
    /// # Errors
    /// Where none can be started.
    pub fn spawn(&self, address: SocketAddr, arguments: &[&str]) -> Result<Server, Problem> {
        let log = OpenOptions::new().create(true).append(true).open(&self.log).map_err(|error| format!("the log: {error}"))?;
        let copy = |log: &File| log.try_clone().map_err(|error| format!("the log: {error}"));
        let mut command = self.command(&[&["serve"], arguments].concat());
        command.env("GUICHET_LISTEN", address.to_string()).stdout(copy(&log)?).stderr(copy(&log)?);
        let child = command.spawn().map_err(|error| format!("{}: {error}", self.binary.display()))?;
        Ok(Server { child, address, started_in: Duration::ZERO })
    }

    /// All that its servers wrote to standard output and error.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// An address of this machine nobody listens on just now.
///
/// # Errors
/// Where the system has none.
pub fn free_port() -> Result<SocketAddr, Problem> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| format!("a free port: {error}"))?;
    listener.local_addr().map_err(|error| format!("a free port: {error}"))
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// From before the process to its first answer.
    pub started_in: Duration,
}

impl Server {
    /// # Errors
    /// Never: an address is one.
    pub fn base(&self) -> Result<Base, Problem> {
        Base::parse(&self.url())
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    /// Where the system does not say.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>, Problem> {
        self.child.try_wait().map_err(|error| format!("waiting: {error}"))
    }

    /// SIGKILL, and waits until the process is gone.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn kill(mut self) -> Result<(), Problem> {
        self.child.kill().and_then(|()| self.child.wait()).map(drop).map_err(|error| format!("killing: {error}"))
    }

    /// SIGTERM, and waits for a good end.
    ///
    /// # Errors
    /// Where it ended otherwise, or not in time.
    pub async fn stop(mut self) -> Result<(), Problem> {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().map_err(|error| format!("kill: {error}"))?;
        if !asked.success() {
            return Err("the server had ended by itself".to_owned());
        }
        let begun = Instant::now();
        while begun.elapsed() < END {
            match self.child.try_wait() {
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(Some(status)) => return Err(format!("the server ended with {status}")),
                Ok(None) => tokio::time::sleep(Duration::from_millis(5)).await,
                Err(error) => return Err(format!("waiting: {error}")),
            }
        }
        Err("the server did not end when asked to".to_owned())
    }

    /// A line of `/proc/…/status` in kB: `VmHWM`, the most memory it ever held, or `VmRSS`, what it holds now.
    ///
    /// # Errors
    /// Where the process is gone or the system has no such file.
    pub fn memory(&self, line: &str) -> Result<u64, Problem> {
        let file = format!("/proc/{}/status", self.pid());
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
        let said = text.lines().find_map(|found| found.strip_prefix(line)?.strip_prefix(':')?.trim().strip_suffix(" kB"));
        said.and_then(|number| number.trim().parse().ok()).ok_or_else(|| format!("{file}: no {line}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already where somebody waited for that.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
