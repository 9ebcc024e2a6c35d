//! Every page, form and server function of the dashboard. `{id}` stands for each of the stranger's ids, `{order}` and `{payment}` for ours.

use std::collections::BTreeSet;

use axum::http::Method;

use crate::world::World;
use crate::{Book, Call, Theirs, source};

/// Server functions: what is posted to them. Every one must be here.
const FUNCTIONS: &[(&str, &[&str])] = &[
    (
        "/_fn/home",
        &[
            "asked[period]=week&asked[from]=&asked[to]=&asked[currency]={id}",
            "asked[period]=30d&asked[from]={id}&asked[to]={id}&asked[currency]=",
        ],
    ),
    (
        "/_fn/refunds",
        &[
            "asked[from]=2024-01-01&asked[to]=2034-01-01&asked[currency]=eur&asked[after]={id}",
            "asked[from]=2024-01-01&asked[to]=2034-01-01&asked[currency]=eur&asked[after]=",
        ],
    ),
    ("/_fn/find", &["text={id}", "text=zanzibar", "text=quito", "text=owner@zanzibar.example"]),
    ("/_fn/keys", &[""]),
    // Not added: what we keep ourselves would be shown to us ever after.
    ("/_fn/pins", &["href=/dashboard/payments/{id}&title={id}&change=remove&next={id}", "href={id}&title=&change=up"]),
    ("/_fn/link", &["id={id}"]),
    ("/_fn/links", &["asked[view]=all&asked[after]={id}&asked[before]=", "asked[view]=all&asked[after]=&asked[before]={id}"]),
    (
        "/_fn/links/form",
        &[
            "prefill[amount]=1&prefill[currency]=eur&prefill[order_id]={id}&prefill[description]={id}&prefill[customer_name]=&prefill[customer_email]=owner@zanzibar.example&prefill[shop]={id}",
        ],
    ),
    ("/_fn/payment", &["id={id}"]),
    (
        "/_fn/payments",
        &[
            "query=",
            "query=q%3D{id}",
            "query=shop%3D{id}",
            "query=by%3D{id}",
            "query=ids%3D{id}",
            "query=saved%3D{id}",
            "query=after%3D{id}",
            "query=refunds%3D1%26q%3Dzanzibar",
        ],
    ),
    (
        "/_fn/payments/act",
        &[
            "order={id}&payment={id}&action=refund&reason=x",
            "order={id}&payment={payment}&action=cancel",
            "order={order}&payment={id}&action=refund&amount=1",
            "order={order}&payment={id}&action=capture",
            "order={order}&payment={id}&action=validate",
            "order={order}&payment={id}&action=cancel",
            "order={order}&payment={id}&action=lower&amount=1",
            "order={order}&payment={id}&action=postpone&date=2034-01-01",
            "order={order}&payment={id}&action=release",
            "order={order}&payment={id}&action=refuse",
            "order={id}&action=close",
            "order={id}&payment={id}&action=capture",
        ],
    ),
    ("/_fn/payments/chosen", &["ids={id}&told=", "ids={id},{order}&told={id}:ok"]),
    ("/_fn/payments/note", &["order={id}&note={note}&text=x", "order={order}&note={id}&text=x"]),
    (
        "/_fn/payments/note/change",
        &["order={id}&note={id}&version=1&text=x", "order={order}&note={id}&version=1&text=x", "order={order}&note={id}&version=1&erase=1"],
    ),
    (
        "/_fn/payments/refund-many",
        &["ids={id}&payments={id}:1&reason=x", "ids={order}&payments={id}:1&reason=x", "ids={id}&payments={payment}:1"],
    ),
    (
        "/_fn/settings/audit",
        &[
            "asked[who]={id}&asked[action]=&asked[from]=&asked[to]=&asked[after]=&asked[before]=",
            "asked[who]=&asked[action]={id}&asked[from]=&asked[to]=&asked[after]={id}&asked[before]=",
            "asked[who]=&asked[action]=&asked[from]=&asked[to]=&asked[after]=&asked[before]={id}",
        ],
    ),
    ("/_fn/settings/security", &[""]),
    (
        "/_fn/settings/security/act",
        &[
            "doing=end&of={id}",
            "doing=password&of={id}&current=x&password=correct horse&again=correct horse",
            "doing=profile&of={id}&name=Owner&language=en",
        ],
    ),
    ("/_fn/settings/shops", &[""]),
    ("/_fn/settings/team", &[""]),
    (
        "/_fn/settings/team/act",
        &[
            "doing=role&of={id}&role=viewer",
            "doing=remove&of={id}",
            "doing=renew&of={id}",
            "doing=withdraw&of={id}",
            "doing=hand_over&of={id}&password=correct horse battery",
            "doing=leave&of={id}",
            "doing=invite&of={id}&email={id}&role=viewer",
        ],
    ),
    ("/_fn/views/save", &["name=Mine&query=saved%3D{id}"]),
    ("/_fn/views/change", &["id={id}&name=Mine&query=&shared=1&update=1", "id={id}&name=Mine&query="]),
    ("/_fn/views/delete", &["id={id}&query="]),
    ("/_fn/views/columns", &["query=saved%3D{id}&cols[0]={id}"]),
];

