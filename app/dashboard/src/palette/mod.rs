//! The palette: one line that finds payments, customers, people, shops and pages, and does what is on a menu. Its lines stand below the search
//! bar, too. It arrives when it is first asked for.

mod bar;
pub mod data;
mod items;
mod lines;
mod messages;
mod view;

use leptos::{html, prelude::*};

use crate::shell::Open;

/// What the palette is given by the shell.
#[derive(Clone, Copy)]
pub struct Over {
    pub which: Open,
    pub close: Callback<()>,
    /// To an address of the dashboard.
    pub go: Callback<String>,
}

/// What the lines below the search bar are given.
#[derive(Clone, Copy)]
pub struct Bar {
    pub input: NodeRef<html::Input>,
    pub close: Callback<()>,
    /// To an address of the dashboard.
    pub go: Callback<String>,
    /// The id of the line that is chosen: the bar says it to those who hear the page.
    pub active: RwSignal<Option<String>>,
}

pub use bar::ID as FOUND;

/// What is opened over the page. None: it could not be loaded.
pub async fn over(over: Over) -> Option<AnyView> {
    load(over).await.ok()
}

/// What stands below the search bar. None: it could not be loaded, and the bar works without.
pub async fn under(bar: Bar) -> Option<AnyView> {
    load_bar(bar).await.ok()
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

#[cfg(all(target_arch = "wasm32", not(debug_assertions)))]
#[::leptos::wasm_split::wasm_split(palette, wasm_split_path = ::leptos::wasm_split, fallible)]
fn load_bar(bar: Bar) -> Result<AnyView, Missing> {
    Ok(bar::under(bar))
}

#[cfg(not(all(target_arch = "wasm32", not(debug_assertions))))]
async fn load(over: Over) -> Result<AnyView, Missing> {
    if cfg!(all(test, not(test))) { Err(Missing) } else { Ok(view::over(over)) }
}

#[cfg(not(all(target_arch = "wasm32", not(debug_assertions))))]
async fn load_bar(bar: Bar) -> Result<AnyView, Missing> {
    Ok(bar::under(bar))
}
