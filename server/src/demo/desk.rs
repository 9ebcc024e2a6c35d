//! What the team keeps at its desk beside the payments: shops and their keys, notes, views of the list.

use engine::{Caller, Engine, Grace, KeyKind, NewKey, ShopDraft};
use model::error::Refused;
use model::id::{PaymentIntentId, ShopId};
use model::time::{DAY, HOUR, MINUTE, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use super::order::Who;
use super::people::Team;
use super::shop::Hand;

/// What they are called, and where they are.
const SHOPS: [(&str, &str); 2] =
    [("Atelier Montreuil", "https://atelier.maison-lefevre.example"), ("Lefèvre Professionnels", "https://pro.maison-lefevre.example")];

/// Name and query, whose, and whether the others see it.
const VIEWS: [(Who, &str, &str, bool); 4] = [
    (Who::Owner, "To decide", "view=action", true),
    (Who::Finance, "Refunds to check", "view=refunded", true),
    (Who::Support, "Refused or failed", "status=refused,error,capture_failed", true),
    (Who::Owner, "Above €500", "min=500", false),
];

const NOTES: [(Who, &str); 8] = [
    (Who::Support, "Called the customer: the parcel came back, a new one goes out on Monday."),
    (Who::Finance, "Matches the delivery note. Keep for the end of the month."),
    (Who::Admin, "Regular customer, no need to ask again."),
    (Who::Support, "Asked for an invoice in the company's name. Sent."),
    (Who::Owner, "Please look at this before it is captured: the address differs from the last order."),
    (Who::Finance, "The bank confirmed the chargeback by post."),
    (Who::Support, "Wants to collect it at the workshop on Saturday."),
    (Who::Admin, "Glaze is out of stock until the next firing; the customer will wait."),
];

/// A shop with its program's key.
pub type Opened = (SecretString, ShopId);

/// The other two shops, the first as given.
///
/// # Errors
/// What the engine refuses.
pub async fn open_shops(engine: &Engine, owner: &Caller, first: Opened) -> Result<[Opened; 3], Refused> {
    Ok([first, open_shop(engine, owner, SHOPS[0]).await?, open_shop(engine, owner, SHOPS[1]).await?])
}

/// The programs, each with the key of its shop: keys say when they were used last.
///
/// # Errors
/// Where the database fails.
pub async fn programs(engine: &Engine, shops: &[Opened; 3]) -> Result<[Caller; 3], Refused> {
    let [one, two, three] = shops.each_ref().map(|(key, _)| key.expose_secret());
    Ok([engine.caller_for_key(one, None).await?, engine.caller_for_key(two, None).await?, engine.caller_for_key(three, None).await?])
}

async fn open_shop(engine: &Engine, owner: &Caller, (name, url): (&str, &str)) -> Result<Opened, Refused> {
    let draft = ShopDraft { name: name.to_owned(), url: Some(url.to_owned()) };
    let shop = engine.create_shop(owner, draft, &engine.form_token()).await?.id;
    engine.create_key(owner, new_key(engine, name, KeyKind::Public, shop)).await?;
    let made = engine.create_key(owner, new_key(engine, name, KeyKind::Secret, shop)).await?;
    Ok((made.text, shop))
}

fn new_key(engine: &Engine, name: &str, kind: KeyKind, shop: ShopId) -> NewKey {
    NewKey { name: name.to_owned(), kind, shop: shop.to_string(), token: engine.form_token() }
}

/// What was done lately: a key replaced, one ended; notes on `orders`; views.
///
/// # Errors
/// What the engine refuses.
pub async fn keep(hand: &Hand, team: &Team, shops: &[Opened; 3], orders: &[PaymentIntentId], end: Timestamp) -> Result<(), Refused> {
    let engine = &hand.engine;
    let developer = team.caller(Who::Developer);
    hand.clock.set(end.minus(40 * DAY));
    let trial = engine.create_key(developer, new_key(engine, "Trial of the new till", KeyKind::Secret, shops[1].1)).await?;
    hand.clock.set(end.minus(31 * DAY));
    engine.revoke_key(developer, &trial.key.id.to_string()).await?;
    hand.clock.set(end.minus(30 * DAY));
    let till = engine.create_key(developer, new_key(engine, "Till", KeyKind::Secret, shops[1].1)).await?;
    hand.clock.set(end.minus(3 * DAY));
    let rolled = engine.roll_key(developer, &till.key.id.to_string(), Grace::Week, &engine.form_token()).await?;
    hand.clock.set(end.minus(2 * MINUTE));
    programs(engine, shops).await?;
    engine.caller_for_key(rolled.text.expose_secret(), None).await?;
    for (at, (who, text)) in (1..).zip(NOTES) {
        let Some(order) = orders.len().checked_sub(at * 5).and_then(|place| orders.get(place)) else { break };
        let intent = engine.intent(team.caller(who), &order.to_string()).await?;
        let later = intent.created.plus_millis(3 * HOUR);
        hand.clock.set(if later < end { later } else { end });
        let note = engine.next_note().to_string();
        engine.write_note(team.caller(who), &order.to_string(), &note, text).await?;
    }
    for (days, (who, name, query, shared)) in (5..).zip(VIEWS) {
        hand.clock.set(end.minus(days * DAY));
        engine.save_view(team.caller(who), name, query, shared).await?;
    }
    Ok(())
}
