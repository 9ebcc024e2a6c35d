//! `serve --demo`: a sandbox account of four months, made through the engine itself, by clocks that are set.

mod chance;
mod clock;
mod desk;
mod order;
mod payers;
mod people;
mod play;
mod remarkable;
mod shop;
mod story;
mod wares;

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use engine::{Clock, Draw, NewAccount, SystemClock, SystemDraw};
use model::error::Refused;
use model::id::{PaymentIntentId, ShopId};
use model::money::Currency;
use model::time::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::command::{Stop, say};
use crate::house::House;
use clock::SetClock;
use play::Play;
use shop::{Callers, Hand};

/// Where the house is.
const TIME_ZONE: &str = "Europe/Paris";
/// How many orders are played side by side.
const HANDS: usize = 6;
const FILE: &str = "demo.json";
const EMAIL: &str = "demo@maison-lefevre.example";

/// Where the server can be reached, as `demo.json` says it.
#[derive(Clone, Copy)]
pub struct Reached<'a> {
    pub url: &'a str,
    pub tls_url: Option<&'a str>,
}

/// Fills an empty database, and leaves any other as it is. What to tell whoever started it.
///
/// # Errors
/// Where the database, or the file beside it, can't be written.
pub async fn prepare(house: &House<'_>, data: &Path, reached: Reached<'_>, seed: u64) -> Result<String, Stop> {
    let file = data.join(FILE);
    if house.is_empty().await? {
        return fill(house, &file, reached, seed, SystemClock.now()).await;
    }
    match fs::read(&file) {
        Ok(bytes) => {
            let mut demo: Value = serde_json::from_slice(&bytes).map_err(|error| unusable(&file, error))?;
            let before = demo.clone();
            (demo["url"], demo["tls_url"]) = (reached.url.into(), reached.tls_url.into());
            if demo != before {
                write(&file, &demo).map_err(|error| unusable(&file, error))?;
            }
            Ok(told(&demo, &file, None))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok("The database holds an account already: no demonstration was added.".to_owned())
        }
        Err(error) => Err(unusable(&file, error)),
    }
}

fn unusable(file: &Path, error: impl std::fmt::Display) -> Stop {
    Stop::failed(file.display(), error)
}

/// `end`: the moment that the story leads up to.
async fn fill(house: &House<'_>, file: &Path, reached: Reached<'_>, seed: u64, end: Timestamp) -> Result<String, Stop> {
    say("Preparing a demonstration shop …")?;
    let begin = end.minus((story::STORY_DAYS + 1) * model::time::DAY);
    let mut hands = Vec::with_capacity(HANDS);
    for _ in 0..HANDS {
        let clock = Arc::new(SetClock::at(begin));
        hands.push(Hand { engine: house.engine_at(reached.url, clock.clone()).await?, clock });
    }
    let Some(engine) = hands.first().map(|hand| hand.engine.clone()) else { return Ok(String::new()) };
    let password = password();
    let failed = |refused: Refused| Stop::failed("the demonstration", refused);
    let account = NewAccount {
        name: "Maison Lefèvre".to_owned(),
        email: EMAIL.to_owned(),
        password: SecretString::from(password.clone()),
        user_name: people::OWNER.to_owned(),
        time_zone: TIME_ZONE.to_owned(),
        currency: Currency::Eur,
        locale: "en".to_owned(),
    };
    let made = engine.create_account(account).await.map_err(failed)?;
    let demo = json!({
        "url": reached.url,
        "tls_url": reached.tls_url,
        "email": EMAIL,
        "password": password,
        "members": people::members(&password),
        "secret_key": made.sandbox_secret.expose_secret(),
        "public_key": made.sandbox_public,
    });
    // At once: should the rest fail, the account can still be used.
    write(file, &demo).map_err(|error| unusable(file, error))?;
    let first = (made.sandbox_secret, made.shop.id);
    let open = live(&hands, first, SecretString::from(password), seed, end).await.map_err(failed)?;
    for hand in &hands {
        hand.engine.settle_down().await;
    }
    let open = open.map(|intent| format!("{}/test_{intent}", reached.url));
    Ok(told(&demo, file, open.as_deref()))
}

/// Four months, from the first shop's key on. The last order that waits to be paid.
async fn live(
    hands: &[Hand],
    (key, shop): (SecretString, ShopId),
    password: SecretString,
    seed: u64,
    end: Timestamp,
) -> Result<Option<PaymentIntentId>, Refused> {
    let Some(hand) = hands.first() else { return Ok(None) };
    let engine = &hand.engine;
    let signed = engine.sign_in(EMAIL, password.clone(), people::visitor(0)).await?;
    let owner = engine.session(signed.token.expose_secret(), None).await?.caller;
    let shops = desk::open_shops(engine, &owner, (key, shop)).await?;
    let programs = desk::programs(engine, &shops).await?;
    let team = people::gather(hand, owner, &password).await?;
    let callers = Arc::new(Callers { programs, shops: [shops[0].1, shops[1].1, shops[2].1], team });
    let orders = story::Plan::new(seed, end, engine::zone(TIME_ZONE, end)).orders();
    let told = Play::new(hands.to_vec(), callers.clone()).tell(orders, end).await?;
    engine.sign_out(signed.token.expose_secret()).await?;
    desk::keep(hand, &callers.team, &shops, &told.noted, end).await?;
    people::arrive(hand, &callers.team, EMAIL, &password, end).await?;
    Ok(told.open)
}

/// 20 letters and digits that can't be mistaken for each other: about 98 bits.
fn password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut random = [0; 20];
    SystemDraw.fill(&mut random);
    let mut text = String::with_capacity(24);
    for (at, byte) in random.iter().enumerate() {
        if at > 0 && at % 5 == 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    text
}

/// Whole or not at all, and for this user only: it holds a password.
fn write(file: &Path, demo: &Value) -> io::Result<()> {
    let beside = file.with_extension("json.new");
    let _ = fs::remove_file(&beside);
    let mut new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    writeln!(new, "{demo:#}")?;
    new.sync_all()?;
    fs::rename(&beside, file)
}

fn told(demo: &Value, file: &Path, open: Option<&str>) -> String {
    let of = |key: &str| demo.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut text = String::from("A demonstration shop, in the sandbox: no money moves.\n\n");
    // Writing to a String can't fail.
    let _ = writeln!(text, "  Dashboard  {}/dashboard", of("url"));
    let _ = writeln!(text, "  E-mail     {}", of("email"));
    let _ = writeln!(text, "  Password   {}", of("password"));
    if let Some(open) = open {
        let _ = writeln!(text, "  Pay one    {open}");
    }
    text.push_str("  Test card  4242 4242 4242 4242, any date to come, any CVC; the page offers others\n");
    let _ = write!(text, "  API keys   in {}", file.display());
    text
}

#[cfg(test)]
mod tests;
