//! Named views and usual columns, as forms ask for them.

use engine::ViewChange;
use leptos_axum::redirect;

use crate::{
    failure::Failure,
    payments::{columns::Column, query::Asked},
    server::{signed, told},
};

pub async fn save(name: String, query: String, shared: bool) -> Result<(), Failure> {
    let (engine, signed) = signed()?;
    let asked = Asked::parse(&query);
    let id = engine.save_view(&signed.caller, &name, &asked.to_save(), shared).await.map_err(told)?;
    redirect(&Asked { saved: id.to_string(), ..asked.first() }.href());
    Ok(())
}

pub async fn change(id: String, name: String, query: String, shared: bool, update: bool) -> Result<(), Failure> {
    let (engine, signed) = signed()?;
    let asked = Asked::parse(&query);
    let change = ViewChange { name: Some(name), query: update.then(|| asked.to_save()), shared: Some(shared) };
    engine.change_view(&signed.caller, &id, change).await.map_err(told)?;
    redirect(&Asked { saved: id, ..asked.first() }.href());
    Ok(())
}

pub async fn delete(id: String, query: String) -> Result<(), Failure> {
    let (engine, signed) = signed()?;
    engine.delete_view(&signed.caller, &id).await.map_err(told)?;
    redirect(&Asked { saved: String::new(), ..Asked::parse(&query).first() }.href());
    Ok(())
}

pub async fn columns(query: String, cols: Vec<String>) -> Result<(), Failure> {
    let (engine, signed) = signed()?;
    let chosen = Column::split(&cols.join(","));
    let kept = if chosen == Column::USUAL { String::new() } else { Column::joined(&chosen) };
    engine.keep_list_columns(&signed.caller, &kept).await.map_err(told)?;
    redirect(&Asked { columns: Vec::new(), ..Asked::parse(&query).first() }.href());
    Ok(())
}
