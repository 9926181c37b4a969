//! `user_db` against a database.

use end_to_end::Stack;
use futures_util::future::join_all;
use serde_json::json;
use shared::auth::refresh::{LIFETIME, RefreshToken};
use shared::domain::id::{SessionId, UserId};
use shared::domain::point_event::PointEvent;
use shared::domain::user::{LoginId, SignUpInput};
use shared::user_db::{ConnectWait, RenewSessionError, SignUpError, UserDb};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use time::macros::date;
use time::{Duration, OffsetDateTime};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use uuid::Uuid;

fn db() -> UserDb {
    UserDb::new(Stack::get().user_db.parse().unwrap(), ConnectWait::Queue)
}

fn sign_up(login_id: &str) -> SignUpInput {
    SignUpInput {
        login_id: Some(login_id.to_owned()),
        password: Some("correct horse".into()),
        name: Some("Runner 🏃".into()),
        phone: Some("010-1234-5678".into()),
        user_type: Some(0),
        gender: Some("X".into()),
        birth_date: Some("2000-02-29".into()),
    }
}

fn login(login_id: &str) -> LoginId {
    login_id.to_owned().try_into().unwrap()
}

async fn user(db: &UserDb) -> UserId {
    let login_id = format!("s-{}", Uuid::now_v7().simple());
    db.sign_up(&sign_up(&login_id).parse(date!(2026 - 11 - 23)).unwrap(), "$argon2id$")
        .await
        .unwrap()
}

fn event(user_id: UserId, action: &str, marathon_id: Uuid) -> PointEvent {
    let record_id = Uuid::now_v7();
    serde_json::from_value(json!({
        "event_id": format!("{record_id}:1:{action}"), "action": action, "user_id": user_id,
        "point": if action == "revoke" { -10 } else { 10 }, "marathon_id": marathon_id, "marathon_title": "Store",
        "bib": "1", "name": "Runner", "time_ms": null,
    }))
    .unwrap()
}

/// A user's total, after a check that it is the sum of the ledger (invariant I1).
async fn total(user_id: UserId) -> i64 {
    let mut user_db = Stack::get().user_db_connection().await;
    let (total, sum): (i64, i64) = sqlx::query_as(
        "SELECT u.total_point, CAST(COALESCE(SUM(p.point), 0) AS SIGNED) FROM users u
         LEFT JOIN points p ON p.user_id = u.user_id WHERE u.user_id = ? GROUP BY u.user_id, u.total_point",
    )
    .bind(user_id.get())
    .fetch_one(&mut user_db)
    .await
    .unwrap();
    assert_eq!(total, sum, "I1");
    total
}

#[tokio::test]
async fn reads_a_user_as_signed_up() {
    let db = db();
    let id = user(&db).await;
    let user = db.user(id).await.unwrap().unwrap();
    assert_eq!(
        (user.name.as_str(), user.birth_date, user.total_point),
        ("Runner 🏃", Some(date!(2000 - 02 - 29)), 0)
    );
    let account = db.account(&login(&user.login_id)).await.unwrap().unwrap();
    assert_eq!(account.user_id, id);
    assert!(db.account(&login("unknown-login-id")).await.unwrap().is_none());
    let again = sign_up(&user.login_id).parse(date!(2026 - 11 - 23)).unwrap();
    assert!(matches!(
        db.sign_up(&again, "$argon2id$").await,
        Err(SignUpError::LoginIdTaken)
    ));
}

#[tokio::test]
async fn reuse_of_a_refresh_token_ends_its_session() {
    let db = db();
    let id = user(&db).await;
    let (now, session) = (OffsetDateTime::now_utc(), SessionId::new());
    let [first, second, third, other] = [(); 4].map(|()| RefreshToken::generate().unwrap());
    db.start_session(id, session, &first, now).await.unwrap();
    db.start_session(id, SessionId::new(), &other, now).await.unwrap();
    let caller = db.renew_session(&first, &second, now).await.unwrap();
    assert_eq!((caller.user_id, caller.session), (id, session));

    // Reuse means that one of two clients has stolen the token: its session ends, other sessions do not.
    assert!(matches!(
        db.renew_session(&first, &third, now).await,
        Err(RenewSessionError::Invalid)
    ));
    assert!(matches!(
        db.renew_session(&second, &third, now).await,
        Err(RenewSessionError::Invalid)
    ));
    assert!(db.renew_session(&other, &third, now).await.is_ok());
}

