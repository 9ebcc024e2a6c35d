//! Keeps what is slow to make (`wasm-opt`, brotli at its best) beside the site, by a hash of what it is made from.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

use sha2::{Digest, Sha256};

use crate::Result;

pub struct Cache {
    folder: PathBuf,
    used: Mutex<BTreeSet<String>>,
}

impl Cache {
    /// The cache of the site at `site` is the folder `<site>.cache`.
    pub fn open(site: &Path) -> Result<Self> {
        let folder = site.with_extension("cache");
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, used: Mutex::default() })
    }

    /// What `make` answered for this `step` and `input` before, or answers now. `step` names everything else that
    /// the result depends on: the tool, its version and its options.
    pub fn get(&self, step: &str, input: &[u8], make: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
        let mut hash = Sha256::new();
        hash.update(step.len().to_le_bytes());
        hash.update(step);
        hash.update(input);
        let name = hex::encode(hash.finalize());
        let path = self.folder.join(&name);
        if let Ok(mut used) = self.used.lock() {
            used.insert(name);
        }
        if let Ok(known) = fs::read(&path) {
            return Ok(known);
        }
        let fresh = make()?;
        write_whole(&path, &fresh)?;
        Ok(fresh)
    }

    /// Removes what this run had no use for.
    pub fn sweep(self) -> Result<()> {
        let used = self.used.into_inner()?;
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if !entry.file_name().to_str().is_some_and(|name| used.contains(name)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

/// An interrupted run leaves the old file or the new one, never a part.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let part = path.with_extension("part");
    fs::write(&part, bytes)?;
    fs::rename(&part, path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_once_for_each_step_and_input_and_forgets_what_is_unused() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        let cache = Cache::open(&site).unwrap();
        assert_eq!(cache.get("step", b"in", || Ok(b"first".to_vec())).unwrap(), b"first");
        assert_eq!(cache.get("step", b"in", || Err("made again".into())).unwrap(), b"first");
        assert_eq!(cache.get("other step", b"in", || Ok(b"second".to_vec())).unwrap(), b"second");
        cache.sweep().unwrap();

        let cache = Cache::open(&site).unwrap();
        cache.get("step", b"in", || Err("made again".into())).unwrap();
        cache.sweep().unwrap();
        let cache = Cache::open(&site).unwrap();
        assert!(cache.get("other step", b"in", || Err("swept".into())).is_err());
    }
}
