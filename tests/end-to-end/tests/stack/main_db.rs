//! `main_db` against DynamoDB.

use end_to_end::Stack;
use futures_util::future::join_all;
use serde_json::json;
use shared::config::FromEnv;
use shared::domain::bib::Bib;
use shared::domain::id::{MarathonId, RecordId, UserId};
use shared::domain::marathon::{Marathon, MarathonInput};
use shared::domain::official_record::{OfficialRecord, OfficialRecordInput};
use shared::domain::player::{Applicant, ApplicationInput, Participation, Player, PlayerRef};
use shared::domain::result_query::ResultQuery;
use shared::domain::user::PersonName;
use shared::main_db::{ApplyError, CancelError, DeleteRecordError, EnterRecordError, MainDb};
use std::ops::Range;
use std::sync::Arc;
use time::OffsetDateTime;

fn db() -> MainDb {
    let prefix = Stack::get().table_prefix();
    assert_eq!(
        std::env::var("TABLE_PREFIX").as_deref(),
        Ok(prefix),
        "`make test` sets TABLE_PREFIX"
    );
    MainDb::from_env().unwrap()
}

async fn marathon(db: &MainDb, capacity: Option<i64>) -> Marathon {
    let input = MarathonInput {
        title: Some("Store".into()),
        held_on: Some(OffsetDateTime::now_utc().date().to_string()),
        location: Some("Seoul".into()),
        point: Some(10),
        capacity,
        starts_at: None,
        distance_m: None,
        apply_until: None,
        ranked_by: None,
    };
    let marathon = input.parse(MarathonId::new(), user(1)).unwrap();
    db.create_marathon(&marathon).await.unwrap();
    marathon
}

fn applicant(user_id: i64, bib: Option<&str>) -> Applicant {
    let application = ApplicationInput {
        bib: bib.map(str::to_owned),
        gender: None,
        birth_date: None,
    };
    let name = PersonName::try_from("Runner".to_owned()).unwrap();
    application
        .parse(user(user_id), name, OffsetDateTime::now_utc())
        .unwrap()
}

fn bib(text: &str) -> Bib {
    text.parse().unwrap()
}

/// Applies and must not be put on the waitlist.
async fn enter(db: &MainDb, marathon: &Marathon, user_id: i64, bib: Option<&str>) -> Player {
    match db.apply(marathon, &applicant(user_id, bib)).await.unwrap() {
        Participation::Entered(player) => player,
        Participation::Waiting(waiting) => panic!("{waiting:?}"),
    }
}

fn user(id: i64) -> UserId {
    UserId::try_from(id).unwrap()
}

/// The user ids of players and of the waitlist in order, after a check of the race's counts.
async fn players_and_waitlist(db: &MainDb, id: MarathonId) -> (Vec<u64>, Vec<u64>) {
    let (players, _) = db.players(id, 500, None).await.unwrap();
    let (waitlist, _) = db.waitlist(id, 500, None).await.unwrap();
    let marathon = db.marathon(id).await.unwrap().unwrap();
    let counts = (marathon.player_count as usize, marathon.waiting_count as usize);
    assert_eq!(counts, (players.len(), waitlist.len()));
    let mut players: Vec<_> = players.iter().map(|player| player.user_id.get()).collect();
    players.sort_unstable();
    (players, waitlist.iter().map(|entry| entry.user_id.get()).collect())
}

#[tokio::test]
async fn concurrent_applications_do_not_exceed_the_capacity() {
    let db = Arc::new(db());
    let marathon = marathon(&db, Some(50)).await;
    let outcomes = join_all((1..=200).map(|user_id| {
        let (db, marathon) = (Arc::clone(&db), marathon.clone());
        async move {
            // Retries as a client would.
            loop {
                match db.apply(&marathon, &applicant(user_id, None)).await {
                    Err(ApplyError::Busy) => {}
                    outcome => return outcome.unwrap(),
                }
            }
        }
    }))
    .await;
    let entered = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Participation::Entered(_)))
        .count();
    assert_eq!(entered, 50);
    let (players, waitlist) = players_and_waitlist(&db, marathon.marathon_id).await;
    assert_eq!((players.len(), waitlist.len()), (50, 150));
}

