//! What every suite does: run on each engine, write rows.

use store::{Store, Tx};

/// Runs a test on an empty database of each engine.
pub async fn on_both(test: impl AsyncFn(Store)) {
    for database in store_testing::databases().await.unwrap() {
        println!("on {}", database.name);
        let store = database.open().await.unwrap();
        test(store.clone()).await;
        store.close().await;
    }
}

/// Inserts the rows in one commit.
pub async fn insert_all<R: store::Table + Sync>(store: &Store, rows: Vec<R>) {
    let insert = store::command(move |tx: &mut Tx| {
        let rows = rows.clone();
        Box::pin(async move {
            for row in &rows {
                store::insert(tx, row).await?;
            }
            Ok(())
        })
    });
    store.write(insert).await.unwrap();
}

pub async fn insert<R: store::Table + Sync>(store: &Store, row: R) -> store::Result<()> {
    store
        .tx(move |tx| {
            let row = row.clone();
            Box::pin(async move { store::insert(tx, &row).await })
        })
        .await
}

/// Inserts or updates an intent with everything that follows it, as the engine does.
pub async fn save(store: &Store, before: Option<store::rows::PaymentIntent>, after: store::rows::PaymentIntent) {
    store
        .tx(move |tx| {
            let (before, after) = (before.clone(), after.clone());
            Box::pin(async move {
                match &before {
                    Some(before) => store::update(tx, before, &after).await?,
                    None => store::insert(tx, &after).await?,
                }
                store::intent_changed(tx, before.as_ref(), &after).await
            })
        })
        .await
        .unwrap();
}
