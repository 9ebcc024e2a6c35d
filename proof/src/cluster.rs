//! A PostgreSQL cluster of one's own, that can be stopped and started again while servers use it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use store::DatabaseUrl;
use tempfile::TempDir;

use crate::Problem;
use crate::server::free_port;

/// How it is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Connections are told and closed.
    Told,
    /// As if it had crashed: it recovers when it starts again.
    Crash,
}

/// The programs of the installed server with a folder of their own, removed with this value. It ends when this process does, however that ends.
pub struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    removed: Option<TempDir>,
    port: u16,
    settings: Vec<String>,
    /// Its standard input is the pipe that ends it.
    keeper: Option<Child>,
}

/// Waits for the word how to end, or for the end of whoever would say it.
const KEEPER: &str = r#"
bin=$1 folder=$2
shift 2
trap '' INT TERM HUP
"$bin/postgres" -D "$folder/data" -k "$folder" "$@" >>"$folder/log" 2>&1 &
server=$!
read -r how || how=QUIT
kill -"$how" $server
wait $server
"#;

impl Cluster {
    /// An empty cluster, running, reached over TCP by everybody on this machine. `settings` are `name=value` of its configuration.
    ///
    /// # Errors
    /// Where PostgreSQL's server programs are missing, or what they said.
    pub async fn new(settings: &[&str]) -> Result<Self, Problem> {
        let bin = store_testing::programs()?;
        let folder = tempfile::Builder::new().prefix("guichet-pg-").tempdir().map_err(|error| format!("a folder: {error}"))?;
        let mut initdb = store_testing::unprivileged(folder.path(), &bin.join("initdb").to_string_lossy())?;
        let data = folder.path().join("data");
        let output = initdb.arg("-D").arg(&data).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]).output();
        let output = output.map_err(|error| format!("initdb: {error}"))?;
        if !output.status.success() {
            return Err(format!("initdb: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let settings = settings.iter().map(|setting| (*setting).to_owned()).collect();
        let mut cluster =
            Self { bin, folder: folder.path().to_owned(), removed: Some(folder), port: free_port()?.port(), settings, keeper: None };
        cluster.start().await?;
        Ok(cluster)
    }

    /// Starts it where it was stopped, on the same port.
    ///
    /// # Errors
    /// Where it does not answer; says what it logged.
    pub async fn start(&mut self) -> Result<(), Problem> {
        let mut command = store_testing::unprivileged(&self.folder, "sh")?;
        command.args(["-c", KEEPER, "keeper"]).arg(&self.bin).arg(&self.folder).args(["-p", &self.port.to_string()]);
        for setting in ["listen_addresses=127.0.0.1", "max_connections=200"].into_iter().chain(self.settings.iter().map(String::as_str)) {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        self.keeper = Some(command.spawn().map_err(|error| format!("starting PostgreSQL: {error}"))?);
        let port = self.port.to_string();
        for _ in 0..600 {
            let ready = Command::new(self.bin.join("pg_isready")).args(["-q", "-h", "127.0.0.1", "-p", &port]).status();
            if ready.is_ok_and(|status| status.success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(format!("PostgreSQL does not answer: {}", std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()))
    }

    /// Stops it and waits until it has ended.
    ///
    /// # Errors
    /// Where it was not running.
    pub async fn stop(&mut self, how: End) -> Result<(), Problem> {
        let mut keeper = self.keeper.take().ok_or("PostgreSQL is not running")?;
        let word: &[u8] = match how {
            End::Told => b"INT\n",
            End::Crash => b"QUIT\n",
        };
        let failed = |error: std::io::Error| format!("stopping PostgreSQL: {error}");
        keeper.stdin.take().ok_or("PostgreSQL has no keeper")?.write_all(word).map_err(failed)?;
        tokio::task::spawn_blocking(move || keeper.wait()).await.map_err(|error| error.to_string())?.map_err(failed)?;
        Ok(())
    }

    /// Makes an empty database; `with` is what `CREATE DATABASE` is told beside the name.
    ///
    /// # Errors
    /// As [`Cluster::sql`].
    pub fn database(&self, name: &str, with: &str) -> Result<DatabaseUrl, Problem> {
        self.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0 {with}"))?;
        Ok(DatabaseUrl::Postgres(format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)))
    }

    /// Runs a statement as the superuser; its rows as text, columns parted by `|`.
    ///
    /// # Errors
    /// What PostgreSQL said.
    pub fn sql(&self, database: &str, statement: &str) -> Result<String, Problem> {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "postgres", "-p", &self.port.to_string()]);
        let output = psql.args(["-d", database, "-c", statement]).output().map_err(|error| format!("psql: {error}"))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        } else {
            Err(format!("{statement}: {}", String::from_utf8_lossy(&output.stderr)))
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Leaves the folder where it is; says how to start it again.
    pub fn keep(&mut self) -> String {
        if let Some(folder) = self.removed.take() {
            // From now on nobody removes it.
            let _ = folder.keep();
        }
        format!(
            "(cd {0} && setpriv --reuid=nobody --clear-groups {1}/postgres -D data -k {0} -p {2})",
            self.folder.display(),
            self.bin.display(),
            self.port
        )
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
    }
}