#[tokio::test]
async fn does_not_renew_expired_or_ended_sessions() {
    let db = db();
    let id = user(&db).await;
    let now = OffsetDateTime::now_utc();
    let [here, there, next] = [(); 3].map(|()| RefreshToken::generate().unwrap());
    let (session, elsewhere) = (SessionId::new(), SessionId::new());
    db.start_session(id, session, &here, now).await.unwrap();
    db.start_session(id, elsewhere, &there, now).await.unwrap();
    let later = now + LIFETIME + Duration::SECOND;
    assert!(matches!(
        db.renew_session(&here, &next, later).await,
        Err(RenewSessionError::Invalid)
    ));
    assert!(db.end_session(&here, false).await.unwrap());
    assert!(!db.end_session(&here, false).await.unwrap());
    assert!(matches!(
        db.renew_session(&here, &next, now).await,
        Err(RenewSessionError::Invalid)
    ));
    db.end_sessions(id, Some(elsewhere)).await.unwrap();
    db.renew_session(&there, &next, now).await.unwrap();
    assert!(db.end_session(&next, true).await.unwrap());
    assert!(matches!(
        db.renew_session(&next, &here, now).await,
        Err(RenewSessionError::Invalid)
    ));
}

#[tokio::test]
async fn locks_a_login_id_after_failures_until_a_success() {
    let db = db();
    let login_id = format!("guess-{}", Uuid::now_v7().simple());
    let now = OffsetDateTime::now_utc();
    for _ in 0..4 {
        db.login_failed(&login_id, now).await.unwrap();
        assert_eq!(db.locked_for(&login_id, now).await.unwrap(), None);
    }
    db.login_failed(&login_id, now).await.unwrap();
    let lockout = db.locked_for(&login_id, now).await.unwrap().unwrap();
    assert!(
        (Duration::seconds(29)..=Duration::seconds(30)).contains(&lockout),
        "{lockout}"
    );
    assert_eq!(
        db.locked_for(&login_id, now + Duration::seconds(31)).await.unwrap(),
        None
    );
    db.login_failed(&login_id, now).await.unwrap();
    assert!(db.locked_for(&login_id, now).await.unwrap() > Some(Duration::seconds(50)));
    db.login_succeeded(&login_id).await.unwrap();
    assert_eq!(db.locked_for(&login_id, now).await.unwrap(), None);
}

#[tokio::test]
async fn erases_personal_data_but_keeps_the_ledger() {
    let db = db();
    let id = user(&db).await;
    db.post(&[event(id, "award", Uuid::now_v7())]).await.unwrap();
    let login_id = db.user(id).await.unwrap().unwrap().login_id;
    db.erase_user(id).await.unwrap();
    db.erase_user(id).await.unwrap();
    let erased = db.user(id).await.unwrap().unwrap();
    assert_eq!(
        (erased.phone.as_str(), erased.birth_date, erased.gender),
        ("", None, None)
    );
    assert_eq!(erased.name.as_str(), "탈퇴한 사용자");
    assert_eq!(total(id).await, 10);
    assert!(db.account(&login(&login_id)).await.unwrap().is_none());
    // The login id can be used again.
    db.sign_up(&sign_up(&login_id).parse(date!(2026 - 11 - 23)).unwrap(), "$argon2id$")
        .await
        .unwrap();
}

