//! One SQLite file, one process.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::error::{Error, Result};

/// Held as long as the process may write to the data folder; given back when dropped, also by a crash.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the open file is the lock")] File);

/// Takes the data folder for this process.
///
/// # Errors
/// [`Error::Locked`] when another process has it, [`Error::Unavailable`] when the file can't be made.
pub fn lock(folder: &Path) -> Result<Lock> {
    let path = folder.join("guichet.lock");
    let failed = |error: std::io::Error| Error::Unavailable(format!("{}: {error}", path.display()));
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(Error::Locked(format!(
            "another Guichet works in {}. A SQLite database belongs to one process; for several, use PostgreSQL (GUICHET_DATABASE_URL)",
            folder.display()
        ))),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}
