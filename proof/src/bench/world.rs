//! A server on a database of its own, with an account.

use serde_json::json;
use store::DatabaseUrl;
use store_testing::Database;

use super::{Args, Engine};
use crate::Problem;
use crate::http::{Answer, Client, Request};
use crate::server::{EMAIL, House, Keys, PASSWORD, Server};

pub struct World {
    pub engine: Engine,
    pub house: House,
    pub keys: Keys,
    _database: Option<Database>,
}

/// An empty database: none for SQLite, which makes its file in the data folder.
///
/// # Errors
/// Where PostgreSQL is not there.
pub async fn database(engine: Engine) -> Result<Option<Database>, Problem> {
    match engine {
        Engine::Sqlite => Ok(None),
        Engine::Postgres => store_testing::durable_postgres().await.map(Some),
    }
}

impl World {
    /// # Errors
    /// Where the binary, the folder or the database is missing.
    pub async fn new(args: &Args, engine: Engine) -> Result<Self, Problem> {
        let database = database(engine).await?;
        let house = House::new(&args.binary, database.as_ref().map(|database| database.url.clone()))?;
        let keys = house.create_account()?;
        Ok(Self { engine, house, keys, _database: database })
    }

    pub fn url(&self) -> &DatabaseUrl {
        &self.house.database
    }

    /// A card that can be charged again and again.
    ///
    /// # Errors
    /// Where the API refuses it.
    pub async fn card(&self, server: &Server) -> Result<String, Problem> {
        let card = json!({"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"});
        let asked = Request::post("/v2/cards/").key(&self.keys.secret).json(&card);
        let answer = Client::new(server.base()?).send(&asked).await?;
        id(&answer)
    }

    /// A session's cookie.
    ///
    /// # Errors
    /// Where the owner is not let in.
    pub async fn sign_in(&self, server: &Server) -> Result<String, Problem> {
        let form = format!("email={}&password={}", encoded(EMAIL), encoded(PASSWORD));
        let asked = Request::post("/dashboard/sign-in").form(form).header("Sec-Fetch-Site", "same-origin");
        let answer = Client::new(server.base()?).send(&asked).await?;
        let cookie = answer.head.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        cookie.map(str::to_owned).ok_or_else(|| format!("sign-in: status {}: {}", answer.status(), answer.text()))
    }
}

/// The id of what was made.
///
/// # Errors
/// Where the answer is no success.
pub fn id(answer: &Answer) -> Result<String, Problem> {
    let id = answer.json().get("id").and_then(|id| id.as_str()).map(str::to_owned);
    id.filter(|_| answer.status() == 200).ok_or_else(|| format!("status {}: {}", answer.status(), answer.text()))
}

/// As forms and addresses write it.
pub fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
