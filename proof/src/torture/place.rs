//! Where a trial takes place: a data folder, a database of its own, an account. Kept when something broke, for whoever wants to look.

use std::path::{Path, PathBuf};

use model::id::AccountId;
use model::rights::Environment;
use store::rows::Scope;
use store::{DatabaseUrl, Options, Store};
use tempfile::TempDir;

use super::check;
use super::disk::Disk;
use crate::Problem;
use crate::cluster::Cluster;
use crate::http::Base;
use crate::invariants::Look;
use crate::server::{House, Keys};

/// Lines of the log that a failure shows.
const TAIL: usize = 30;
/// Of a small disk, in megabytes.
const SMALL: u32 = 64;

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

pub struct Place {
    /// First, for what is mounted to be gone when its folder is removed.
    pub disk: Option<Disk>,
    pub house: House,
    pub keys: Keys,
    pub cluster: Option<Cluster>,
    folder: PathBuf,
    removed: Option<TempDir>,
}

impl Place {
    /// An account in an empty database.
    ///
    /// # Errors
    /// What could not be made.
    pub async fn new(binary: &Path, engine: Engine) -> Result<Self, Problem> {
        let removed = folder()?;
        let (cluster, url) = match engine {
            Engine::Sqlite => (None, None),
            Engine::Postgres => {
                let cluster = Cluster::new(&["fsync=off"]).await?;
                let url = cluster.database("torture", "")?;
                (Some(cluster), Some(url))
            }
        };
        Self::with(House::at(binary, removed.path(), url)?, cluster, None, removed)
    }

    /// The same with the database on a small disk of its own.
    ///
    /// # Errors
    /// What could not be made.
    pub async fn on_small_disk(binary: &Path, engine: Engine) -> Result<Self, Problem> {
        let removed = folder()?;
        match engine {
            Engine::Sqlite => {
                let disk = Disk::mount(&removed.path().join("disk"), SMALL)?;
                let url = DatabaseUrl::Sqlite(disk.path().join("guichet.db"));
                Self::with(House::at(binary, removed.path(), Some(url))?, None, Some(disk), removed)
            }
            Engine::Postgres => {
                let cluster = Cluster::new(&["fsync=off"]).await?;
                // where PostgreSQL's own user gets to: within its folder
                let disk = Disk::mount(&cluster.folder().join("disk"), SMALL)?;
                let files = disk.path().join("files");
                std::fs::create_dir(&files).map_err(|error| format!("{}: {error}", files.display()))?;
                store_testing::unprivileged(&files, "true")?;
                cluster.sql("postgres", &format!("CREATE TABLESPACE small LOCATION '{}'", files.display()))?;
                let url = cluster.database("torture", "TABLESPACE small")?;
                Self::with(House::at(binary, removed.path(), Some(url))?, Some(cluster), Some(disk), removed)
            }
        }
    }

    fn with(mut house: House, cluster: Option<Cluster>, disk: Option<Disk>, removed: TempDir) -> Result<Self, Problem> {
        // what went wrong shall be found among thousands of requests that did not
        house.set("RUST_LOG", "warn");
        let keys = house.create_account()?;
        Ok(Self { disk, house, keys, cluster, folder: removed.path().to_owned(), removed: Some(removed) })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whom to hold to what was acknowledged.
    pub fn server(&self, base: Base) -> check::Server {
        check::Server { base, key: self.keys.secret.as_str().into(), kept: true }
    }

    /// Everything the database holds, by every rule; how many orders that are. On SQLite no server may be running.
    ///
    /// `quiet`: nothing is under way any more.
    ///
    /// # Errors
    /// What does not hold.
    pub async fn audit(&self, quiet: bool) -> Result<usize, Problem> {
        let account: AccountId = self.keys.account.parse().map_err(|_| format!("{} is no account", self.keys.account))?;
        let scope = Scope { account, environment: Environment::Sandbox };
        let store = Store::open(Options { url: self.house.database.clone(), pool: 2 }).await.map_err(|error| error.to_string())?;
        let audited = audit(&store, &self.house.database, scope, quiet).await;
        store.close().await;
        audited
    }

    /// Leaves everything where it is; says where, and what the server said last.
    pub fn keep(&mut self) -> String {
        if let Some(folder) = self.removed.take() {
            // From now on nobody removes it.
            let _ = folder.keep();
        }
        if let Some(disk) = self.disk.take() {
            disk.keep();
        }
        let log = self.house.logged();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(TAIL)..).unwrap_or_default().join("\n");
        let data = self.house.data.display();
        let (first, url) = match &self.house.database {
            DatabaseUrl::Sqlite(path) => (String::new(), path.display().to_string()),
            DatabaseUrl::Postgres(url) => {
                (self.cluster.as_mut().map(|cluster| format!("  {}\n", cluster.keep())).unwrap_or_default(), url.clone())
            }
        };
        format!(
            "kept: {}\n{first}  GUICHET_DATA={data} GUICHET_DATABASE_URL={url} guichet serve\n  secret key: {}\nits log ends:\n{tail}",
            self.folder.display(),
            self.keys.secret
        )
    }
}

async fn audit(store: &Store, url: &DatabaseUrl, scope: Scope, quiet: bool) -> Result<usize, Problem> {
    let mut look = Look::over(store, url).await?;
    let books = look.everything(scope, None, &[]).await?;
    if quiet {
        look.settled(&books, None).await?;
    }
    Ok(books.intents.len())
}

fn folder() -> Result<TempDir, Problem> {
    tempfile::Builder::new().prefix("guichet-torture-").tempdir().map_err(|error| format!("a folder: {error}"))
}
