use std::path::PathBuf;

/// What can go wrong. No message holds a key, a number or a part of one.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("the vault key is not 32 bytes in hexadecimal or base64")]
    BadKey,
    #[error("the same vault key is given twice")]
    RepeatedKey,
    #[error("no vault key is given")]
    NoKey,
    /// Making a new key now would leave the stored cards unreadable for ever.
    #[error("the vault key file {path} is missing and the database already holds cards: put the key back, a new one can't open them", path = .0.display())]
    KeyFileMissing(PathBuf),
    /// `mode` is the file's permission bits.
    #[error("the vault key file {path} can be reached by other users (mode {mode:o}): chmod 600 {path}", path = .path.display())]
    KeyFileExposed { path: PathBuf, mode: u32 },
    #[error("the vault key file {path}: {cause}", path = .path.display())]
    KeyFile {
        path: PathBuf,
        #[source]
        cause: std::io::Error,
    },
    /// The stored text is not one of ours.
    #[error("this is not a sealed card number")]
    Malformed,
    /// Sealed under a key that was not given, for example after a key was removed too early.
    #[error("the card number was sealed under the vault key {0}, which is not given")]
    UnknownKey(String),
    /// Changed, moved to another row, or sealed by another installation. Which one is not said, and can't be known.
    #[error("the sealed card number does not belong here or was changed")]
    Tampered,
}