/// Forms that are posted to pages. Every route that takes one must be here.
const FORMS: &[(&str, &[&str])] = &[
    ("/dashboard/sign-in", &["email=owner@zanzibar.example&password=wrong horse battery", "email={id}&password={id}"]),
    // It ends the caller's own session, whatever it is told.
    ("/dashboard/sign-out", &[]),
    ("/dashboard/language", &["lang=en&next={id}", "lang={id}"]),
    ("/dashboard/environment", &["environment={id}", "environment=sandbox&account={id}"]),
    ("/dashboard/account", &["account={id}"]),
    ("/dashboard/shortcuts", &["letters=off&next={id}"]),
    ("/dashboard/invitation/{token}", &["name=x&password=correct horse battery"]),
    ("/dashboard/payments/{id}", &["note={note}&text=x", "note={id}&text=x", "note={id}&text="]),
    (
        "/dashboard/links/new",
        &[
            "amount=1&currency=eur&shop={id}&token={form}&order_id=o",
            "amount=1&currency=eur&customer_email=customer@zanzibar.example&token={id}",
        ],
    ),
    ("/dashboard/links/{id}/cancel", &[""]),
    (
        "/dashboard/developers/keys",
        &[
            "ask=create&name=x&shop={id}&kind=secret&token={form}",
            "ask=roll&key={id}&grace=now&token={form}",
            "ask=rename&key={id}&name=x",
            "ask=revoke&key={id}",
        ],
    ),
    ("/dashboard/settings/shops", &["ask=change&shop={id}&name=x&url=", "ask=create&shop={id}&name=Third&url=&token={form}"]),
];

/// What is no page: it never ends, and tells only that something of the caller's own account changed (see the engine's tests of it).
const STREAMS: &[&str] = &["/_live"];

/// The audit log is the account's: it names the environment of each line, and shows both to those who may read it.
const OF_THE_ACCOUNT: &[&str] = &["/dashboard/settings/audit", "/_fn/settings/audit"];

/// What pages read off their address.
const QUERIES: &[&str] = &[
    "?q={id}",
    "?shop={id}&by={id}&who={id}&action={id}&currency={id}&from={id}",
    "?saved={id}&ids={id}&do=refund&payment={id}&note={id}&key={id}&of={id}",
    "?after={id}&open={id}",
];

fn form(text: &str, world: &World, id: &str) -> String {
    text.replace("{id}", id)
        .replace("{order}", &world.order)
        .replace("{payment}", &world.payment)
        .replace("{note}", &world.engine.next_note().to_string())
        .replace("{form}", &world.engine.form_token())
        .replace(' ', "+")
}

fn at(path: &str, id: &str) -> String {
    path.split('/').map(|step| if step.starts_with('{') { id } else { step }).collect::<Vec<_>>().join("/")
}

fn post(path: String, body: String) -> Call {
    Call { method: Method::POST, path, body, json: false, program: false }
}

fn get(path: String) -> Call {
    Call { method: Method::GET, path, body: String::new(), json: false, program: false }
}

pub async fn run(world: &World, theirs: &Theirs, book: &mut Book) {
    every_one_is_here();
    let left_out = |path: &str| STREAMS.contains(&path) || (theirs.ours && OF_THE_ACCOUNT.contains(&path));
    for (path, bodies) in FUNCTIONS.iter().chain(FORMS).filter(|(path, _)| !left_out(path)) {
        for body in *bodies {
            for id in theirs.samples() {
                book.call(world, theirs, post(at(path, id), form(body, world, id)), false).await;
                if !body.contains("{id}") && !path.contains('{') {
                    break;
                }
            }
        }
    }
    for path in source::routes().iter().filter(|path| !left_out(path)) {
        for id in theirs.samples() {
            let page = get(at(path, id));
            if path.contains('{') {
                book.call(world, theirs, page, true).await;
                continue;
            }
            for query in QUERIES {
                book.call(world, theirs, get(format!("{path}{}", query.replace("{id}", id))), false).await;
            }
        }
        if !path.contains('{') {
            book.call(world, theirs, get(path.clone()), false).await;
        }
    }
}

fn every_one_is_here() {
    let named = |cases: &[(&str, &[&str])]| cases.iter().map(|(path, _)| (*path).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(source::functions(), named(FUNCTIONS), "server functions and their cases");
    assert_eq!(source::posts(), named(FORMS), "forms and their cases");
    assert!(source::routes().len() > 20, "{:?}", source::routes());
}
