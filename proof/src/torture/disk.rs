//! A disk so small that it can be filled: a tmpfs, where this machine lets us mount one.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Problem;

/// Unmounted with this value.
pub struct Disk {
    path: Option<PathBuf>,
    at: PathBuf,
}

/// Why nothing can be mounted here, where nothing can.
pub fn cannot_mount() -> Option<String> {
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => return Some(format!("no folder: {error}")),
    };
    Disk::mount(&folder.path().join("disk"), 1).err()
}

fn mount(arguments: &[&str], at: &Path) -> Result<(), Problem> {
    std::fs::create_dir_all(at).map_err(|error| format!("{}: {error}", at.display()))?;
    let output = Command::new("mount").args(arguments).arg(at).output().map_err(|error| format!("mount: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()) }
}

impl Disk {
    /// # Errors
    /// Where mounting is not allowed.
    pub fn mount(at: &Path, megabytes: u32) -> Result<Self, Problem> {
        mount(&["-t", "tmpfs", "-o", &format!("size={megabytes}m,mode=0755"), "guichet"], at)?;
        Ok(Self { path: Some(at.to_owned()), at: at.to_owned() })
    }

    /// A folder as it is, at another place where it can only be read.
    ///
    /// # Errors
    /// Where mounting is not allowed.
    pub fn read_only(of: &Path, at: &Path) -> Result<Self, Problem> {
        mount(&["--bind", &of.to_string_lossy()], at)?;
        let disk = Self { path: Some(at.to_owned()), at: at.to_owned() };
        mount(&["-o", "remount,bind,ro"], at)?;
        Ok(disk)
    }

    pub fn path(&self) -> &Path {
        &self.at
    }

    /// Takes all the room there is, but for so many bytes.
    ///
    /// # Errors
    /// What else than the lack of room stood in the way.
    pub fn fill(&self, but: u64) -> Result<(), Problem> {
        let failed = |error: std::io::Error| format!("filling the disk: {error}");
        let mut ballast = File::create(self.ballast()).map_err(failed)?;
        let piece = [0_u8; 8_192];
        loop {
            match ballast.write_all(&piece) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::StorageFull => break,
                Err(error) => return Err(failed(error)),
            }
        }
        let taken = ballast.metadata().map_err(failed)?.len();
        ballast.set_len(taken.saturating_sub(but)).map_err(failed)
    }

    /// Gives the room back.
    ///
    /// # Errors
    /// Where the system does not.
    pub fn empty(&self) -> Result<(), Problem> {
        std::fs::remove_file(self.ballast()).map_err(|error| format!("emptying the disk: {error}"))
    }

    fn ballast(&self) -> PathBuf {
        self.at.join("ballast")
    }

    /// Leaves it mounted.
    pub fn keep(mut self) {
        self.path = None;
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Some(path) = self.path.take() {
            // Lazily: a database may still have its files open.
            let _ = Command::new("umount").arg("-l").arg(path).status();
        }
    }
}
