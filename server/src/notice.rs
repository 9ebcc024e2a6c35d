//! Pages about nothing in particular, for browsers that asked for what can't be given.

use assets::asset;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use model::locale::Locale;

/// Only our own style sheet and icon.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Heading and advice in each language.
struct Words {
    en: [&'static str; 2],
    fr: [&'static str; 2],
}

const CROSS_SITE: Words = Words {
    en: ["This came from another site", "For your safety nothing was done. Open the page here and try again."],
    fr: ["Cette demande venait d’un autre site", "Par sécurité, rien n’a été fait. Ouvrez la page ici et réessayez."],
};
const TOO_LARGE: Words = Words {
    en: ["That is too much at once", "Nothing was done. A form holds 1 MB at most."],
    fr: ["C’est trop d’un coup", "Rien n’a été fait. Un formulaire contient 1 Mo au plus."],
};
const METHOD: Words = Words {
    en: ["This page can’t take that", "Nothing was done. Go back and open the page again."],
    fr: ["Cette page n’accepte pas cette demande", "Rien n’a été fait. Revenez en arrière et rouvrez la page."],
};
const BROKEN: Words = Words {
    en: ["Something went wrong on our side", "It has been noted. Open the page again to see how things stand before you repeat anything."],
    fr: ["Un problème est survenu de notre côté", "Il a été noté. Rouvrez la page pour voir où en sont les choses avant de recommencer."],
};

/// The page for a status, in the language that the browser asks for.
pub fn page(status: StatusCode, headers: &HeaderMap) -> Response {
    let words = match status {
        StatusCode::FORBIDDEN => &CROSS_SITE,
        StatusCode::PAYLOAD_TOO_LARGE => &TOO_LARGE,
        StatusCode::METHOD_NOT_ALLOWED => &METHOD,
        _ => &BROKEN,
    };
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|accept| accept.to_str().ok());
    let locale = accepted.map(Locale::from_accept_language).unwrap_or_default();
    let [title, text] = if locale == Locale::Fr { words.fr } else { words.en };
    let style = asset("checkout.css").map(|css| format!("<link rel=\"stylesheet\" href=\"{}\" integrity=\"{}\">", css.url, css.integrity));
    let html = format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\"><title>{title}</title>{}</head>\
         <body><main class=\"alone outcome\"><h1>{title}</h1><p>{text}</p></main></body></html>",
        locale.code(),
        style.unwrap_or_default()
    );
    let mut response = (status, Html(html)).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
