//! The pages of the router. In release builds each part of the application is a wasm module of its own, which the browser loads with
//! the first page that needs it; what several parts share, the bundler puts beside them.

use leptos::prelude::*;
use leptos_router::{Lazy, LazyRoute};

/// `name: component, part;` gives `pages::name()` for a route. Pages of one part arrive together; a part is a word of its own.
macro_rules! pages {
    ($($name:ident: $view:path, $part:ident;)*) => {
        $(
            pub struct $name;

            impl LazyRoute for $name {
                fn data() -> Self {
                    Self
                }

                // The router shows a page only once this is through.
                async fn preload() {
                    if parts::$name::load().await.is_err() {
                        instead().await;
                    }
                }

                async fn view(_: Self) -> AnyView {
                    parts::$name::$name().await.unwrap_or_else(|_| ().into_any())
                }
            }
        )*

        /// Whether the part of this name has arrived, for each of its pages. One that is none has nothing to wait for.
        #[cfg(target_arch = "wasm32")]
        pub async fn arrived(part: &str) -> bool {
            $(
                if part == stringify!($part) && parts::$name::load().await.is_err() {
                    return false;
                }
            )*
            true
        }

        #[expect(non_snake_case, reason = "a page's type and the function that makes it have one name")]
        mod parts {
            $(
                pub mod $name {
                    use super::super::*;

                    #[cfg(all(target_arch = "wasm32", not(debug_assertions)))]
                    #[::leptos::wasm_split::wasm_split($part, wasm_split_path = ::leptos::wasm_split, preload(load_part), fallible)]
                    pub fn $name() -> Result<AnyView, Missing> {
                        Ok($view().into_any())
                    }

                    #[cfg(not(all(target_arch = "wasm32", not(debug_assertions))))]
                    pub async fn $name() -> Result<AnyView, Missing> {
                        Ok($view().into_any())
                    }

                    pub async fn load() -> Result<(), Missing> {
                        #[cfg(all(target_arch = "wasm32", not(debug_assertions)))]
                        load_part().await?;
                        Ok(())
                    }
                }
            )*
        }
    };
}

pages! {
    Shortcuts: crate::shell::shortcuts::ShortcutsPage, palette;
    Home: crate::home::HomePage, home;
    Refunds: crate::home::RefundsPage, home;
    Payments: crate::payments::PaymentsPage, payments;
    RefundMany: crate::payments::RefundManyPage, refunding;
    Payment: crate::payments::PaymentPage, payment;
    Links: crate::links::LinksPage, links;
    NewLink: crate::links::NewLinkPage, links;
    Link: crate::links::LinkPage, links;
    Keys: crate::developers::KeysPage, keys;
    Shops: crate::settings::shops::ShopsPage, keys;
    Team: crate::settings::TeamPage, people;
    Security: crate::settings::SecurityPage, people;
    Audit: crate::settings::AuditPage, people;
}

/// What a route shows.
pub fn page<T: LazyRoute>() -> Lazy<T> {
    Lazy::new()
}

/// The part that an address needs first: the document names it, so that the browser asks for it before it knows the router, and takes the
/// page over once it is there.
#[cfg(not(target_arch = "wasm32"))]
pub fn part_of(path: &str) -> &'static str {
    let mut parts = path.trim_start_matches('/').split('/').skip(1);
    match (parts.next(), parts.next()) {
        (Some("payments"), None) => "payments",
        (Some("payments"), Some("refund")) => "refunding",
        (Some("payments"), Some(_)) => "payment",
        (None | Some("refunds"), _) => "home",
        (Some("links"), _) => "links",
        (Some("developers"), _) | (Some("settings"), Some("shops")) => "keys",
        (Some("settings"), Some("team" | "security" | "audit")) => "people",
        (Some("shortcuts"), _) => "palette",
        _ => "",
    }
}

/// A part that could not be loaded: the connection failed, or the server has been replaced by a newer one.
struct Missing;

/// Asks the server for the whole page instead.
async fn instead() {
    #[cfg(target_arch = "wasm32")]
    {
        let location = leptos_router::hooks::use_location();
        let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
        let to = if search.is_empty() { path } else { format!("{path}?{search}") };
        drop(window().location().assign(&to));
        core::future::pending::<()>().await;
    }
}

#[cfg(all(target_arch = "wasm32", not(debug_assertions)))]
impl From<leptos::wasm_split::SplitLoaderError> for Missing {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}
