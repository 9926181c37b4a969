//! `GET /points`: the runners by their points.

use shared::http::cursor::Cursors;
use shared::http::{Problem, Request, Response, respond};
use shared::runtime;
use shared::user_db::UserDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, cursors): &'static (UserDb, Cursors), request: Request) -> Result<Response, Problem> {
    request.no_filters()?;
    let page = request.page(cursors, SCOPE)?;
    let (items, next) = db.ranking(page.limit, page.after).await?;
    Ok(respond::shared_by_all(respond::list(cursors, SCOPE, items, next)?))
}

const SCOPE: &str = "ranking";
