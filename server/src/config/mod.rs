//! What an operator sets: by flags, or by `GUICHET_…` variables. All of it is checked before anything is touched.

mod proxies;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use axum::http::Uri;
use clap::Args;
use secrecy::SecretString;
use store::DatabaseUrl;

pub use proxies::Proxies;

const LISTEN: &str = "127.0.0.1:3000";
const DATA: &str = "./data";
const POOL: &str = "16";
const RATE_LIMIT: &str = "500";
/// More connections than this help no PostgreSQL.
const POOL_MAX: u32 = 1_000;

/// As given, unchecked: one wrong value is then refused in the same words wherever it comes from.
#[derive(Args)]
pub struct Options {
    /// Address and port to serve on; port 0 takes a free one
    #[arg(long, global = true, env = "GUICHET_LISTEN", value_name = "ADDRESS:PORT", default_value = LISTEN)]
    listen: String,

    /// Folder of everything that must be kept; made if missing, for this user only
    #[arg(long, global = true, env = "GUICHET_DATA", value_name = "FOLDER", default_value = DATA)]
    data: PathBuf,

    #[arg(
        long,
        global = true,
        env = "GUICHET_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true,
        help = "postgres://user:password@host/name, or the path of an SQLite file [default: guichet.db in the data folder]"
    )]
    database_url: Option<String>,

    /// Connections to PostgreSQL
    #[arg(long, global = true, env = "GUICHET_POOL", value_name = "NUMBER", default_value = POOL)]
    pool: String,

    #[arg(
        long,
        global = true,
        env = "GUICHET_PUBLIC_URL",
        value_name = "URL",
        help = "Scheme and host that payers and merchants see, such as https://pay.example.com [default: from the address served on]"
    )]
    public_url: Option<String>,

    /// Addresses or networks, separated by commas, whose X-Forwarded-For is believed, such as 10.0.0.0/8 [default: none]
    #[arg(long, global = true, env = "GUICHET_TRUSTED_PROXIES", value_name = "LIST")]
    trusted_proxies: Option<String>,

    /// auto makes a certificate for localhost and its authority in the data folder; off serves plain HTTP [default: off]
    #[arg(long, global = true, env = "GUICHET_TLS", value_name = "auto|off")]
    tls: Option<String>,

    #[arg(
        long,
        global = true,
        env = "GUICHET_TLS_CERT",
        value_name = "FILE",
        help = "PEM file of the certificate, with what leads to its authority; needs GUICHET_TLS_KEY"
    )]
    tls_cert: Option<PathBuf>,

    /// PEM file of the certificate's key
    #[arg(long, global = true, env = "GUICHET_TLS_KEY", value_name = "FILE")]
    tls_key: Option<PathBuf>,

    /// Serve TLS on this second address, or port, beside plain HTTP on the first [default: none; 3443 with --demo on the default address]
    #[arg(long, global = true, env = "GUICHET_TLS_LISTEN", value_name = "ADDRESS:PORT|PORT|off")]
    tls_listen: Option<String>,

    /// Keys of the stored cards, 32 bytes each in hexadecimal or base64, oldest first. Rather set the variable: other users can see flags
    #[arg(long, global = true, env = "GUICHET_VAULT_KEY", value_name = "KEYS", hide_env_values = true)]
    vault_key: Option<SecretString>,

    /// File of those keys; made on first use, with mode 0600 [default: vault.key in the data folder]
    #[arg(long, global = true, env = "GUICHET_VAULT_KEY_FILE", value_name = "FILE")]
    vault_key_file: Option<PathBuf>,

    #[arg(
        long,
        global = true,
        env = "GUICHET_LOG",
        value_name = "text|json",
        default_value = "text",
        help = "How the log is written, to standard error; RUST_LOG chooses what"
    )]
    log: String,

    /// Requests a second that an API key may make, or off
    #[arg(long, global = true, env = "GUICHET_RATE_LIMIT", value_name = "NUMBER|off", default_value = RATE_LIMIT)]
    rate_limit: String,
}

