//! `GET /marathons/{marathon_id}/official-records?gender=&division=&q=`: the results of a race.

use official_records::PlacedRecordView;
use shared::domain::result_query::NewResultQuery;
use shared::http::cursor::Cursors;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, cursors): &'static (MainDb, Cursors), request: Request) -> Result<Response, Problem> {
    let query = request.filters::<NewResultQuery>()?.parse()?;
    let marathon = request.marathon(db).await?;
    let scope = format!("official-records {} {}", marathon.marathon_id, query.scope());
    let page = request.page(cursors, &scope)?;
    let (rows, next) = db.records(marathon.marathon_id, &query, page.limit, page.after).await?;
    let items = rows
        .into_iter()
        .map(|row| PlacedRecordView {
            place: row.place,
            record: row.record.into(),
        })
        .collect();
    Ok(respond::shared_by_all(respond::list(cursors, &scope, items, next)?))
}
