//! What of the list is shown lives in its address: view, search, window and place.

use leptos_router::{location::Url, params::ParamsMap};
use model::words;
use serde::{Deserialize, Serialize};

pub const PATH: &str = "/dashboard/payments";

words! {
    /// The tabs above the list.
    pub enum View {
        All = "all", Action = "action", ToValidate = "to_validate", Paid = "paid", Awaiting = "awaiting", Refused = "refused", Refunded = "refunded",
    }
}

words! {
    /// How far back the list reaches: three months, or to its beginning.
    pub enum Window { Recent = "recent", All = "all" }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub view: View,
    pub search: String,
    pub window: Window,
    /// Cursors: the page after, or before, a row.
    pub after: String,
    pub before: String,
}

impl Default for Asked {
    fn default() -> Self {
        Self { view: View::All, search: String::new(), window: Window::Recent, after: String::new(), before: String::new() }
    }
}

impl Asked {
    /// What can't be read is as if it were not there.
    pub fn read(query: &ParamsMap) -> Self {
        let text = |name| query.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        Self {
            view: text("view").parse().unwrap_or(View::All),
            search: text("q"),
            window: text("window").parse().unwrap_or(Window::Recent),
            after: text("after"),
            before: text("before"),
        }
    }

    pub fn href(&self) -> String {
        let mut pairs = Vec::new();
        if self.view != View::All {
            pairs.push(("view", self.view.as_str()));
        }
        if self.window != Window::Recent {
            pairs.push(("window", self.window.as_str()));
        }
        for (name, value) in [("q", &self.search), ("after", &self.after), ("before", &self.before)] {
            if !value.is_empty() {
                pairs.push((name, value));
            }
        }
        let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
        if query.is_empty() { PATH.to_owned() } else { format!("{PATH}?{}", query.join("&")) }
    }

    /// Another view of the same search, from its first page.
    #[must_use]
    pub fn view(&self, view: View) -> Self {
        Self { view, ..self.first() }
    }

    #[must_use]
    pub fn window(&self, window: Window) -> Self {
        Self { window, ..self.first() }
    }

    #[must_use]
    pub fn search(&self, search: &str) -> Self {
        Self { search: search.trim().to_owned(), ..self.first() }
    }

    #[must_use]
    pub fn first(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    #[must_use]
    pub fn after(&self, cursor: String) -> Self {
        Self { after: cursor, ..self.first() }
    }

    #[must_use]
    pub fn before(&self, cursor: String) -> Self {
        Self { before: cursor, ..self.first() }
    }
}

/// For a query: `Url::escape` leaves nothing that means something there.
pub fn escape(text: &str) -> String {
    Url::escape(text)
}

/// A payment's page.
pub fn payment_href(id: &str) -> String {
    format!("{PATH}/{id}")
}
