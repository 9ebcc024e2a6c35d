//! The same thing asked for several times at once is made once.

use engine::{ApiVersion, CustomerDraft};
use futures::future::join_all;
use model::error::Code;

use crate::world::{card, in_each};

#[tokio::test]
async fn customers_with_one_external_id_made_at_once_are_one_customer() {
    in_each(async |world| {
        for round in 0..8 {
            let draft = CustomerDraft {
                name: Some("Camille Durand".to_owned()),
                external_id: Some(format!("shop-{round}")),
                ..CustomerDraft::default()
            };
            let asked = (0..6).map(|_| world.engine.create_customer(&world.caller, draft.clone(), ApiVersion::V2));
            let made: Vec<_> = join_all(asked).await.into_iter().map(|made| made.unwrap().id).collect();
            assert!(made.iter().all(|id| *id == made[0]), "{made:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_version_1_takes_once_is_taken_once_by_requests_at_once() {
    in_each(async |world| {
        for round in 0..8 {
            let draft = CustomerDraft { name: Some(format!("Camille Durand {round}")), ..CustomerDraft::default() };
            let asked = (0..6).map(|_| world.engine.create_customer(&world.caller, draft.clone(), ApiVersion::V1));
            let made: Vec<_> = join_all(asked).await;
            assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1, "{made:?}");
            assert!(made.iter().filter_map(|made| made.as_ref().err()).all(|refused| refused.code == Code::AlreadyExists));
        }
        let asked = (0..6).map(|_| world.engine.create_card(&world.caller, card("4242424242424242"), ApiVersion::V1));
        assert_eq!(join_all(asked).await.iter().filter(|made| made.is_ok()).count(), 1);
    })
    .await;
}
