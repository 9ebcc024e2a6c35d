//! Certificates: read from files, or made for this machine. TLS is rustls with ring.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;
use engine::{Clock, SystemClock};
use model::time::{Date, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::command::Stop;
use crate::config::{Settings, Tls, Wrong};

/// What a certificate made here is for: this machine by any of its names, with those under which clients look for the API and the page.
const NAMES: [&str; 5] = ["localhost", "api.localhost", "payment.localhost", "127.0.0.1", "::1"];
/// The longest that any system accepts, in days.
const LIFE_DAYS: i64 = 825;
/// Made anew when so many days are left.
const RENEW_DAYS: i64 = 30;
/// What a file of ours says before the certificate.
const UNTIL: &str = "# Guichet, for this machine only, until ";

const CA: &str = "ca.pem";
const CERT: &str = "cert.pem";
const KEY: &str = "key.pem";

/// The certificate to serve with, and the file of the authority where it was made here.
pub struct Certificate {
    pub config: RustlsConfig,
    pub authority: Option<PathBuf>,
}

/// None where TLS is off.
///
/// # Errors
/// The variable whose file can't be used, and why.
pub fn certificate(settings: &Settings, tls: &Tls) -> Result<Option<Certificate>, Stop> {
    match tls {
        Tls::Off => Ok(None),
        Tls::Files { cert, key } => Ok(Some(Certificate { config: read(cert, key)?, authority: None })),
        Tls::Auto => {
            let folder = settings.data.join("tls");
            let today = date_of(SystemClock.now());
            if !holds(&folder, today) {
                make(&folder, today).map_err(|error| Stop::failed(format!("a certificate in {}", folder.display()), error))?;
            }
            let config = read(&folder.join(CERT), &folder.join(KEY))?;
            let authority = folder.join(CA);
            Ok(Some(Certificate { config, authority: Some(fs::canonicalize(&authority).unwrap_or(authority)) }))
        }
    }
}

fn date_of(at: Timestamp) -> Date {
    Date::from_epoch_days(at.as_unix_seconds().div_euclid(86_400))
}

fn read(cert: &Path, key: &Path) -> Result<RustlsConfig, Stop> {
    let wrong = |name, path: &Path, text: String| Stop::Wrong(Wrong::hidden(name, format!("{}: {text}", path.display())));
    let text = |error: rustls::pki_types::pem::Error| match error {
        rustls::pki_types::pem::Error::Io(error) => error.to_string(),
        rustls::pki_types::pem::Error::NoItemsFound => "nothing in PEM that fits; expected -----BEGIN …".to_owned(),
        error => error.to_string(),
    };
    let chain = CertificateDer::pem_file_iter(cert).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| wrong("GUICHET_TLS_CERT", cert, text(error)))?;
    if chain.is_empty() {
        return Err(wrong("GUICHET_TLS_CERT", cert, text(rustls::pki_types::pem::Error::NoItemsFound)));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong("GUICHET_TLS_KEY", key, text(error)))?;
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Stop::failed("TLS", error))?;
    let mut config = builder.with_no_client_auth().with_single_cert(chain, private).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => {
            wrong("GUICHET_TLS_KEY", key, format!("is not the key of the certificate in {}", cert.display()))
        }
        error => wrong("GUICHET_TLS_CERT", cert, error.to_string()),
    })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}

/// Whether what was made before is whole and still good for a while.
fn holds(folder: &Path, today: Date) -> bool {
    let whole = folder.join(CA).exists() && folder.join(KEY).exists();
    let cert = fs::read_to_string(folder.join(CERT)).unwrap_or_default();
    let until = cert.lines().next().and_then(|line| line.strip_prefix(UNTIL)).and_then(|date| date.parse::<Date>().ok());
    whole && until.is_some_and(|until| until.days_since(today) > RENEW_DAYS)
}

/// An authority that can vouch for this machine only, and whose key is forgotten once it has.
fn make(folder: &Path, today: Date) -> Result<(), Box<dyn std::error::Error>> {
    let until = today.plus_days(LIFE_DAYS);
    let mut authority = params(&[], "Guichet on this machine", today, until)?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("localhost".to_owned()),
            GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([127, 0, 0, 0], 8)),
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(std::net::Ipv6Addr::LOCALHOST.into(), 128)),
        ],
        excluded_subtrees: Vec::new(),
    });
    let authority_key = KeyPair::generate()?;
    let authority_cert = authority.self_signed(&authority_key)?;

    let mut server = params(&NAMES, "localhost", today, until)?;
    server.use_authority_key_identifier_extension = true;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let cert = server.signed_by(&key, &Issuer::new(authority, authority_key))?;

    fs::DirBuilder::new().recursive(true).create(folder)?;
    // The certificate last: without it, all of it is made again.
    write(&folder.join(CA), 0o644, &authority_cert.pem())?;
    write(&folder.join(KEY), 0o600, &key.serialize_pem())?;
    write(&folder.join(CERT), 0o644, &format!("{UNTIL}{until}\n{}", cert.pem()))?;
    Ok(())
}

fn params(names: &[&str], name: &str, today: Date, until: Date) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let yesterday = today.plus_days(-1);
    params.not_before = date_time_ymd(yesterday.year.into(), yesterday.month, yesterday.day);
    params.not_after = date_time_ymd(until.year.into(), until.month, until.day);
    Ok(params)
}

fn write(path: &Path, mode: u32, text: &str) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)
}
