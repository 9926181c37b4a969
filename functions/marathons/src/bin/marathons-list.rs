//! `GET /marathons?from=&to=`: the races of a period, in the order of their days.

use shared::domain::marathon::NewPeriod;
use shared::http::cursor::Cursors;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, cursors): &'static (MainDb, Cursors), request: Request) -> Result<Response, Problem> {
    let period = request.filters::<NewPeriod>()?.parse(request.received_at.date())?;
    let scope = format!("marathons {} {}", period.from, period.to);
    let page = request.page(cursors, &scope)?;
    let (items, next) = db.calendar(period, page.limit, page.after).await?;
    Ok(respond::shared_by_all(respond::list(cursors, &scope, items, next)?))
}
