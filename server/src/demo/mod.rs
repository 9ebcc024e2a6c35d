//! `serve --demo`: something to look at.

use engine::Engine;

use crate::command::Stop;
use crate::house::House;

pub async fn prepare(_: &House<'_>, _: &Engine, _: &str, _: Option<&str>) -> Result<String, Stop> {
    Ok(String::new())
}
