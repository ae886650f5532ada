//! Whole tables: all rows of what an answer displayed, for members and for those who have a conversation's link.
//!
//! The rows are sent as they are read from the store, as a CSV file or some at a time as JSON. While they are being made
//! the answer is 202, and the same request is made again.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{Postgres, Transaction};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    error::Result,
    extract::{Path, Query},
    files::download::attachment,
    problems::Conflict,
    shares::discreet,
};
use crate::{
    accounts::Caller,
    app::App,
    conversations::{messages, shares},
    error::Error,
    files::rows::PAGE_MAX_ROWS,
    ids::{MessageId, OrgId},
    orgs::{Owned, member_of},
    tiles::{
        ask::Asker,
        results::{How, TableColumn},
        whole::{Displayed, Made, Whole, WholeRows, csv_of},
    },
};

/// Rows that are sent at a time.
const BATCH_ROWS: usize = 1_000;
const ROWS_DEFAULT: u64 = 100;
/// Seconds after which a table may be there that was not yet.
const RETRY_AFTER_S: &str = "1";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(of_answer))
        .routes(routes!(of_share))
}

/// How the rows are written, and which.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WholeQuery {
    /// A file with all rows, or JSON with some of them.
    #[serde(default)]
    #[param(inline, default = "csv")]
    format: Format,
    /// The first row, from 0; for JSON.
    #[serde(default)]
    #[param(minimum = 0, default = 0)]
    offset: u64,
    /// Number of rows; for JSON.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Csv,
    Json,
}

/// Rows of a whole table.
#[derive(Serialize, ToSchema)]
pub(super) struct WholeTableRows {
    /// Names and types, in order.
    columns: Vec<TableColumn>,
    /// Rows of the whole table.
    row_count: u64,
    /// The number of the first row, from 0.
    offset: u64,
    /// Each with a value for every column, as in displayed tables.
    #[schema(value_type = Vec<Vec<Object>>)]
    rows: Vec<Vec<Value>>,
}

/// Get the whole table of an answer
///
/// All rows of a table of which an answer has the first ones. The script is run once more over the same bytes to get
/// them, and they are stored: 202 means that this is in progress, ask again in a moment. If the run cannot be repeated,
/// it is 409 `not_repeatable`; 409 `no_whole_table` says why the rows are not available.
#[utoipa::path(
    get,
    path = "/api/v1/messages/{message_id}/runs/{run_id}/tables/{number}",
    tag = "messages",
    operation_id = "get_whole_table",
    params(
        ("message_id" = MessageId, Path, description = "The answer"),
        ("run_id" = String, Path, description = "The run, as in the answer's parts"),
        ("number" = u32, Path, description = "Which of the run's tables, from 0"),
        WholeQuery,
    ),
    responses(
        (
            status = OK,
            description = "The rows; as CSV, all of them in UTF-8 with a byte order mark",
            content((String = "text/csv"), (WholeTableRows = "application/json")),
        ),
        (status = ACCEPTED, description = "The table is being computed", headers(
            ("Retry-After" = u32, description = "Seconds to wait before asking again"),
        )),
        Conflict,
    ),
)]
async fn of_answer(
    State(app): State<App>,
    caller: Caller,
    Path((id, run_id, number)): Path<(MessageId, String, u32)>,
    Query(wanted): Query<WholeQuery>,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Message(id)).await?;
    let answer = messages::get(&mut tx, &member, id).await?;
    let displayed = Displayed::of_answer(&mut tx, member.org_id, &answer, &run_id, number).await?;
    hand_out(&app, tx, member.org_id, displayed, "table", &wanted).await
}

