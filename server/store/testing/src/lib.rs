//! Databases for tests: a SQLite file and a PostgreSQL database of their own for each test, so that every suite runs on both.
//!
//! One PostgreSQL cluster a test process, started from the installed server programs. A shell that waits on a pipe from
//! this process stops it and removes its files when the process ends, however it ends.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use store::{DatabaseUrl, Options, Store};
use tempfile::TempDir;

/// What went wrong in making a database, with what to do about it.
pub type Problem = String;

/// An empty database, removed with this value.
pub struct Database {
    /// `SQLite` or `PostgreSQL`, for messages.
    pub name: &'static str,
    pub url: DatabaseUrl,
    _folder: Option<TempDir>,
}

impl Database {
    /// Opens it with the present schema.
    ///
    /// # Errors
    /// What the store says.
    pub async fn open(&self) -> Result<Store, Problem> {
        let store = Store::open(Options { url: self.url.clone(), pool: 8 }).await.map_err(|error| error.to_string())?;
        store.migrate().await.map_err(|error| error.to_string())?;
        Ok(store)
    }
}

/// One of each engine.
///
/// # Errors
/// When no PostgreSQL is installed: says which package to install.
pub async fn databases() -> Result<Vec<Database>, Problem> {
    Ok(vec![sqlite()?, postgres().await?])
}

/// A SQLite file in a folder of its own.
///
/// # Errors
/// When the folder can't be made.
pub fn sqlite() -> Result<Database, Problem> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let url = DatabaseUrl::Sqlite(folder.path().join("guichet.db"));
    Ok(Database { name: "SQLite", url, _folder: Some(folder) })
}

/// A new database in the cluster of this process.
///
/// # Errors
/// As [`databases`].
pub async fn postgres() -> Result<Database, Problem> {
    static CLUSTER: OnceLock<Result<Cluster, Problem>> = OnceLock::new();
    new_in(&CLUSTER, "off").await
}

/// A new database in another cluster, which waits for the disk at every commit, as one that is relied on does.
///
/// # Errors
/// As [`databases`].
pub async fn durable_postgres() -> Result<Database, Problem> {
    static CLUSTER: OnceLock<Result<Cluster, Problem>> = OnceLock::new();
    new_in(&CLUSTER, "on").await
}

async fn new_in(cluster: &'static OnceLock<Result<Cluster, Problem>>, fsync: &'static str) -> Result<Database, Problem> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let started = tokio::task::spawn_blocking(move || cluster.get_or_init(|| start(fsync)).as_ref().map_err(Clone::clone));
    let cluster = started.await.map_err(|error| error.to_string())??;
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&cluster.url("postgres")).await.map_err(|error| error.to_string())?;
    // template0 can't be in use by another test's creation.
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE template0"))).await.map_err(|error| error.to_string())?;
    connection.close().await.map_err(|error| error.to_string())?;
    Ok(Database { name: "PostgreSQL", url: DatabaseUrl::Postgres(cluster.url(&name)), _folder: None })
}

struct Cluster {
    folder: PathBuf,
    /// Its standard input is the pipe; it ends with this process.
    _keeper: Child,
}

impl Cluster {
    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.folder.display())
    }
}

/// Makes and starts the cluster; it listens on a socket in its folder only.
const KEEPER: &str = r#"
set -e
bin=$1 folder=$2 fsync=$3
trap 'rm -rf "$folder"' EXIT
trap '' INT TERM HUP
"$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-sync >"$folder/initdb.log" 2>&1 || { touch "$folder/failed"; cat >/dev/null; exit 1; }
"$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=$fsync -c max_connections=200 -c shared_buffers=64MB -c deadlock_timeout=20ms >"$folder/log" 2>&1 &
server=$!
cat >/dev/null || true
kill -INT $server
wait $server || true
"#;

fn start(fsync: &str) -> Result<Cluster, Problem> {
    let bin = programs()?;
    let folder = tempfile::Builder::new().prefix("guichet-pg-").tempdir().map_err(|error| error.to_string())?.keep();
    let mut command = unprivileged(&folder, "sh")?;
    let keeper = command
        .args(["-c", KEEPER, "keeper"])
        .arg(&bin)
        .arg(&folder)
        .arg(fsync)
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("starting PostgreSQL: {error}"))?;
    let cluster = Cluster { folder, _keeper: keeper };
    wait(&bin, &cluster)?;
    Ok(cluster)
}

fn wait(bin: &Path, cluster: &Cluster) -> Result<(), Problem> {
    for _ in 0..600 {
        if cluster.folder.join("failed").exists() {
            let log = std::fs::read_to_string(cluster.folder.join("initdb.log")).unwrap_or_default();
            return Err(format!("initdb failed: {log}"));
        }
        let ready = Command::new(bin.join("pg_isready")).args(["-q", "-h"]).arg(&cluster.folder).status();
        if ready.is_ok_and(|status| status.success()) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let log = std::fs::read_to_string(cluster.folder.join("log")).unwrap_or_default();
    Err(format!("PostgreSQL does not answer: {log}"))
}

/// A command in `folder`, which becomes the property of whoever runs it: PostgreSQL refuses to run as root.
///
/// # Errors
/// Where the system does not say who we are, or won't give the folder away.
pub fn unprivileged(folder: &Path, program: &str) -> Result<Command, Problem> {
    let mut command = if is_root()? {
        let owner = number(&["-u", "nobody"])?;
        let group = number(&["-g", "nobody"])?;
        std::os::unix::fs::chown(folder, Some(owner), Some(group)).map_err(|error| error.to_string())?;
        let mut command = Command::new("setpriv");
        command.args([&format!("--reuid={owner}"), &format!("--regid={group}"), "--clear-groups", program]);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder);
    Ok(command)
}

/// The folder of the newest installed server's programs.
///
/// # Errors
/// As [`databases`].
pub fn programs() -> Result<PathBuf, Problem> {
    let missing = || {
        "the tests need PostgreSQL's server programs: apt-get install postgresql (with create_main_cluster = false in \
         /etc/postgresql-common/createcluster.conf, for no cluster to be started)"
            .to_owned()
    };
    let versions = std::fs::read_dir("/usr/lib/postgresql").map_err(|_| missing())?;
    let version = |folder: &PathBuf| folder.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<u32>().ok());
    let newest =
        versions.filter_map(Result::ok).map(|entry| entry.path()).filter(|folder| folder.join("bin/initdb").exists()).max_by_key(version);
    Ok(newest.ok_or_else(missing)?.join("bin"))
}

/// Whether we may do anything here.
///
/// # Errors
/// Where the system does not say.
pub fn is_root() -> Result<bool, Problem> {
    Ok(number(&["-u"])? == 0)
}

/// A user's number, from `id`.
fn number(arguments: &[&str]) -> Result<u32, Problem> {
    let output = Command::new("id").args(arguments).output().map_err(|error| format!("id: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| format!("id {arguments:?} says {text:?}"))
}
