//! Live: whoever looks at an account hears of its changes, and of nobody else's.

use std::time::Duration;

use engine::{Heard, Listening, Visitor};
use model::rights::Environment;
use secrecy::{ExposeSecret, SecretString};

use crate::world::{World, in_each, new_account};

/// Longer than any stream is quiet about a change.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longer than a stream needs to tell of one.
const SILENCE: Duration = Duration::from_millis(1_500);

async fn signed_in(world: &World, email: &str) -> String {
    let password = SecretString::from("correct horse battery");
    world.engine.sign_in(email, password, Visitor::default()).await.unwrap().token.expose_secret().to_owned()
}

async fn heard(stream: &mut Listening) -> Option<Heard> {
    tokio::time::timeout(PATIENCE, stream.next()).await.unwrap()
}

/// Hears what there is until nothing more comes; what has been seen with it.
async fn hears_out(stream: &mut Listening) -> String {
    let mut last = None;
    while let Ok(heard) = tokio::time::timeout(SILENCE, stream.next()).await {
        match heard {
            Some(Heard::Changed(seen)) => last = Some(seen),
            other => panic!("{other:?}"),
        }
    }
    last.unwrap()
}

async fn is_quiet(stream: &mut Listening) {
    assert!(tokio::time::timeout(SILENCE, stream.next()).await.is_err(), "a change was told where there was none");
}

#[tokio::test]
async fn a_stream_tells_of_the_changes_of_its_account_and_environment_only() {
    in_each(async |world: &mut World| {
        world.engine.create_account(new_account("other@example.com")).await.unwrap();
        let (own, other) = (signed_in(world, "owner@example.com").await, signed_in(world, "other@example.com").await);
        let production = signed_in(world, "owner@example.com").await;
        world.engine.choose_environment(&production, Environment::Production).await.unwrap();
        let mut streams = Vec::new();
        for token in [&own, &other, &production] {
            let mut stream = world.engine.listen(token, None).await.unwrap();
            // Who does not say what it has seen reads again at once.
            hears_out(&mut stream).await;
            streams.push(stream);
        }
        let seen = world.engine.seen(world.caller.scope());
        world.pay_by_api("4000000000000077", |_| {}).await;
        assert!(matches!(heard(&mut streams[0]).await, Some(Heard::Changed(_))));
        is_quiet(&mut streams[1]).await;
        is_quiet(&mut streams[2]).await;
        drop(streams);
        // A window that comes back is told what it missed, and nothing where it missed nothing.
        let mut late = world.engine.listen(&own, Some(&seen)).await.unwrap();
        let seen = hears_out(&mut late).await;
        assert_eq!(seen, world.engine.seen(world.caller.scope()));
        let mut punctual = world.engine.listen(&own, Some(&seen)).await.unwrap();
        is_quiet(&mut punctual).await;
    })
    .await;
}

#[tokio::test]
async fn many_changes_are_told_as_few() {
    in_each(async |world: &mut World| {
        let token = signed_in(world, "owner@example.com").await;
        let mut stream = world.engine.listen(&token, None).await.unwrap();
        hears_out(&mut stream).await;
        let listening = tokio::spawn(async move {
            let mut told = 0;
            while tokio::time::timeout(Duration::from_secs(3), stream.next()).await.is_ok() {
                told += 1;
            }
            told
        });
        let begun = tokio::time::Instant::now();
        for _ in 0..40 {
            world.intent(|_| {}).await;
        }
        // One at the beginning and one at the end, and between them one each pause.
        let pauses = u32::try_from(begun.elapsed().as_millis() / 400).unwrap();
        let told: u32 = listening.await.unwrap();
        assert!((1..=pauses + 3).contains(&told), "{told} times");
    })
    .await;
}

#[tokio::test]
async fn a_session_has_two_streams_and_they_end_with_it() {
    in_each(async |world: &mut World| {
        let token = signed_in(world, "owner@example.com").await;
        let seen = || world.engine.seen(world.caller.scope());
        let mut first = world.engine.listen(&token, Some(&seen())).await.unwrap();
        let mut second = world.engine.listen(&token, Some(&seen())).await.unwrap();
        let mut third = world.engine.listen(&token, Some(&seen())).await.unwrap();
        while let Some(said) = heard(&mut first).await {
            if said == Heard::Enough {
                break;
            }
        }
        assert_eq!(heard(&mut first).await, None, "nothing follows");
        drop(first);
        // Its place was taken already: the others stay.
        world.engine.sign_out(&token).await.unwrap();
        world.pay_by_api("4000000000000077", |_| {}).await;
        for stream in [&mut second, &mut third] {
            while let Some(said) = heard(stream).await {
                assert_ne!(said, Heard::Enough);
                if said == Heard::Over {
                    break;
                }
            }
        }
        assert!(world.engine.listen(&token, None).await.is_err());
        // What ends with the process says nothing: the window asks the next one.
        let token = signed_in(world, "owner@example.com").await;
        let mut last = world.engine.listen(&token, None).await.unwrap();
        world.engine.hang_up();
        assert_eq!(heard(&mut last).await, None);
    })
    .await;
}

#[tokio::test]
async fn processes_on_one_database_hear_of_each_other() {
    let database = store_testing::postgres().await.unwrap();
    let (here, there) = (database.open().await.unwrap(), database.open().await.unwrap());
    let mut world = World::on(here.clone()).await;
    let token = signed_in(&world, "owner@example.com").await;
    world.store = there.clone();
    let local = world.engine.clone();
    let mut stream = local.listen(&token, None).await.unwrap();
    hears_out(&mut stream).await;
    world.reborn(engine::Fault::none());
    world.pay_by_api("4000000000000077", |_| {}).await;
    assert!(matches!(heard(&mut stream).await, Some(Heard::Changed(_))));
    drop(stream);
    here.close().await;
    there.close().await;
}
