//! `GET /marathons?from=&to=`: the races of a period, sorted by day.

use shared::api::views::MarathonView;
use shared::domain::marathon::PeriodInput;
use shared::http::cursor::Cursors;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, cursors): &'static (MainDb, Cursors), request: Request) -> Result<Response, Problem> {
    let period = request.filters::<PeriodInput>()?.parse(request.received_at.date())?;
    let scope = format!("marathons {} {}", period.from, period.to);
    let page = request.page(cursors, &scope)?;
    let (races, next) = db.calendar(period, page.limit, page.after).await?;
    let items = races.into_iter().map(MarathonView::from).collect();
    Ok(respond::public_cache(respond::list(cursors, &scope, items, next)?))
}
