//! A data folder that can only be read.

use std::path::Path;
use std::time::Duration;

use super::disk::Disk;
use super::load::try_payment;
use super::place::{Engine, Place};
use crate::Problem;
use crate::server::{House, free_port};

/// How long it may take to say so.
const PATIENCE: Duration = Duration::from_secs(20);

/// # Errors
/// What went otherwise than it should, and where to look.
pub async fn run(binary: &Path, engine: Engine) -> Result<String, Problem> {
    let mut place = Place::new(binary, engine).await?;
    match read_only(&place, binary, engine).await {
        Ok(said) => Ok(said),
        Err(problem) => Err(format!("{problem}\n{}", place.keep())),
    }
}

async fn read_only(place: &Place, binary: &Path, engine: Engine) -> Result<String, Problem> {
    let server = place.house.serve(&[]).await?;
    pays(place, &server.base()?).await?;
    server.stop().await?;
    let other = place.folder().join("read-only");
    let disk = Disk::read_only(&place.house.data, &other.join("data"))?;
    let database = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(place.house.database.clone()),
    };
    let house = House::at(binary, &other, database)?;
    let said = match engine {
        // the key is there to be read, and nothing need be written
        Engine::Postgres => {
            let server = house.serve(&[]).await?;
            pays(place, &server.base()?).await?;
            server.stop().await?;
            "serves from a folder it can only read".to_owned()
        }
        Engine::Sqlite => {
            let before = listing(&place.house.data)?;
            let said = refuses(&house).await?;
            if listing(&place.house.data)? != before {
                return Err("a folder that could only be read has changed".to_owned());
            }
            format!("does not start and says {said:?}")
        }
    };
    drop(disk);
    let server = place.house.serve(&[]).await?;
    pays(place, &server.base()?).await?;
    server.stop().await?;
    let orders = place.audit(false).await?;
    Ok(format!("{said}; in service again where it can be written, {orders} orders and their ledger are right"))
}

async fn pays(place: &Place, base: &crate::http::Base) -> Result<(), Problem> {
    let answer = try_payment(base, &place.keys.secret).await?;
    if answer.status() == 200 { Ok(()) } else { Err(format!("a payment: {} {}", answer.status(), answer.text())) }
}

/// It ends by itself, not well, and says in a line which file or folder it is about and what is wrong with it.
async fn refuses(house: &House) -> Result<String, Problem> {
    let mut server = house.spawn(free_port()?, &[])?;
    let status = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(status) = server.ended()? {
                return Ok::<_, Problem>(status);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let status = status.await.map_err(|_| format!("it neither serves nor ends: {}", house.logged()))??;
    let log = house.logged();
    let last = log.lines().last().unwrap_or_default().to_owned();
    let clear = last.contains(&*house.data.to_string_lossy()) && last.to_lowercase().contains("read");
    if status.code() == Some(1) && clear { Ok(last) } else { Err(format!("it ended with {status} and said: {log}")) }
}

/// Names and contents of what is in a folder.
fn listing(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Problem> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_file() {
            found.push((entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).map_err(failed)?));
        }
    }
    found.sort();
    Ok(found)
}
