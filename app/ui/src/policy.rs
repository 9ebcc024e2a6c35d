//! The headers of every page: what it may load, where its forms may go, who may frame it.

use http::{HeaderName, HeaderValue, header};
use leptos::{nonce::use_nonce, prelude::use_context};
use leptos_axum::ResponseOptions;

/// What differs from page to page. The default is the strictest: forms stay with us, nobody frames the page.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Origins beside ours that a form on the page may be sent to, such as a bank's.
    pub form_action: Vec<String>,
    /// Origins that may show the page in a frame.
    pub frame_ancestors: Vec<String>,
}

impl Policy {
    /// Sets the headers of the response being rendered. Call it where leptos' context is: in the `additional_context`
    /// of a page's handler, which runs after the nonce is drawn.
    pub fn apply(&self) {
        let Some(response) = use_context::<ResponseOptions>() else {
            return;
        };
        let set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.insert_header(name, value);
            }
        };
        let nonce = use_nonce();
        set(header::CONTENT_SECURITY_POLICY, &self.content_security_policy(nonce.as_deref()));
        // Not `no-referrer`: with it Chromium posts `Origin: null`, and nothing can redirect back.
        set(header::REFERRER_POLICY, "same-origin");
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(header::CACHE_CONTROL, "no-store");
    }

    /// The header's value. Leptos writes small inline scripts with the resources' data, so scripts need the nonce; the hydration
    /// module and the style sheet are ours and external.
    pub fn content_security_policy(&self, nonce: Option<&str>) -> String {
        let nonce = nonce.map(|nonce| format!(" 'nonce-{nonce}'")).unwrap_or_default();
        let form_action: String = self.form_action.iter().flat_map(|origin| [" ", origin]).collect();
        let ancestors = if self.frame_ancestors.is_empty() { "'none'".into() } else { self.frame_ancestors.join(" ") };
        format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{nonce}; style-src 'self'{nonce}; \
             img-src 'self' data:; connect-src 'self'; form-action 'self'{form_action}; \
             frame-ancestors {ancestors}; base-uri 'none'"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_allowed_that_was_not_named() {
        let strict = Policy::default().content_security_policy(Some("abc"));
        assert!(strict.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-abc'; "));
        assert!(strict.contains("form-action 'self';") && strict.contains("frame-ancestors 'none';"));
        assert!(!strict.contains("unsafe-inline"));

        let open = Policy { form_action: vec!["https://bank.example".into()], frame_ancestors: vec!["https://shop.example".into()] };
        let open = open.content_security_policy(None);
        assert!(open.contains("form-action 'self' https://bank.example;"), "{open}");
        assert!(open.contains("frame-ancestors https://shop.example;"), "{open}");
    }
}
