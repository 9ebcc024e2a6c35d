//! What every command works in: the data folder, the database, the vault and the engine over them.

use std::fs::{DirBuilder, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use engine::{Clock, Draw, Engine, Fault, Parts, SystemClock, SystemDraw};
use store::{DatabaseUrl, Lock, Store};
use vault::{Vault, VaultKeys};

use crate::command::Stop;
use crate::config::{Settings, VaultKey};

/// For two seconds in all.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// The open database, up to date, and ours alone where it is a SQLite file.
pub struct House<'s> {
    pub store: Store,
    settings: &'s Settings,
    _lock: Option<Lock>,
}

impl<'s> House<'s> {
    /// Makes the data folder, takes it for this process where the database is a SQLite file, and brings the schema up to this release.
    ///
    /// # Errors
    /// Which of these failed and why.
    pub async fn open(settings: &'s Settings) -> Result<Self, Stop> {
        make_folder(&settings.data)?;
        let lock = match &settings.database {
            DatabaseUrl::Sqlite(path) => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                make_folder(folder)?;
                make_file(path)?;
                Some(lock(folder).await?)
            }
            DatabaseUrl::Postgres(_) => None,
        };
        let options = store::Options { url: settings.database.clone(), pool: settings.pool };
        let failed = |error: store::Error| Stop::failed(&settings.database, error);
        let store = Store::open(options).await.map_err(|error| match error {
            // What a connection that never comes looks like.
            store::Error::Busy => {
                Stop::failed(&settings.database, "it does not answer, or has no connection left: is it running, and is the address right?")
            }
            error => failed(error),
        })?;
        store.migrate().await.map_err(failed)?;
        if lock.is_some() {
            // The process before this one may have died with work in hand, which nobody would touch for as long as it might have lived.
            let now = SystemClock.now();
            if let Err(error) = store.tx(move |tx| Box::pin(store::jobs::give_back_all(tx, now))).await {
                tracing::warn!(%error, "what another process had in hand waits until its time is over");
            }
        }
        Ok(Self { store, settings, _lock: lock })
    }

    /// Whether no account is in the database yet.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn is_empty(&self) -> Result<bool, Stop> {
        let failed = |error: store::Error| Stop::failed(&self.settings.database, error);
        let mut reader = self.store.read().await.map_err(failed)?;
        Ok(!store::accounts::any_account(&mut reader).await.map_err(failed)?)
    }

    /// The engine in real time.
    ///
    /// # Errors
    /// As [`House::engine_at`].
    pub async fn engine(&self, public_url: &str) -> Result<Engine, Stop> {
        self.engine_at(public_url, Arc::new(SystemClock)).await
    }

    /// The engine by another clock.
    ///
    /// # Errors
    /// Where the vault's key is missing, although the database holds what only that key opens, is another one, or can't be used.
    pub async fn engine_at(&self, public_url: &str, clock: Arc<dyn Clock>) -> Result<Engine, Stop> {
        let vault = Vault::open_with(self.keys().await?).map_err(|error| Stop::Failed(error.to_string()))?;
        self.is_ours(&vault).await?;
        Ok(Engine::new(Parts {
            store: self.store.clone(),
            vault,
            production: None,
            clock,
            draw: Arc::new(SystemDraw),
            fault: Fault::none(),
            public_url: public_url.to_owned(),
        }))
    }

    /// With another key nobody's API key, session or card would be known, and nothing would say why.
    async fn is_ours(&self, vault: &Vault) -> Result<(), Stop> {
        let value = hex::encode(vault.mac("vault key check", b"guichet"));
        let first = store::vault_check::first(&self.store, &value).await.map_err(|error| Stop::failed(&self.settings.database, error))?;
        if first == value {
            return Ok(());
        }
        let from = match &self.settings.vault_key {
            VaultKey::Given(_) => "GUICHET_VAULT_KEY".to_owned(),
            VaultKey::File(path) => path.display().to_string(),
        };
        Err(Stop::failed(
            from,
            format!(
                "this is not the vault key that {} was made with: put that key back, beside a newer one if need be",
                self.settings.database
            ),
        ))
    }

    /// A new key is made for an empty database only: keys and cards that are stored can't be read with another one.
    async fn keys(&self) -> Result<VaultKeys, Stop> {
        let keys = match &self.settings.vault_key {
            VaultKey::Given(keys) => VaultKeys::parse(keys),
            VaultKey::File(path) => VaultKeys::load_or_create(path, self.is_empty().await?, &mut |bytes| SystemDraw.fill(bytes)),
        };
        keys.map_err(|error| Stop::Failed(error.to_string()))
    }

    pub async fn close(self) {
        self.store.close().await;
    }
}

/// Takes the folder. One that was killed holds it until the system has put it away, and is often started again at once.
async fn lock(folder: &Path) -> Result<Lock, Stop> {
    let mut patience = LOCK_TRIES;
    loop {
        match store::lock(folder) {
            Err(store::Error::Locked(_)) if patience > 0 => patience -= 1,
            other => return other.map_err(|error| Stop::Failed(error.to_string())),
        }
        tokio::time::sleep(LOCK_PAUSE).await;
    }
}

/// Nobody else on the machine may look into a folder we make.
fn make_folder(folder: &Path) -> Result<(), Stop> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| Stop::failed(format!("the folder {}", folder.display()), error))
}

/// The database's other files take over the mode of the first.
fn make_file(path: &Path) -> Result<(), Stop> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(Stop::failed(format!("the database {}", path.display()), error)),
        _ => Ok(()),
    }
}
