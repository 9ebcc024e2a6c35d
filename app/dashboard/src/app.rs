//! The router of the application: the same on the server and in the browser.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::home::Home;

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Guichet".to_owned() } else { format!("{title} · Guichet") }/>
        <Router>
            <Routes fallback=|| view! { <main><h1>"Not found"</h1></main> }>
                <Route path=path!("/dashboard") view=Home ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}