/// What was set, checked.
#[derive(Debug)]
pub struct Settings {
    pub listen: SocketAddr,
    /// Nobody chose an address.
    pub listen_is_default: bool,
    pub data: PathBuf,
    pub database: DatabaseUrl,
    pub pool: u32,
    /// Without a trailing slash.
    pub public_url: Option<String>,
    pub trusted_proxies: Proxies,
    pub tls: Tls,
    pub second: Second,
    pub vault_key: VaultKey,
    pub log: Log,
    /// None: no limit.
    pub rate_limit: Option<u32>,
}

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    Off,
    /// Made here, for this machine.
    Auto,
    Files {
        cert: PathBuf,
        key: PathBuf,
    },
}

/// Whether TLS is served on an address of its own, beside plain HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Second {
    /// Nobody said.
    Unsaid,
    Off,
    At(SocketAddr),
}

#[derive(Debug)]
pub enum VaultKey {
    Given(SecretString),
    File(PathBuf),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    Text,
    Json,
}

/// A value that can't be.
#[derive(Debug)]
pub struct Wrong {
    name: &'static str,
    value: Option<String>,
    expected: String,
}

impl Wrong {
    fn new(name: &'static str, value: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { name, value: Some(value.into()), expected: expected.into() }
    }

    /// Without the value: it is a secret, or there is none.
    pub fn hidden(name: &'static str, expected: impl Into<String>) -> Self {
        Self { name, value: None, expected: expected.into() }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flag = self.name.trim_start_matches("GUICHET_").to_lowercase().replace('_', "-");
        write!(f, "{} (--{flag})", self.name)?;
        if let Some(value) = &self.value {
            write!(f, " is {value:?}")?;
        }
        write!(f, ": {}", self.expected)
    }
}

impl Options {
    /// # Errors
    /// The first value that can't be, by its name, with what is expected.
    pub fn check(self) -> Result<Settings, Wrong> {
        let listen = address("GUICHET_LISTEN", &self.listen)?;
        if self.data.as_os_str().is_empty() {
            return Err(Wrong::new("GUICHET_DATA", "", "expected a folder"));
        }
        let database = match given(self.database_url) {
            Some(url) => {
                url.parse().map_err(|_| Wrong::hidden("GUICHET_DATABASE_URL", "expected postgres://… or the path of an SQLite file"))?
            }
            None => DatabaseUrl::Sqlite(self.data.join("guichet.db")),
        };
        let second = second(given(self.tls_listen), listen)?;
        let tls = tls(given(self.tls), self.tls_cert, self.tls_key)?;
        Ok(Settings {
            listen,
            listen_is_default: self.listen == LISTEN,
            database,
            pool: number("GUICHET_POOL", &self.pool, POOL_MAX)?,
            public_url: given(self.public_url).map(public_url).transpose()?,
            trusted_proxies: given(self.trusted_proxies).map_or_else(|| Ok(Proxies::default()), |list| proxies(&list))?,
            tls: if tls == Tls::Off && matches!(second, Second::At(_)) { Tls::Auto } else { tls },
            second,
            vault_key: vault_key(self.vault_key, self.vault_key_file, self.data.join("vault.key"))?,
            log: log(&self.log)?,
            rate_limit: if self.rate_limit == "off" { None } else { Some(number("GUICHET_RATE_LIMIT", &self.rate_limit, u32::MAX)?) },
            data: self.data,
        })
    }
}

/// An empty variable is one that is not set.
fn given(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.trim().is_empty())
}

fn address(name: &'static str, text: &str) -> Result<SocketAddr, Wrong> {
    text.parse().map_err(|_| Wrong::new(name, text, "expected an address and a port, such as 127.0.0.1:3000 or [::]:3000"))
}

fn number(name: &'static str, text: &str, most: u32) -> Result<u32, Wrong> {
    let off = if name == "GUICHET_RATE_LIMIT" { ", or off" } else { "" };
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| Wrong::new(name, text, format!("expected a number from 1 to {most}{off}")))
}

