//! Pages that people keep at hand in the side bar. Everybody keeps their own; nobody else sees them, and no audit log.

use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::UserId;
use model::rights::Right;
use store::Tx;
pub use store::pins::Pin;

use crate::Engine;
use crate::caller::{Actor, Caller};

/// How many pages one person keeps.
pub const PINS_MAX: usize = 12;
/// Characters.
pub const PIN_TITLE_MAX: usize = 80;
/// Bytes.
const HREF_MAX: usize = 1_000;

/// What to do with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinChange {
    /// At the end; a page that is there already only takes the title.
    Add,
    Remove,
    Up,
    Down,
}

fn person(caller: &Caller) -> Result<UserId, Refused> {
    caller.needs(Right::PaymentRead)?;
    match caller.actor() {
        Actor::User(user) => Ok(user),
        _ => Err(Refused::new(Code::Forbidden, "Pages are kept by people")),
    }
}

fn checked(href: &str, title: &str) -> Result<Pin, Refused> {
    let inside = href == "/dashboard" || href.starts_with("/dashboard/") || href.starts_with("/dashboard?");
    if !inside || href.len() > HREF_MAX || !href.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return Err(Refused::invalid("href", "Only pages of the dashboard are kept"));
    }
    let title: String = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let title: String = title.chars().filter(|c| !c.is_control()).take(PIN_TITLE_MAX).collect();
    if title.is_empty() {
        return Err(Refused::missing("title"));
    }
    Ok(Pin { href: href.to_owned(), title })
}

fn changed(mut pins: Vec<Pin>, pin: Pin, change: PinChange) -> Result<Vec<Pin>, Refused> {
    let at = pins.iter().position(|one| one.href == pin.href);
    match (change, at) {
        (PinChange::Add, Some(at)) => pins[at].title = pin.title,
        (PinChange::Add, None) if pins.len() >= PINS_MAX => {
            return Err(Refused::new(Code::Conflict, format!("One person keeps at most {PINS_MAX} pages")));
        }
        (PinChange::Add, None) => pins.push(pin),
        (PinChange::Remove, Some(at)) => drop(pins.remove(at)),
        (PinChange::Up, Some(at)) if at > 0 => pins.swap(at, at - 1),
        (PinChange::Down, Some(at)) if at + 1 < pins.len() => pins.swap(at, at + 1),
        _ => {}
    }
    Ok(pins)
}

impl Engine {
    /// The person's pages in their order.
    ///
    /// # Errors
    /// 403 for programs.
    pub async fn pins(&self, caller: &Caller) -> Result<Vec<Pin>, Refused> {
        let user = person(caller)?;
        let mut reader = self.0.store.read().await?;
        Ok(store::pins::pins(&mut reader, caller.scope, user).await?)
    }

    /// Keeps, drops or moves a page; how they stand then. A title is cut where it is too long.
    ///
    /// # Errors
    /// 403 for programs; 422 for an address that is no page; 409 beyond what one person keeps.
    pub async fn change_pins(&self, caller: &Caller, href: &str, title: &str, change: PinChange) -> Result<Vec<Pin>, Refused> {
        let user = person(caller)?;
        let pin = checked(href, if change == PinChange::Add { title } else { "page" })?;
        let scope = caller.scope;
        let command = store::command(move |tx: &mut Tx| {
            let pin = pin.clone();
            async move {
                let before = store::pins::pins(tx, scope, user).await?;
                let after = changed(before, pin, change)?;
                store::pins::set(tx, scope, user, &after).await?;
                Ok(after)
            }
            .boxed()
        });
        self.commit(command).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(href: &str) -> Pin {
        checked(href, "A  page\n").unwrap()
    }

    #[test]
    fn pages_are_added_once_moved_and_removed() {
        let all = |pins: &[Pin]| pins.iter().map(|pin| pin.href.clone()).collect::<Vec<_>>();
        let [a, b, c] = ["/dashboard", "/dashboard/payments?view=paid", "/dashboard/links"].map(pin);
        assert_eq!(a.title, "A page");
        let mut pins = Vec::new();
        for one in [&a, &b, &c, &b] {
            pins = changed(pins, one.clone(), PinChange::Add).unwrap();
        }
        assert_eq!(all(&pins), [&*a.href, &*b.href, &*c.href]);
        pins = changed(pins, c.clone(), PinChange::Up).unwrap();
        pins = changed(pins, a.clone(), PinChange::Up).unwrap();
        pins = changed(pins, a.clone(), PinChange::Down).unwrap();
        assert_eq!(all(&pins), [&*c.href, &*a.href, &*b.href]);
        pins = changed(pins, b.clone(), PinChange::Remove).unwrap();
        assert_eq!(all(&changed(pins, b, PinChange::Remove).unwrap()), [&*c.href, &*a.href]);
    }

    #[test]
    fn only_pages_of_the_dashboard_are_kept_and_not_without_end() {
        for href in ["https://evil.example/", "//evil.example", "/v2/ping", "/dashboardx", "/dashboard/a b", "/dashboard/\\a"] {
            assert_eq!(checked(href, "x").unwrap_err().field.as_deref(), Some("href"), "{href}");
        }
        assert_eq!(checked("/dashboard", "  ").unwrap_err().field.as_deref(), Some("title"));
        let full: Vec<Pin> = (0..PINS_MAX).map(|n| pin(&format!("/dashboard/payments/pi_{n}"))).collect();
        assert_eq!(changed(full, pin("/dashboard"), PinChange::Add).unwrap_err().code, Code::Conflict);
    }
}
