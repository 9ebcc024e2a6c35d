//! The router of the application: the same on the server and in the browser.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};
use ui::{Icon, page_state};

use crate::{
    frame::{Frame, Now},
    live::Live,
    messages as m,
    pages::{self, page},
    payments::query,
    shell::{Routing, Shell},
};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Now(RwSignal::new(Frame::here().now)));
    let routing = Routing(RwSignal::new(false));
    provide_context(routing);
    let live = Live(RwSignal::new(0));
    provide_context(live);
    Effect::new(move |_| live.listen(Frame::here().seen));
    let title = |title: String| written(if title.is_empty() { "Guichet".to_owned() } else { format!("{title} · Guichet") });
    view! {
        <Title formatter=title/>
        <Router set_is_routing=routing.0>
            <Shell>
                <Routes fallback=|| missing()>
                    <Route path=path!("/dashboard") view={page::<pages::Home>()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard/refunds") view={page::<pages::Refunds>()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard/payments") view={page::<pages::Payments>()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard/payments/refund") view={page::<pages::RefundMany>()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard/payments/:id") view={page::<pages::Payment>()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard/links") view={page::<pages::Links>()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard/links/new") view={page::<pages::NewLink>()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard/links/:id") view={page::<pages::Link>()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard/developers/keys") view={page::<pages::Keys>()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard/settings/shops") view={page::<pages::Shops>()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard/settings/team") view={page::<pages::Team>()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard/settings/security") view={page::<pages::Security>()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard/settings/audit") view={page::<pages::Audit>()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard/shortcuts") view={page::<pages::Shortcuts>()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard/*any") view=missing ssr=SsrMode::Async/>
                </Routes>
            </Shell>
        </Router>
    }
}

/// The server writes titles into the document as they are (`leptos_meta` 0.8.7), and an order's reference may be anything. In the browser a
/// title is text and no markup.
fn written(title: String) -> String {
    if cfg!(target_arch = "wasm32") { title } else { ui::escaped(&title) }
}

fn missing() -> AnyView {
    let l = Frame::here().locale;
    #[cfg(not(target_arch = "wasm32"))]
    crate::server::status(404);
    let action = view! { <a class="button primary" href=query::PATH>{m::to_payments(l)}</a> }.into_any();
    view! {
        <Title text=m::not_found(l)/>
        {page_state(Icon::Search, m::not_found(l), m::not_found_why(l), action)}
    }
    .into_any()
}