#[tokio::test]
async fn posts_repeated_events_once() {
    let db = db();
    let (one, two) = (user(&db).await, user(&db).await);
    let race = Uuid::now_v7();
    let events = [
        event(one, "award", race),
        event(two, "award", race),
        event(two, "revoke", race),
    ];
    let twice: Vec<_> = events.iter().chain(&events).cloned().collect();
    let first = db.post(&twice).await.unwrap();
    assert_eq!((first.posted.len(), first.pending.len(), first.duplicates), (3, 0, 3));
    assert_eq!((total(one).await, total(two).await), (10, 0));

    // The notification is pending until it is marked.
    let second = db.post(&events).await.unwrap();
    assert_eq!(
        (second.posted.len(), second.pending.len(), second.duplicates),
        (0, 3, 3)
    );
    db.mark_notified(second.to_notify()).await.unwrap();
    let third = db.post(&events).await.unwrap();
    assert_eq!((third.posted.len(), third.pending.len(), third.duplicates), (0, 0, 3));
    assert_eq!((total(one).await, total(two).await), (10, 0));
}

#[tokio::test]
async fn reports_unknown_users_and_posts_the_other_events() {
    let db = db();
    let (known, unknown) = (user(&db).await, UserId::try_from(i64::from(u32::MAX)).unwrap());
    let race = Uuid::now_v7();
    let result = db
        .post(&[event(unknown, "award", race), event(known, "award", race)])
        .await
        .unwrap();
    assert_eq!(result.duplicates, 0);
    assert_eq!(result.unknown_users.into_iter().collect::<Vec<_>>(), [unknown]);
    assert_eq!(total(known).await, 10);
    assert!(db.post(&[]).await.unwrap().posted.is_empty());
}

/// Counts the statements of this thread, which sqlx logs with the target `sqlx::query`.
#[derive(Clone, Default)]
struct StatementCounter(Arc<AtomicUsize>);

impl<S: tracing::Subscriber> Layer<S> for StatementCounter {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The number of statements that post a batch of this size and mark its notification.
async fn count_statements(batch_size: usize) -> usize {
    let db = db();
    let id = user(&db).await;
    let events: Vec<_> = (0..batch_size).map(|_| event(id, "award", Uuid::now_v7())).collect();
    let statements = StatementCounter::default();
    let _guard = tracing_subscriber::registry().with(statements.clone()).set_default();
    let result = db.post(&events).await.unwrap();
    db.mark_notified(result.to_notify()).await.unwrap();
    statements.0.load(Ordering::Relaxed)
}

#[tokio::test]
async fn posts_any_batch_with_the_same_number_of_statements() {
    let one = count_statements(1).await;
    assert!((1..10).contains(&one), "{one}");
    assert_eq!(count_statements(1000).await, one);
}

#[tokio::test]
async fn concurrent_overlapping_batches_are_posted_once() {
    let db = db();
    let mut users = Vec::new();
    for _ in 0..10 {
        users.push(user(&db).await);
    }
    let race = Uuid::now_v7();
    let events: Vec<_> = users
        .iter()
        .flat_map(|id| [(); 5].map(|()| event(*id, "award", race)))
        .collect();
    // Eight connections post the same events concurrently, each in a different order.
    let posts = join_all((0..8).map(|turn| {
        let mut events = events.clone();
        async move {
            events.rotate_left(turn * 7);
            if turn % 2 == 0 {
                events.reverse();
            }
            for part in events.chunks(13) {
                self::db().post(part).await.unwrap();
            }
        }
    }));
    posts.await;
    for id in users {
        assert_eq!(total(id).await, 50);
    }
}

#[tokio::test]
async fn pages_through_a_ledger_from_the_newest_entry() {
    let db = db();
    let id = user(&db).await;
    let race = Uuid::now_v7();
    let events: Vec<_> = (0..5).map(|_| event(id, "award", race)).collect();
    for event in &events {
        db.post(std::slice::from_ref(event)).await.unwrap();
    }
    let (mut read, mut after) = (Vec::new(), None);
    loop {
        let (page, next) = db.ledger(id, 2, after).await.unwrap();
        assert!(page.len() <= 2);
        read.extend(page.into_iter().map(|entry| entry.event_id));
        match next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let expected: Vec<_> = events.iter().rev().map(|event| event.event_id.clone()).collect();
    assert_eq!(read, expected);
}