#[tokio::test]
async fn a_cancellation_promotes_the_first_on_the_waitlist() {
    let db = db();
    let marathon = marathon(&db, Some(2)).await;
    let id = marathon.marathon_id;
    for (user_id, bib) in [(1, "1"), (2, "2"), (3, "33"), (4, "1"), (5, "5")] {
        db.apply(&marathon, &applicant(user_id, Some(bib))).await.unwrap();
    }
    assert_eq!(players_and_waitlist(&db, id).await, (vec![1, 2], vec![3, 4, 5]));
    assert!(matches!(
        db.apply(&marathon, &applicant(4, None)).await,
        Err(ApplyError::AlreadyApplied)
    ));

    db.cancel(id, user(1)).await.unwrap();
    assert_eq!(players_and_waitlist(&db, id).await, (vec![2, 3], vec![4, 5]));
    assert_eq!(
        db.player(id, &PlayerRef::User(user(3))).await.unwrap().unwrap().bib,
        bib("33")
    );
    // The requested bib was taken at the application, but is free now.
    db.cancel(id, user(2)).await.unwrap();
    assert_eq!(
        db.player(id, &PlayerRef::User(user(4))).await.unwrap().unwrap().bib,
        bib("1")
    );
    // A runner can leave the waitlist, and apply again to the end of it.
    db.cancel(id, user(5)).await.unwrap();
    assert!(matches!(db.cancel(id, user(5)).await, Err(CancelError::NotInRace(_))));
    db.apply(&marathon, &applicant(6, None)).await.unwrap();
    db.apply(&marathon, &applicant(1, None)).await.unwrap();
    assert_eq!(players_and_waitlist(&db, id).await, (vec![3, 4], vec![6, 1]));
}

#[tokio::test]
async fn counts_places_on_the_waitlist_up_to_a_thousand() {
    let db = db();
    let marathon = marathon(&db, Some(1)).await;
    let id = marathon.marathon_id;
    for user_id in [1, 2] {
        db.apply(&marathon, &applicant(user_id, None)).await.unwrap();
    }
    let place = async || match db.participation(id, user(2)).await.unwrap() {
        Some(Participation::Waiting(waiting)) => waiting.place,
        other => panic!("{other:?}"),
    };
    assert_eq!(place().await, Some(1));
    // Long items, so that a query needs several pages.
    let entries_ahead = |numbers: Range<u32>| {
        numbers.map(|number| {
            json!({
                "marathon_id": {"S": id}, "player_key": {"S": format!("wait#0000000000#{number}")},
                "memo": {"S": "x".repeat(2_000)},
            })
        })
    };
    let stack = Stack::get();
    stack.put_items("PlayerTable", entries_ahead(0..999)).await;
    assert_eq!(place().await, Some(1_000));
    stack.put_items("PlayerTable", entries_ahead(999..1_000)).await;
    assert_eq!(place().await, None);
}

#[tokio::test]
async fn concurrent_cancellations_promote_one_runner_each() {
    let db = Arc::new(db());
    let marathon = marathon(&db, Some(10)).await;
    let id = marathon.marathon_id;
    for user_id in 1..=30 {
        db.apply(&marathon, &applicant(user_id, None)).await.unwrap();
    }
    join_all((1..=12).map(|user_id| {
        let db = Arc::clone(&db);
        async move {
            while let Err(error) = db.cancel(id, user(user_id)).await {
                assert!(matches!(error, CancelError::Busy), "{error}");
            }
        }
    }))
    .await;
    let (players, waitlist) = players_and_waitlist(&db, id).await;
    assert_eq!((players.len(), waitlist.len()), (10, 8));
    assert!(players.iter().chain(&waitlist).all(|user_id| *user_id > 12));
}

#[tokio::test]
async fn more_capacity_promotes_the_waitlist() {
    let db = db();
    let marathon = marathon(&db, Some(1)).await;
    let id = marathon.marathon_id;
    for user_id in 1..=4 {
        db.apply(&marathon, &applicant(user_id, None)).await.unwrap();
    }
    let before = db.marathon(id).await.unwrap().unwrap();
    let more = Marathon {
        capacity: Some(3.try_into().unwrap()),
        revision: 2,
        ..before.clone()
    };
    assert!(db.update_marathon(&more, 1).await.unwrap());
    assert_eq!(players_and_waitlist(&db, id).await, (vec![1, 2, 3], vec![4]));
    // Rejects a capacity below the number of players, and an outdated revision.
    let fewer = Marathon {
        capacity: Some(2.try_into().unwrap()),
        revision: 3,
        ..before.clone()
    };
    assert!(!db.update_marathon(&fewer, 2).await.unwrap());
    assert!(!db.update_marathon(&more, 1).await.unwrap());
    let unlimited = Marathon {
        capacity: None,
        revision: 3,
        ..before
    };
    assert!(db.update_marathon(&unlimited, 2).await.unwrap());
    assert_eq!(players_and_waitlist(&db, id).await, (vec![1, 2, 3, 4], vec![]));
    assert!(
        !db.delete_marathon(id, 3).await.unwrap(),
        "a race with players is deleted"
    );
}

