//! A server of our own: it can be killed and started again, and its clock moved.

use std::path::Path;

use store::DatabaseUrl;
use tokio::sync::Mutex;

use super::rule::{Otherwise, Seen};
use crate::Problem;
use crate::server::{House, Server};

/// Two accounts, and a running server.
pub struct Own {
    house: House,
    /// None only while it starts again.
    server: Mutex<Option<Server>>,
    pub url: String,
    /// Sandbox secret keys of two accounts.
    pub keys: [String; 2],
    /// The first account's.
    pub public: String,
    /// The first account's secret key of production.
    pub production: String,
}

impl Own {
    /// # Errors
    /// Where it does not come up.
    pub async fn start(binary: &Path, database: Option<DatabaseUrl>) -> Result<Self, Problem> {
        let house = House::new(binary, database)?;
        let mine = account(&house, "mine")?;
        let theirs = account(&house, "theirs")?;
        let server = house.serve(&[]).await?;
        let (url, server) = (server.url(), Mutex::new(Some(server)));
        let keys = [key(&mine, "stest_")?, key(&theirs, "stest_")?];
        Ok(Self { house, server, url, keys, public: key(&mine, "ptest_")?, production: key(&mine, "sprod_")? })
    }

    /// `kill -9`, and a new process at the same address on the same data.
    ///
    /// # Errors
    /// Where it does not come up again.
    pub async fn restart(&self) -> Seen {
        let mut running = self.server.lock().await;
        let server = running.take().ok_or_else(|| Otherwise::Broken("the server did not come up again before".to_owned()))?;
        let address = server.address;
        server.kill()?;
        *running = Some(self.house.serve_at(address, &[]).await?);
        Ok(())
    }
}

/// What `account create` prints.
fn account(house: &House, name: &str) -> Result<String, Problem> {
    let mut command = house.command(&["account", "create", "--name", name, "--email", &format!("{name}@proof.example")]);
    let output = command.env("GUICHET_PASSWORD", crate::server::PASSWORD).output().map_err(|error| format!("account create: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(said) } else { Err(format!("account create: {said}{}", String::from_utf8_lossy(&output.stderr))) }
}

fn key(said: &str, begins: &str) -> Result<String, Problem> {
    let found = said.split_whitespace().find(|word| word.starts_with(begins));
    found.map(str::to_owned).ok_or_else(|| format!("account create printed no key {begins}…"))
}
