//! The first page.

use leptos::prelude::*;
use leptos_meta::Title;

/// The version of the server that answers.
///
/// # Errors
/// When the server can't be reached.
#[server(prefix = "/_fn", endpoint = "version")]
pub async fn version() -> Result<String, ServerFnError> {
    Ok(env!("CARGO_PKG_VERSION").to_owned())
}

#[component]
pub fn Home() -> impl IntoView {
    let version = Resource::new(|| (), |()| version());
    let (open, set_open) = signal(false);
    view! {
        <Title text="Home"/>
        <main class="page">
            <h1>"Home"</h1>
            <p>
                <Suspense fallback=|| "…">
                    {move || Suspend::new(async move { version.await.map(|version| format!("Version {version}")) })}
                </Suspense>
            </p>
            <button
                class="button"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| set_open.update(|open| *open = !*open)
            >
                "About"
            </button>
        </main>
    }
}
