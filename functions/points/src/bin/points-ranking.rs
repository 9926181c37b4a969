//! `GET /points`: the runners sorted by points.

use shared::api::views::RankedUserView;
use shared::http::cursor::Cursors;
use shared::http::{Problem, Request, Response, respond};
use shared::runtime;
use shared::user_db::UserDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, cursors): &'static (UserDb, Cursors), request: Request) -> Result<Response, Problem> {
    request.reject_filters()?;
    let page = request.page(cursors, SCOPE)?;
    let (users, next) = db.ranking(page.limit, page.after).await?;
    let items = users.into_iter().map(RankedUserView::from).collect();
    Ok(respond::public_cache(respond::list(cursors, SCOPE, items, next)?))
}

const SCOPE: &str = "ranking";
