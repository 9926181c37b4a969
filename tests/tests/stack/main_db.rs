//! `main_db` against the real API of DynamoDB.

use end_to_end::Stack;
use futures_util::future::join_all;
use shared::config::FromEnv;
use shared::domain::bib::Bib;
use shared::domain::id::{MarathonId, RecordId, UserId};
use shared::domain::marathon::{Marathon, NewMarathon, NotAdmitted};
use shared::domain::official_record::{NewOfficialRecord, OfficialRecord, Runner};
use shared::domain::player::{Applicant, Application};
use shared::domain::result_query::ResultQuery;
use shared::domain::user::PersonName;
use shared::main_db::{ApplyError, DeleteError, EnterError, MainDb};
use std::sync::Arc;
use time::OffsetDateTime;

fn db() -> MainDb {
    let prefix = Stack::get().table_prefix();
    assert_eq!(
        std::env::var("TABLE_PREFIX").as_deref(),
        Ok(prefix),
        "set by `make test`"
    );
    MainDb::from_env().unwrap()
}

async fn marathon(db: &MainDb, capacity: Option<i64>) -> Marathon {
    let new = NewMarathon {
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
    let marathon = new.parse(MarathonId::new(), UserId::try_from(1).unwrap()).unwrap();
    db.create_marathon(&marathon).await.unwrap();
    marathon
}

fn applicant(user_id: i64, bib: Option<&str>) -> Applicant {
    let application = Application {
        bib: bib.map(str::to_owned),
        gender: None,
        birth_date: None,
    };
    let name = PersonName::try_from("Runner".to_owned()).unwrap();
    application
        .parse(UserId::try_from(user_id).unwrap(), name, OffsetDateTime::now_utc())
        .unwrap()
}

fn bib(text: &str) -> Bib {
    text.parse().unwrap()
}

#[tokio::test]
async fn places_are_never_given_out_twice() {
    let db = Arc::new(db());
    let marathon = marathon(&db, Some(10)).await;
    let results = join_all((1..=30).map(|user_id| {
        let (db, marathon) = (Arc::clone(&db), marathon.clone());
        async move { db.apply(&marathon, &applicant(user_id, None)).await }
    }))
    .await;
    let admitted = results.iter().filter(|result| result.is_ok()).count();
    let full = results
        .iter()
        .filter(|r| matches!(r, Err(ApplyError::NotAdmitted(NotAdmitted::Full))))
        .count();
    assert_eq!((admitted, full), (10, 20), "{results:?}");
    let stored = db.marathon(marathon.marathon_id).await.unwrap().unwrap();
    assert_eq!(stored.player_count, 10);
    let (players, next) = db.players(marathon.marathon_id, 100, None).await.unwrap();
    assert_eq!((players.len(), next.is_none()), (10, true));
}

#[tokio::test]
async fn a_drawn_bib_avoids_those_asked_for() {
    let db = db();
    let marathon = marathon(&db, None).await;
    for (user_id, taken) in [(1, "1"), (2, "2"), (3, "4")] {
        db.apply(&marathon, &applicant(user_id, Some(taken))).await.unwrap();
    }
    let drawn = [
        db.apply(&marathon, &applicant(4, None)).await.unwrap().bib,
        db.apply(&marathon, &applicant(5, None)).await.unwrap().bib,
    ];
    assert_eq!(drawn, [bib("3"), bib("5")]);
    assert!(
        matches!(db.apply(&marathon, &applicant(6, Some("3"))).await, Err(ApplyError::BibTaken(taken)) if taken == bib("3"))
    );
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
async fn a_record_is_noted_at_its_player_until_it_is_deleted() {
    let db = db();
    let marathon = marathon(&db, None).await;
    let id = marathon.marathon_id;
    let player = db.apply(&marathon, &applicant(7, Some("F3"))).await.unwrap();
    let by_user = Runner::User(UserId::try_from(7).unwrap());
    assert_eq!(db.player(id, &by_user).await.unwrap().as_ref(), Some(&player));

    let new = NewOfficialRecord {
        bib: Some("F3".into()),
        status: Some("finished".into()),
        net_time: Some("1:18:25.5".into()),
        ..NewOfficialRecord::default()
    };
    let (_, outcome) = new.parse(marathon.distance_m).unwrap();
    let now = OffsetDateTime::from_unix_timestamp(1_773_541_562).unwrap();
    let record = OfficialRecord::enter(&marathon, player, outcome, RecordId::new(), now);
    db.enter_record(&record).await.unwrap();
    assert!(matches!(db.enter_record(&record).await, Err(EnterError::HasRecord(taken)) if taken == bib("F3")));
    let (rows, _) = db.records(id, &ResultQuery::default(), 10, None).await.unwrap();
    assert_eq!(rows[0].record, record, "what is read is what was stored");
    assert_eq!(
        db.player(id, &by_user).await.unwrap().unwrap().record_id,
        Some(record.record_id)
    );

    db.delete_record(id, &record.bib).await.unwrap();
    assert!(matches!(
        db.delete_record(id, &record.bib).await,
        Err(DeleteError::NoRecord(_))
    ));
    assert_eq!(db.player(id, &by_user).await.unwrap().unwrap().record_id, None);
}

#[tokio::test]
async fn a_record_needs_its_player() {
    let db = db();
    let marathon = marathon(&db, None).await;
    let stranger = applicant(8, Some("8")).with_bib(&marathon, bib("8"));
    let new = NewOfficialRecord {
        bib: Some("8".into()),
        status: Some("dns".into()),
        ..NewOfficialRecord::default()
    };
    let (_, outcome) = new.parse(marathon.distance_m).unwrap();
    let record = OfficialRecord::enter(&marathon, stranger, outcome, RecordId::new(), OffsetDateTime::now_utc());
    assert!(matches!(db.enter_record(&record).await, Err(EnterError::NoPlayer(_))));
    let (rows, _) = db
        .records(marathon.marathon_id, &ResultQuery::default(), 10, None)
        .await
        .unwrap();
    assert!(rows.is_empty(), "nothing is half written");
}
