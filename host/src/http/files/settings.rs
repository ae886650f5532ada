//! How a file is to be read, over HTTP.

use axum::{Json as Answer, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::super::{
    error::Result,
    extract::{Json, Path},
    problems::Forbidden,
};
use crate::{
    accounts::Caller,
    app::App,
    files::{
        File,
        settings::{self, ReadingSettings},
    },
    ids::FileId,
    orgs::{self, Owned, Role},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(set_reading))
}

/// Set how to read a file
///
/// Replaces all settings: whatever is omitted is detected from the file. The newest version is analysed again, so
/// `latest.state` is `pending` for a moment; later versions are read the same way.
#[utoipa::path(
    put,
    path = "/api/v1/files/{file_id}/reading",
    operation_id = "set_file_reading",
    tag = "files",
    params(("file_id" = FileId, Path, description = "The file")),
    request_body = ReadingSettings,
    responses(
        (status = OK, description = "The file.", body = File),
        Forbidden,
    )
)]
async fn set_reading(
    State(app): State<App>,
    caller: Caller,
    Path(file_id): Path<FileId>,
    Json(reading): Json<ReadingSettings>,
) -> Result<Answer<File>> {
    let mut tx = app.db.begin().await?;
    let member = orgs::member_of(&mut tx, &caller, Owned::File(file_id)).await?;
    member.at_least(Role::Member)?;
    let file = settings::set(&mut tx, app.clock.now(), &member, file_id, &reading).await?;
    tx.commit().await?;
    Ok(Answer(file))
}
