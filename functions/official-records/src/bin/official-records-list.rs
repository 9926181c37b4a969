//! `GET /marathons/{marathon_id}/official-records?gender=&division=&q=`: the results of a race.

use shared::api::views::PlacedRecordView;
use shared::domain::result_query::ResultQueryInput;
use shared::http::cursor::Cursors;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, cursors): &'static (MainDb, Cursors), request: Request) -> Result<Response, Problem> {
    let query = request.filters::<ResultQueryInput>()?.parse()?;
    let marathon = request.marathon(db).await?;
    let scope = format!("official-records {} {}", marathon.marathon_id, query.scope());
    let page = request.page(cursors, &scope)?;
    let (rows, next) = db.records(marathon.marathon_id, &query, page.limit, page.after).await?;
    let items = rows.into_iter().map(PlacedRecordView::from).collect();
    Ok(respond::public_cache(respond::list(cursors, &scope, items, next)?))
}
