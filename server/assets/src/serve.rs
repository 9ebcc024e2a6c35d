//! `/assets/*`, `/robots.txt` and `/favicon.ico` over HTTP.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Path,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{File, Site, Source};

/// A year: the name changes when the content does.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// For the two files whose names can't carry a hash: one day.
const DAILY: &str = "public, max-age=86400";

/// Everything the bundler made, at `/assets/<hashed name>`, and the two files that browsers and robots look for at the
/// root. Compressed ahead; the form is chosen by `Accept-Encoding`.
pub fn router() -> Router {
    router_of(Site::current)
}

fn router_of(site: impl Fn() -> Site + Clone + Send + Sync + 'static) -> Router {
    let at_root = |name: &'static str| {
        let site = site.clone();
        get(move |headers: HeaderMap| async move { respond(&site(), |file| file.name == name, &headers, DAILY) })
    };
    Router::new()
        .route("/robots.txt", at_root("robots.txt"))
        .route("/favicon.ico", at_root("favicon.svg"))
        .route(
            "/assets/{path}",
            get(
                move |Path(path): Path<String>, headers: HeaderMap| async move {
                    respond(&site(), |file| file.path == path, &headers, IMMUTABLE)
                },
            ),
        )
}

fn respond(site: &Site, wanted: impl Fn(&File) -> bool, headers: &HeaderMap, life: &'static str) -> Response {
    site.files
        .iter()
        .find(|file| wanted(file))
        .and_then(|file| serve(file, headers, life))
        .unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

fn serve(file: &File, headers: &HeaderMap, life: &'static str) -> Option<Response> {
    let accepts = |coding| accepts(headers, coding);
    let (source, coding) = match (&file.br, &file.gz) {
        (Some(br), _) if accepts("br") => (br, Some("br")),
        (_, Some(gz)) if accepts("gzip") => (gz, Some("gzip")),
        _ => (&file.plain, None),
    };
    let mut response = Response::new(Body::from(source.bytes()?));
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, &file.content_type);
    set(header::CACHE_CONTROL, life);
    set(header::VARY, "accept-encoding");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if let Some(coding) = coding {
        set(header::CONTENT_ENCODING, coding);
    }
    Some(response)
}

/// RFC 9110 §12.5.3 as far as browsers use it: a coding is accepted when it is listed with a weight other than zero.
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let listed = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    listed.flat_map(|value| value.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = parts.any(|part| {
            let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
            weight.is_some_and(|weight| weight.chars().all(|c| matches!(c, '0' | '.')))
        });
        named && !refused
    })
}

impl Source {
    fn bytes(&self) -> Option<Bytes> {
        match self {
            Self::Embedded(bytes) => Some(Bytes::from_static(bytes)),
            Self::Disk(path) => std::fs::read(path).ok().map(Bytes::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use axum::http::Request;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    fn bundled() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, content: &str| fs::write(folder.path().join(name), content).unwrap();
        write("page-1f.css", "plain");
        write("page-1f.css.br", "brotli");
        write("page-1f.css.gz", "gzip");
        write("robots-2e.txt", "User-agent: *");
        write(
            "manifest.json",
            r#"{"page.css": {"path": "page-1f.css", "sha384": "sha384-x", "content_type": "text/css", "br": "page-1f.css.br", "gz": "page-1f.css.gz"},
                "robots.txt": {"path": "robots-2e.txt", "sha384": "sha384-y", "content_type": "text/plain", "br": null, "gz": null}}"#,
        );
        folder
    }

    async fn ask(folder: &Path, path: &str, accepted: &str) -> (StatusCode, HeaderMap, String) {
        let folder = folder.to_owned();
        let request = Request::get(path).header(header::ACCEPT_ENCODING, accepted).body(Body::empty()).unwrap();
        let response = router_of(move || Site::read(&folder)).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn the_smallest_accepted_form_is_sent() {
        let site = bundled();
        for (accepted, form, coding) in [
            ("gzip, deflate, br", "brotli", Some("br")),
            ("br;q=0, gzip", "gzip", Some("gzip")),
            ("gzip;q=0.5", "gzip", Some("gzip")),
            ("identity", "plain", None),
            ("", "plain", None),
        ] {
            let (status, headers, body) = ask(site.path(), "/assets/page-1f.css", accepted).await;
            assert_eq!((status, body.as_str()), (StatusCode::OK, form), "{accepted}");
            assert_eq!(headers.get(header::CONTENT_ENCODING).map(|c| c.to_str().unwrap()), coding);
            assert_eq!(headers[header::VARY], "accept-encoding");
            assert_eq!(headers[header::CONTENT_TYPE], "text/css");
            assert_eq!(headers[header::CACHE_CONTROL], IMMUTABLE);
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    }

    #[tokio::test]
    async fn files_without_a_hash_in_their_address_are_kept_a_day_only() {
        let site = bundled();
        let (status, headers, body) = ask(site.path(), "/robots.txt", "br").await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, "User-agent: *"));
        assert_eq!(headers[header::CACHE_CONTROL], DAILY);
    }

    #[tokio::test]
    async fn only_bundled_files_are_served() {
        let site = bundled();
        for path in ["/assets/manifest.json", "/assets/page.css", "/assets/..%2f..%2fCargo.toml"] {
            assert_eq!(ask(site.path(), path, "br").await.0, StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[tokio::test]
    async fn an_unbuilt_site_serves_nothing_but_answers() {
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(ask(empty.path(), "/robots.txt", "br").await.0, StatusCode::NOT_FOUND);
    }
}
