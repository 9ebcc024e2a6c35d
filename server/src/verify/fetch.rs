//! Asks for a page as a browser does.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, Uri, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::command::Stop;

/// For one answer, whole.
const PATIENCE: Duration = Duration::from_secs(30);
/// The largest answer that is read, in bytes, as it travels and unpacked.
const MOST: usize = 20_000_000;
/// So that nobody serves something else to programs than to people.
const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/// An answer, unpacked.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: axum::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Every value of a header: twice is not once.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("?")).collect()
    }
}

/// Where the page is, and whom to believe that it is there.
pub struct Site {
    uri: Uri,
    tls: Option<TlsConnector>,
}

impl Site {
    /// Trusts the authorities that browsers trust, and that of the PEM file.
    ///
    /// # Errors
    /// What is no address of a page, or no certificate.
    pub fn at(url: &str, authority: Option<&Path>) -> Result<Self, Stop> {
        let wrong = || Stop::failed(url, "expected the address of a page, such as https://pay.example.com/pi_…");
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        uri.host().ok_or_else(wrong)?;
        let tls = match uri.scheme_str() {
            Some("https") => Some(connector(authority)?),
            Some("http") => None,
            _ => return Err(wrong()),
        };
        Ok(Self { uri, tls })
    }

    pub fn path(&self) -> &str {
        self.uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str)
    }

    /// Whether browsers must be told to come by TLS only: everywhere but on this machine, whose certificates are made here.
    pub fn must_stay_secure(&self) -> bool {
        let host = self.uri.host().unwrap_or_default();
        let here =
            host.ends_with("localhost") || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        self.tls.is_some() && !here
    }

    /// # Errors
    /// Why no answer came.
    pub async fn get(&self, path: &str, accept: &str) -> Result<Answer, Stop> {
        let failed = |error: &dyn std::fmt::Display| Stop::failed(path, error);
        match tokio::time::timeout(PATIENCE, self.asked(path, accept)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(failed(&error)),
            Err(_) => Err(failed(&format!("no answer in {} s", PATIENCE.as_secs()))),
        }
    }

    async fn asked(&self, path: &str, accept: &str) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let host = self.uri.host().unwrap_or_default();
        let bare = host.trim_matches(['[', ']']);
        let port = self.uri.port_u16().unwrap_or(if self.tls.is_some() { 443 } else { 80 });
        let stream = TcpStream::connect((bare, port)).await?;
        let named = self.uri.authority().map(axum::http::uri::Authority::as_str).unwrap_or_default();
        let request = Request::get(path)
            .header(header::HOST, named)
            .header(header::USER_AGENT, AGENT)
            .header(header::ACCEPT, accept)
            .header(header::ACCEPT_LANGUAGE, "en-GB,en;q=0.9")
            .header(header::ACCEPT_ENCODING, "gzip, br")
            .body(Empty::<Bytes>::new())?;
        match &self.tls {
            Some(tls) => talk(tls.connect(ServerName::try_from(bare.to_owned())?, stream).await?, request).await,
            None => talk(stream, request).await,
        }
    }
}

async fn talk<S>(stream: S, request: Request<Empty<Bytes>>) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let running = tokio::spawn(connection);
    let (parts, body) = sender.send_request(request).await?.into_parts();
    let body = Limited::new(body, MOST).collect().await?.to_bytes();
    drop(sender);
    running.abort();
    let coding = parts.headers.get(header::CONTENT_ENCODING).map(|coding| coding.to_str().unwrap_or("?").to_ascii_lowercase());
    let body = unpacked(&body, coding.as_deref())?;
    Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
}

fn unpacked(body: &[u8], coding: Option<&str>) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let mut whole = Vec::new();
    let most = MOST as u64 + 1;
    match coding {
        None | Some("identity") => whole.extend_from_slice(body),
        Some("gzip") => _ = flate2::read::GzDecoder::new(body).take(most).read_to_end(&mut whole)?,
        Some("br") => _ = brotli::Decompressor::new(body, 4096).take(most).read_to_end(&mut whole)?,
        Some(other) => return Err(format!("packed in a way that was not asked for: {other}").into()),
    }
    if whole.len() > MOST { Err(format!("more than {MOST} bytes").into()) } else { Ok(whole) }
}

fn connector(authority: Option<&Path>) -> Result<TlsConnector, Stop> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(file) = authority {
        let failed = |error: &dyn std::fmt::Display| Stop::failed(file.display(), error);
        for certificate in CertificateDer::pem_file_iter(file).map_err(|error| failed(&error))? {
            roots.add(certificate.map_err(|error| failed(&error))?).map_err(|error| failed(&error))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Stop::failed("TLS", error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use axum::http::{HeaderMap, HeaderName, HeaderValue};
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::*;

    const PIECES: &[&str] = &[
        "http",
        "https",
        "ftp",
        ":",
        "//",
        "/",
        "?",
        "#",
        "@",
        "[",
        "]",
        "::1",
        "[::1]",
        "127.0.0.1",
        "localhost",
        "xn--",
        "é",
        ".",
        "..",
        "%",
        "%00",
        ":0",
        ":65536",
        ":9999999999999999999999",
        " ",
        "\0",
        "pay.example",
    ];

    proptest! {
        #[test]
        fn whatever_was_packed_is_unpacked_or_refused(body in any::<Vec<u8>>(), coding in select(&[None, Some("identity"), Some("gzip"), Some("br"), Some("deflate"), Some("gzip, br"), Some("?")][..]), cut in any::<Index>()) {
            let unpacked_once = unpacked(&body, coding);
            if matches!(coding, None | Some("identity")) {
                prop_assert_eq!(unpacked_once.ok(), Some(body.clone()));
            }
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gzip.write_all(&body).unwrap();
            let gzip = gzip.finish().unwrap();
            prop_assert_eq!(unpacked(&gzip, Some("gzip")).ok(), Some(body));
            prop_assert!(unpacked(&gzip[..cut.index(gzip.len())], Some("gzip")).is_err());
        }

        #[test]
        fn any_text_is_an_address_of_a_page_or_refused(pieces in prop::collection::vec(select(PIECES), 0..8), any in any::<String>()) {
            for url in [pieces.concat(), format!("http://{}", pieces.concat()), any] {
                if let Ok(site) = Site::at(&url, None) {
                    prop_assert!(site.path().starts_with(['/', '?']), "{}", site.path());
                    prop_assert!(!site.must_stay_secure() || url.starts_with("https"));
                }
            }
        }

        #[test]
        fn every_line_of_a_header_counts(values in prop::collection::vec(any::<Vec<u8>>(), 0..5)) {
            let mut headers = HeaderMap::new();
            for value in values.iter().filter_map(|value| HeaderValue::from_bytes(value).ok()) {
                headers.append(HeaderName::from_static("link"), value);
            }
            let answer = Answer { status: 200, headers, body: Vec::new() };
            prop_assert_eq!(answer.headers("link").len(), answer.headers.get_all("link").iter().count());
        }
    }
}
