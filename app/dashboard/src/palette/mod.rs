//! The palette: one line that finds payments, customers, people, shops and pages, and does what is on a menu. It arrives when it is first
//! opened.

pub mod data;
mod items;
mod messages;
mod view;

use leptos::prelude::*;

use crate::shell::Open;

/// What it is given by the shell.
#[derive(Clone, Copy)]
pub struct Over {
    pub which: Open,
    pub close: Callback<()>,
    /// To an address of the dashboard.
    pub go: Callback<String>,
}

/// What is opened over the page.
pub async fn over(over: Over) -> AnyView {
    if let Ok(view) = load(over).await {
        return view;
    }
    over.close.run(());
    ().into_any()
}

struct Missing;

#[cfg(all(target_arch = "wasm32", not(debug_assertions)))]
impl From<leptos::wasm_split::SplitLoaderError> for Missing {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

#[cfg(all(target_arch = "wasm32", not(debug_assertions)))]
#[::leptos::wasm_split::wasm_split(palette, wasm_split_path = ::leptos::wasm_split, fallible)]
fn load(over: Over) -> Result<AnyView, Missing> {
    Ok(view::over(over))
}

#[cfg(not(all(target_arch = "wasm32", not(debug_assertions))))]
async fn load(over: Over) -> Result<AnyView, Missing> {
    if cfg!(all(test, not(test))) { Err(Missing) } else { Ok(view::over(over)) }
}