/// Get the whole table of an answer in a shared conversation
///
/// Works as for members.
#[utoipa::path(
    get,
    path = "/api/v1/shares/{share_token}/messages/{message_id}/runs/{run_id}/tables/{number}",
    tag = "shares",
    operation_id = "get_shared_whole_table",
    params(
        ("share_token" = String, Path, description = "The secret of the link"),
        ("message_id" = MessageId, Path, description = "The answer"),
        ("run_id" = String, Path, description = "The run, as in the answer's parts"),
        ("number" = u32, Path, description = "Which of the run's tables, from 0"),
        WholeQuery,
    ),
    responses(
        (
            status = OK,
            description = "The rows; as CSV, all of them in UTF-8 with a byte order mark",
            content((String = "text/csv"), (WholeTableRows = "application/json")),
        ),
        (status = ACCEPTED, description = "The table is being computed", headers(
            ("Retry-After" = u32, description = "Seconds to wait before asking again"),
        )),
        Conflict,
    ),
    security(()),
)]
async fn of_share(
    State(app): State<App>,
    Path((token, id, run_id, number)): Path<(String, MessageId, String, u32)>,
    Query(wanted): Query<WholeQuery>,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let shared = shares::find(&mut tx, &token).await?;
    let answer = shared.message(&mut tx, id).await?;
    let displayed = Displayed::of_answer(&mut tx, shared.org_id, &answer, &run_id, number).await?;
    let answer = hand_out(&app, tx, shared.org_id, displayed, "table", &wanted).await?;
    Ok(discreet(answer))
}

/// The table, or that it is being made.
pub(super) async fn hand_out(
    app: &App,
    mut tx: Transaction<'static, Postgres>,
    org_id: OrgId,
    displayed: Displayed,
    title: &str,
    wanted: &WholeQuery,
) -> Result<Response> {
    let limit = wanted.limit.unwrap_or(ROWS_DEFAULT);
    if !(1..=PAGE_MAX_ROWS).contains(&limit) {
        let message = format!("Ask for 1 to {PAGE_MAX_ROWS} rows.");
        return Err(Error::invalid("limit", "range", message).into());
    }
    let mut asker = Asker {
        db: &mut tx,
        now: app.clock.now(),
        limits: &app.config.limits,
        module: app.sandbox.module_sha256(),
        org_id,
        how: How::Run,
    };
    let made = displayed.ask(&mut asker).await?;
    tx.commit().await?;
    match made {
        Made::Waiting => Ok((StatusCode::ACCEPTED, [(header::RETRY_AFTER, RETRY_AFTER_S)]).into_response()),
        Made::Failed(why) => Err(Error::conflict("no_whole_table", why).into()),
        Made::Ready(whole) => match wanted.format {
            Format::Csv => file(app, whole, title).await,
            Format::Json => some(app, whole, wanted.offset, limit).await,
        },
    }
}

async fn some(app: &App, whole: Whole, offset: u64, limit: u64) -> Result<Response> {
    let (columns, row_count) = (whole.columns.clone(), whole.row_count);
    let mut left = whole.rows(&app.objects).await?;
    left.skip(offset).await?;
    let mut rows = Vec::new();
    while (rows.len() as u64) < limit
        && let Some(row) = left.next().await?
    {
        rows.push(row);
    }
    Ok(axum::Json(WholeTableRows {
        columns,
        row_count,
        offset,
        rows,
    })
    .into_response())
}

async fn file(app: &App, whole: Whole, title: &str) -> Result<Response> {
    let names = whole.columns.iter().map(|column| column.name.clone().into());
    let mut head = "\u{feff}".as_bytes().to_vec();
    head.extend(csv_of(&[names.collect()])?);
    let rows = whole.rows(&app.objects).await?;
    let pieces = stream::try_unfold((Some(head), rows), async |(head, mut rows)| {
        if let Some(head) = head {
            return Ok(Some((head, (None, rows))));
        }
        let batch = next_rows(&mut rows).await?;
        if batch.is_empty() {
            return Ok::<_, Error>(None);
        }
        Ok(Some((csv_of(&batch)?, (None, rows))))
    });
    let mut answer = Body::from_stream(pieces).into_response();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "sandbox".to_owned()),
        (header::CACHE_CONTROL, "private, no-cache, no-transform".to_owned()),
        (header::CONTENT_DISPOSITION, attachment(&format!("{title}.csv"))),
    ];
    let headers = headers
        .into_iter()
        .filter_map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?)));
    answer
        .headers_mut()
        .extend::<Vec<(HeaderName, HeaderValue)>>(headers.collect());
    Ok(answer)
}

async fn next_rows(rows: &mut WholeRows) -> Result<Vec<Vec<Value>>, Error> {
    let mut batch = Vec::new();
    while batch.len() < BATCH_ROWS
        && let Some(row) = rows.next().await?
    {
        batch.push(row);
    }
    Ok(batch)
}
