//! The document around a page: `<!DOCTYPE html>` to `</html>`, the same for both applications.

use assets::asset;
use leptos::{nonce::use_nonce, prelude::*};

use crate::text::escaped;

/// Which bundle a page belongs to; names the files of the bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    Checkout,
    Dashboard,
}

impl App {
    const fn files(self) -> [&'static str; 2] {
        match self {
            Self::Checkout => ["checkout.css", "checkout.js"],
            Self::Dashboard => ["dashboard.css", "dashboard.js"],
        }
    }
}

/// What stands in the head of a page.
#[derive(Clone, Debug)]
pub struct Document {
    pub app: App,
    /// BCP 47.
    pub lang: &'static str,
    /// `None` where `leptos_meta` writes the title (pass its `MetaTags` as `head`).
    pub title: Option<String>,
    /// Whether the page loads the application's wasm. Pages that don't answer to anything carry none.
    pub hydrates: bool,
    /// Whether the page holds its style sheet: one that is seen once, mostly by who was never here. Others ask for it and keep it.
    pub holds_style: bool,
}

/// The whole page. `head` is added at the end of the head; `body` is all there is in the body.
pub fn document(page: Document, head: impl IntoView + 'static, body: impl IntoView + 'static) -> impl IntoView {
    let [css, js] = page.app.files();
    let script = page.hydrates.then(|| asset(js)).flatten();
    view! {
        <!DOCTYPE html>
        <html lang=page.lang>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="robots" content="noindex"/>
                {page.title.map(|title| view! { <title inner_html=escaped(&title)></title> })}
                {sheet(css, page.holds_style)}
                {asset("favicon.svg").map(|icon| view! { <link rel="icon" type="image/svg+xml" href=icon.url/> })}
                {script
                    .map(|script| {
                        view! { <script type="module" src=script.url integrity=script.integrity nonce=use_nonce()></script> }
                    })}
                {head}
            </head>
            <body>{body}</body>
        </html>
    }
}

fn sheet(name: &'static str, held: bool) -> AnyView {
    if let Some(css) = held.then(|| assets::text(name)).flatten() {
        // A round trip less before anything shows.
        return view! { <style nonce=use_nonce()>{css}</style> }.into_any();
    }
    asset(name).map(|css| view! { <link rel="stylesheet" href=css.url integrity=css.integrity/> }).into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_names_language_and_title_and_escapes_them() {
        let page = Document { app: App::Checkout, lang: "fr", title: Some("Payer <12>".into()), hydrates: false, holds_style: false };
        let html = Owner::new().with(|| document(page, (), view! { <main>"Bonjour"</main> }).to_html());
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"fr\"><head>"), "{html}");
        assert!(html.contains("<title>Payer &lt;12&gt;</title>"), "{html}");
        assert!(!html.contains("<script"), "{html}");
    }
}
