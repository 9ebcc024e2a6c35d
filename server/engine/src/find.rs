//! What the search bar finds beside payments: customers, and the page an id belongs to.

use model::error::{Code, Refused};
use model::rights::Right;
use store::rows::Customer;

use crate::Engine;
use crate::caller::Caller;

/// Shorter beginnings of an e-mail address are not looked for, in characters.
const SHORTEST: usize = 2;

/// Where an object is shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Located {
    /// On the page of this order or payment.
    Payment(String),
    Customer(Box<Customer>),
    Shop(String),
    Key(String),
    Member(String),
}

impl Engine {
    /// Customers whose e-mail address begins so.
    ///
    /// # Errors
    /// 403.
    pub async fn find_customers(&self, caller: &Caller, beginning: &str, most: i64) -> Result<Vec<Customer>, Refused> {
        caller.needs(Right::PaymentRead)?;
        let beginning = beginning.trim().to_lowercase();
        let plain = beginning.chars().count() >= SHORTEST && !beginning.contains(char::is_whitespace) && !beginning.contains('\0');
        if !plain {
            return Ok(Vec::new());
        }
        let mut reader = self.0.store.read().await?;
        Ok(store::find::customers_by_email(&mut reader, caller.scope, &beginning, most).await?)
    }

    /// Where the object with this id is shown; none for an id that is nobody's here, or whose page the caller may not open.
    ///
    /// # Errors
    /// 403.
    pub async fn locate(&self, caller: &Caller, id: &str) -> Result<Option<Located>, Refused> {
        caller.needs(Right::PaymentRead)?;
        let (prefix, _) = id.split_once('_').unwrap_or_default();
        let found = match prefix {
            "pi" | "paym" => self.payment_file(caller, id).await.map(|file| Some(Located::Payment(file.intent.id.to_string()))),
            "refd" => self.refund_of(caller, id).await.map(|refund| Some(Located::Payment(refund.intent.to_string()))),
            "dspt" => self.dispute(caller, id).await.map(|dispute| Some(Located::Payment(dispute.intent.to_string()))),
            "evt" => self.event(caller, id).await.map(|event| event.intent.map(|intent| Located::Payment(intent.to_string()))),
            "cust" => self.customer(caller, id).await.map(|customer| Some(Located::Customer(Box::new(customer)))),
            "shop" if caller.rights.contains(Right::SettingsManage) => {
                let shops = self.shops(caller).await?;
                Ok(shops.iter().any(|shop| shop.id.to_string() == id).then(|| Located::Shop(id.to_owned())))
            }
            "key" if caller.rights.contains(Right::KeyManage) => Ok(Some(Located::Key(id.to_owned()))),
            "user" => {
                let team = self.team(caller).await?;
                Ok(team.members.iter().any(|one| one.id.to_string() == id).then(|| Located::Member(id.to_owned())))
            }
            _ => Ok(None),
        };
        match found {
            Err(refused) if matches!(refused.code, Code::NotFound | Code::Invalid) => Ok(None),
            other => other,
        }
    }
}
