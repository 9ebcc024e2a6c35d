//! API keys: what their page is told, and the forms that make, name, roll and end them.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use engine::{Engine, Grace, KeyKind, MadeKey, NewKey, key_prefix, key_works, rows::ApiKey};
use leptos::prelude::*;
use model::{
    error::{Code, Refused},
    id::{ShopId, UserId},
    locale::Locale,
    time::Timestamp,
};
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::{Desk, posts, session::Signed, signed, told};
use crate::{
    developers::{
        PATH,
        data::{self, Ask, Back, Key, Keys, Made},
        messages as m,
    },
    failure::Failure,
};

/// What a form came to that is shown in its own answer.
#[derive(Clone)]
enum Outcome {
    Made(Made),
    Back(Back),
}

pub async fn keys() -> Result<Keys, Failure> {
    let (engine, signed) = signed()?;
    let found = engine.api_keys(&signed.caller).await.map_err(told)?;
    let (made, back) = match use_context::<Outcome>() {
        Some(Outcome::Made(made)) => (Some(made), None),
        Some(Outcome::Back(back)) => (None, Some(back)),
        None => (None, None),
    };
    let shops: Vec<(ShopId, String)> = found.shops.into_iter().map(|shop| (shop.id, shop.name)).collect();
    let mut keys: Vec<Key> = found.keys.into_iter().map(|row| key(row, &shops, &found.names, found.now)).collect();
    keys.sort_by_key(|key| !key.works());
    Ok(Keys {
        keys,
        shops: shops.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        token: engine.form_token(),
        made,
        back,
        base: engine.public_url().to_owned(),
        now: found.now,
    })
}

fn key(row: ApiKey, shops: &[(ShopId, String)], names: &[(UserId, String)], now: Timestamp) -> Key {
    let kind: KeyKind = row.kind.parse().unwrap_or(KeyKind::Public);
    let state = match (row.revoked, row.expires) {
        (Some(at), _) => data::State::Ended(at),
        (None, Some(at)) if !key_works(&row, now) => data::State::Ended(at),
        (None, Some(at)) => data::State::Until(at),
        (None, None) => data::State::Works,
    };
    Key {
        id: row.id.to_string(),
        shop: shops.iter().find(|(id, _)| *id == row.shop).map(|(_, name)| name.clone()).unwrap_or_default(),
        secret: kind == KeyKind::Secret,
        hint: format!("{}_…{}", key_prefix(row.environment, kind), row.hint),
        created: row.created,
        made_by: row.created_by.and_then(|maker| names.iter().find(|(id, _)| *id == maker)).map(|(_, name)| name.clone()),
        last_used: row.last_used,
        state,
        rolled: row.successor.is_some(),
        name: row.name,
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Form {
    ask: String,
    key: String,
    name: String,
    shop: String,
    kind: String,
    grace: String,
    token: String,
}

/// A key that is made stands in the answer itself, which nobody keeps; the rest leads back to the list.
pub(super) async fn posted(State(desk): State<Desk>, request: Request) -> Response {
    let posted = match posts::read::<Form>(request).await {
        Ok(posted) => posted,
        Err(answer) => return answer,
    };
    let (signed, form) = (posted.signed, posted.form);
    let l = signed.frame.locale;
    let done = match form.ask.parse() {
        Ok(Ask::Create) => create(&desk.engine, &signed, &form).await.map(Some),
        Ok(Ask::Roll) => roll(&desk.engine, &signed, &form).await.map(Some),
        Ok(Ask::Rename) => desk.engine.rename_key(&signed.caller, &form.key, &form.name).await.map(|_| None),
        Ok(Ask::Revoke) => desk.engine.revoke_key(&signed.caller, &form.key).await.map(|_| None),
        Err(_) => Err(Refused::invalid("ask", "This is nothing a key can be asked")),
    };
    match done {
        Ok(Some(made)) => posts::page(&desk, posted.parts, StatusCode::OK, Outcome::Made(made)).await,
        Ok(None) => posts::to(&format!("{PATH}?done={}", form.ask)),
        Err(refused) => {
            let status = posts::status_of(&refused);
            posts::page(&desk, posted.parts, status, Outcome::Back(back(form, refused, l))).await
        }
    }
}

async fn create(engine: &Engine, signed: &Signed, form: &Form) -> Result<Made, Refused> {
    let kind = form.kind.parse().map_err(|_| Refused::invalid("kind", "A key is secret or public"))?;
    let new = NewKey { name: form.name.clone(), shop: form.shop.clone(), kind, token: form.token.clone() };
    Ok(made(&engine.create_key(&signed.caller, new).await?, None))
}

async fn roll(engine: &Engine, signed: &Signed, form: &Form) -> Result<Made, Refused> {
    let grace: data::Grace = form.grace.parse().map_err(|_| Refused::invalid("grace", "Choose how long the old key works"))?;
    let rolled = engine.roll_key(&signed.caller, &form.key, of_engine(grace), &form.token).await?;
    Ok(made(&rolled, Some(grace)))
}

const fn of_engine(grace: data::Grace) -> Grace {
    match grace {
        data::Grace::Now => Grace::Now,
        data::Grace::Hour => Grace::Hour,
        data::Grace::Day => Grace::Day,
        data::Grace::Week => Grace::Week,
    }
}

fn made(made: &MadeKey, grace: Option<data::Grace>) -> Made {
    let secret = made.key.kind == KeyKind::Secret.as_str();
    Made { text: made.text.expose_secret().to_owned(), name: made.key.name.clone(), secret, grace }
}

fn back(form: Form, refused: Refused, l: Locale) -> Back {
    let public = form.kind == KeyKind::Public.as_str();
    let mut back = Back { name: form.name, shop: form.shop, public, error: None, trouble: None };
    match (refused.code, refused.field.as_deref()) {
        (_, Some("name")) => back.error = Some(m::name_length(l).to_owned()),
        (_, Some("shop")) => back.trouble = Some(m::choose_shop(l).to_owned()),
        (Code::OperationNotAllowed | Code::Conflict | Code::NotFound, _) => back.trouble = Some(m::it_changed(l).to_owned()),
        _ => back.trouble = Some(Failure::from(refused).sentence(l)),
    }
    back
}
