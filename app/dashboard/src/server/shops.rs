//! Shops: what their page is told, and the form that makes and changes one.

use axum::{
    extract::{Request, State},
    response::Response,
};
use engine::{ShopDraft, ShopFile};
use leptos::prelude::*;
use model::{
    error::{Code, Refused},
    locale::Locale,
};
use serde::Deserialize;

use super::{Desk, posts, signed, told};
use crate::{
    failure::Failure,
    settings::shops::{Back, PATH, Shop, Shops, messages as m},
};

pub async fn shops() -> Result<Shops, Failure> {
    let (engine, signed) = signed()?;
    let (files, now) = engine.shop_files(&signed.caller).await.map_err(told)?;
    let shop = |ShopFile { shop, keys, last_used }: ShopFile| Shop {
        id: shop.id.to_string(),
        name: shop.name,
        url: shop.url,
        keys,
        last_used,
        created: shop.created,
    };
    Ok(Shops { shops: files.into_iter().map(shop).collect(), token: engine.form_token(), back: use_context(), now })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Form {
    ask: String,
    shop: String,
    name: String,
    url: String,
    token: String,
}

pub(super) async fn posted(State(desk): State<Desk>, request: Request) -> Response {
    let posted = match posts::read::<Form>(request).await {
        Ok(posted) => posted,
        Err(answer) => return answer,
    };
    let (signed, form) = (posted.signed, posted.form);
    let l = signed.frame.locale;
    let draft = ShopDraft { name: form.name.clone(), url: Some(form.url.clone()) };
    let done = match form.ask.as_str() {
        "create" => desk.engine.create_shop(&signed.caller, draft, &form.token).await,
        "change" => desk.engine.update_shop(&signed.caller, &form.shop, draft).await,
        _ => Err(Refused::invalid("ask", "This is nothing a shop can be asked")),
    };
    match done {
        Ok(_) => posts::to(&format!("{PATH}?done={}", form.ask)),
        Err(refused) => posts::page(&desk, posted.parts, posts::status_of(&refused), back(form, refused, l)).await,
    }
}

fn back(form: Form, refused: Refused, l: Locale) -> Back {
    let mut back = Back { name: form.name, url: form.url, ..Back::default() };
    match (refused.code, refused.field.as_deref()) {
        (Code::AlreadyExists, Some("name")) => back.name_error = Some(m::name_taken(l).to_owned()),
        (_, Some("name")) => back.name_error = Some(m::name_length(l).to_owned()),
        (_, Some("url")) => back.url_error = Some(m::url_wrong(l).to_owned()),
        _ => back.trouble = Some(Failure::from(refused).sentence(l)),
    }
    back
}