fn log(text: &str) -> Result<Log, Wrong> {
    match text {
        "text" => Ok(Log::Text),
        "json" => Ok(Log::Json),
        _ => Err(Wrong::new("GUICHET_LOG", text, "expected text or json")),
    }
}

fn proxies(list: &str) -> Result<Proxies, Wrong> {
    list.parse().map_err(|entry: String| {
        Wrong::new("GUICHET_TRUSTED_PROXIES", entry, "expected addresses or networks separated by commas, such as 127.0.0.1, 10.0.0.0/8")
    })
}

fn public_url(text: String) -> Result<String, Wrong> {
    let wrong = |text: &str| {
        Wrong::new("GUICHET_PUBLIC_URL", text, "expected http:// or https:// and a host, with no path, such as https://pay.example.com")
    };
    let uri: Uri = text.parse().map_err(|_| wrong(&text))?;
    let scheme = uri.scheme_str().is_some_and(|scheme| matches!(scheme, "http" | "https"));
    let host = uri.authority().is_some_and(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'));
    if !scheme || !host || uri.path() != "/" || text.contains(['?', '#']) {
        return Err(wrong(&text));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn second(text: Option<String>, first: SocketAddr) -> Result<Second, Wrong> {
    let Some(text) = text else { return Ok(Second::Unsaid) };
    if text == "off" {
        return Ok(Second::Off);
    }
    if let Ok(port) = text.parse() {
        return Ok(Second::At(SocketAddr::new(first.ip(), port)));
    }
    let at = text.parse().map_err(|_| Wrong::new("GUICHET_TLS_LISTEN", text, "expected a port, an address and a port, or off"))?;
    Ok(Second::At(at))
}

fn tls(choice: Option<String>, cert: Option<PathBuf>, key: Option<PathBuf>) -> Result<Tls, Wrong> {
    let choice = match choice.as_deref() {
        None | Some("off") => Tls::Off,
        Some("auto") => Tls::Auto,
        Some(other) => return Err(Wrong::new("GUICHET_TLS", other, "expected auto or off")),
    };
    let set = |path: Option<PathBuf>| path.filter(|path| !path.as_os_str().is_empty());
    match (set(cert), set(key)) {
        (Some(_), Some(_)) if choice == Tls::Auto => {
            Err(Wrong::new("GUICHET_TLS", "auto", "GUICHET_TLS_CERT and GUICHET_TLS_KEY are given too: expected one or the other"))
        }
        (Some(cert), Some(key)) => Ok(Tls::Files { cert, key }),
        (None, None) => Ok(choice),
        (Some(_), None) => Err(Wrong::hidden("GUICHET_TLS_KEY", "expected the key's PEM file, because GUICHET_TLS_CERT is given")),
        (None, Some(_)) => Err(Wrong::hidden("GUICHET_TLS_CERT", "expected the certificate's PEM file, because GUICHET_TLS_KEY is given")),
    }
}

fn vault_key(keys: Option<SecretString>, file: Option<PathBuf>, default: PathBuf) -> Result<VaultKey, Wrong> {
    use secrecy::ExposeSecret;
    let keys = keys.filter(|keys| !keys.expose_secret().trim().is_empty());
    let file = file.filter(|file| !file.as_os_str().is_empty());
    match (keys, file) {
        (Some(_), Some(file)) => Err(Wrong::new(
            "GUICHET_VAULT_KEY_FILE",
            file.display().to_string(),
            "GUICHET_VAULT_KEY is given too: expected one or the other",
        )),
        (Some(keys), None) => match vault::VaultKeys::parse(&keys) {
            Ok(_) => Ok(VaultKey::Given(keys)),
            Err(error) => Err(Wrong::hidden(
                "GUICHET_VAULT_KEY",
                format!("{error}; expected 32 bytes in hexadecimal or base64, such as from 'openssl rand -hex 32'"),
            )),
        },
        (None, file) => Ok(VaultKey::File(file.unwrap_or(default))),
    }
}