#[tokio::test]
async fn assigns_bibs_that_are_not_taken() {
    let db = db();
    let marathon = marathon(&db, None).await;
    for (user_id, taken) in [(1, "1"), (2, "2"), (3, "4")] {
        db.apply(&marathon, &applicant(user_id, Some(taken))).await.unwrap();
    }
    let assigned = [
        enter(&db, &marathon, 4, None).await.bib,
        enter(&db, &marathon, 5, None).await.bib,
    ];
    assert_eq!(assigned, [bib("3"), bib("5")]);
    let outcome = db.apply(&marathon, &applicant(6, Some("3"))).await;
    assert!(matches!(outcome, Err(ApplyError::BibTaken(taken)) if taken == bib("3")));
    assert!(matches!(
        db.apply(&marathon, &applicant(4, Some("9"))).await,
        Err(ApplyError::AlreadyApplied)
    ));
    assert_eq!(
        db.marathon(marathon.marathon_id).await.unwrap().unwrap().player_count,
        5
    );
}

#[tokio::test]
async fn a_player_has_the_id_of_its_record_until_it_is_deleted() {
    let db = db();
    let marathon = marathon(&db, None).await;
    let id = marathon.marathon_id;
    let player = enter(&db, &marathon, 7, Some("F3")).await;
    let by_user = PlayerRef::User(user(7));
    assert_eq!(db.player(id, &by_user).await.unwrap().as_ref(), Some(&player));

    let input = OfficialRecordInput {
        bib: Some("F3".into()),
        status: Some("finished".into()),
        net_time: Some("1:18:25.5".into()),
        ..OfficialRecordInput::default()
    };
    let (_, outcome) = input.parse(marathon.distance_m).unwrap();
    let now = OffsetDateTime::from_unix_timestamp(1_773_541_562).unwrap();
    let record = OfficialRecord::enter(&marathon, player, outcome, RecordId::new(), now);
    db.enter_record(&record).await.unwrap();
    assert!(matches!(db.enter_record(&record).await, Err(EnterRecordError::HasRecord(taken)) if taken == bib("F3")));
    let (rows, _) = db.records(id, &ResultQuery::default(), 10, None).await.unwrap();
    assert_eq!(rows[0].record, record, "the record is read as it was stored");
    assert_eq!(
        db.player(id, &by_user).await.unwrap().unwrap().record_id,
        Some(record.record_id)
    );

    assert!(matches!(db.cancel(id, user(7)).await, Err(CancelError::HasRecord)));
    let corrected = record.revised(OffsetDateTime::now_utc(), |_| {});
    assert!(db.correct_record(&corrected).await.unwrap());
    assert!(
        !db.correct_record(&corrected).await.unwrap(),
        "a revision is stored twice"
    );
    assert_eq!(db.record(id, &record.bib).await.unwrap(), Some(corrected));

    db.delete_record(id, &record.bib).await.unwrap();
    assert!(matches!(
        db.delete_record(id, &record.bib).await,
        Err(DeleteRecordError::NoRecord(_))
    ));
    assert_eq!(db.player(id, &by_user).await.unwrap().unwrap().record_id, None);
}

#[tokio::test]
async fn rejects_a_record_without_a_player() {
    let db = db();
    let marathon = marathon(&db, None).await;
    let player = applicant(8, Some("8")).player(&marathon, bib("8"));
    let input = OfficialRecordInput {
        bib: Some("8".into()),
        status: Some("dns".into()),
        ..OfficialRecordInput::default()
    };
    let (_, outcome) = input.parse(marathon.distance_m).unwrap();
    let record = OfficialRecord::enter(&marathon, player, outcome, RecordId::new(), OffsetDateTime::now_utc());
    assert!(matches!(
        db.enter_record(&record).await,
        Err(EnterRecordError::NoPlayer(_))
    ));
    let (rows, _) = db
        .records(marathon.marathon_id, &ResultQuery::default(), 10, None)
        .await
        .unwrap();
    assert!(rows.is_empty(), "a record without a player is stored");
}
