//! Insights of tables: `/api/v1/files/{file_id}/insights`, and their charts on dashboards.

use anyhow::Context;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    dashboards::{etag, tiles::AddedTile},
    error::Result,
    extract::{Json, Path},
    problems::{Conflict, Forbidden},
};
use crate::{
    accounts::Caller,
    app::App,
    dashboards,
    error::Error,
    files::{self, preview},
    ids::{DashboardId, FileId},
    insights::{self, Finding},
    orgs::{Member, Owned, member_of},
    rules::{Insights, NamedProfile},
    tiles::{self, Input, Kind, TileDraft, ask::Asker, own::Own, results::How, results::Output},
};

/// Findings whose charts are drawn at once.
const CHARTS: usize = 12;
/// Seconds after which findings may be there that were not yet.
const RETRY_AFTER_S: &str = "1";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(of_file)).routes(routes!(add))
}

/// What stands out in a table.
#[derive(Serialize, ToSchema)]
struct FileInsights {
    /// The strongest first; empty if nothing stands out from noise.
    findings: Vec<ShownFinding>,
}

/// A finding with its chart.
#[derive(Serialize, ToSchema)]
struct ShownFinding {
    #[serde(flatten)]
    finding: Finding,
    /// Omitted for all but the first twelve.
    #[serde(skip_serializing_if = "Option::is_none")]
    drawn: Option<Drawn>,
}

/// A chart that was drawn.
#[derive(Serialize, ToSchema)]
#[schema(as = InsightChart)]
struct Drawn {
    title: String,
    /// What it shows, in a sentence.
    alt: String,
    /// Its data and encoding, as a Vega-Lite specification; null if that is too large.
    #[schema(value_type = Option<Object>)]
    spec: Option<Value>,
}

/// Which finding.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewInsightTile {
    /// The table.
    file_id: FileId,
    /// The finding's number in the table's list, from 0.
    #[schema(minimum = 0)]
    number: usize,
    /// The finding's sentence, so that the list of a newer version adds nothing else.
    sentence: String,
}

/// Get the insights of a table
///
/// What stands out in the file's newest version and is no noise: quality, trends, changes, seasons, anomalies, leaders,
/// differences and relations, each with its test. No model is asked. 202 means that this is in progress, ask again in a
/// moment; the findings are then stored. If they cannot be computed, it is 409 `no_insights` with the reason.
#[utoipa::path(
    get,
    path = "/api/v1/files/{file_id}/insights",
    tag = "files",
    operation_id = "get_file_insights",
    params(("file_id" = FileId, Path, description = "The file")),
    responses(
        (status = OK, description = "The findings", body = FileInsights),
        (status = ACCEPTED, description = "The findings are being computed", headers(
            ("Retry-After" = u32, description = "Seconds to wait before asking again"),
        )),
        Conflict,
    ),
)]
async fn of_file(State(app): State<App>, caller: Caller, Path(file_id): Path<FileId>) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::File(file_id)).await?;
    let asked = ask(&app, &mut tx, &member, file_id).await?;
    tx.commit().await?;
    let Some(found) = asked.found()? else {
        return Ok((StatusCode::ACCEPTED, [(header::RETRY_AFTER, RETRY_AFTER_S)]).into_response());
    };
    Ok(axum::Json(found).into_response())
}

/// Add the chart of an insight to a dashboard
///
/// It becomes a tile over the newest version of the table, at the bottom, in a new version. While the insights are not
/// computed, and if the number has another finding by now, it is 409 `no_insight`. Requires the member role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/dashboards/{dashboard_id}/insights",
    tag = "dashboards",
    operation_id = "add_insight",
    params(("dashboard_id" = DashboardId, Path, description = "The dashboard")),
    request_body = NewInsightTile,
    responses(
        (status = CREATED, description = "The new tile", body = AddedTile, headers(
            ("Location" = String, description = "Its URL"),
            ("ETag" = String, description = "The dashboard's new version"),
        )),
        Forbidden,
        Conflict,
    ),
)]
async fn add(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<DashboardId>,
    Json(body): Json<NewInsightTile>,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Dashboard(id)).await?;
    let (dashboard, _) = dashboards::get(&mut tx, &member, id).await?;
    let unknown = || Error::invalid("file_id", "unknown", "The dashboard's project has no such file.");
    let file = files::get(&mut tx, &member, body.file_id)
        .await
        .map_err(|_| unknown())?;
    if file.project_id != dashboard.project_id {
        return Err(unknown().into());
    }
    let asked = ask(&app, &mut tx, &member, body.file_id).await?;
    let found = asked.found()?.and_then(|found| {
        let one = found.findings.into_iter().nth(body.number)?;
        (one.finding.sentence == body.sentence).then_some(one)
    });
    let Some(one) = found else {
        return Err(Error::conflict("no_insight", "The table has other insights now. Look at them again.").into());
    };
    let draft = TileDraft {
        title: one.drawn.map(|drawn| drawn.title).unwrap_or_default(),
        kind: Kind::Chart,
        script: asked.scripts.chart_script(&one.finding.chart),
        parameters: std::collections::BTreeMap::new(),
        seed: 0,
        clock_unix_ms: 0,
        output: 0,
        inputs: vec![Input {
            name: asked.name,
            file_id: Some(body.file_id),
        }],
    };
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let (tile, version) = dashboards::add_tile(&mut tx, now, limits, &member, id, draft).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/dashboards/{id}/tiles/{}", tile.id))];
    let added = axum::Json(AddedTile { tile, version });
    Ok((StatusCode::CREATED, location, etag(version), added).into_response())
}

/// A table whose insights were asked for.
struct Asked {
    name: String,
    scripts: Insights,
    own: Own,
}

async fn ask(app: &App, db: &mut PgConnection, member: &Member, file_id: FileId) -> Result<Asked, Error> {
    let profile = preview::profile(db, member, file_id, None).await?;
    let file = files::get(db, member, file_id).await?;
    let names = tiles::files(db, member, file.project_id).await?;
    let (name, _) = names
        .into_iter()
        .find(|(_, id)| *id == file_id)
        .ok_or(Error::Missing("file"))?;
    let table = NamedProfile {
        name: &name,
        profile: &profile,
    };
    let scripts = Insights::of(&table, CHARTS);
    let mut asker = Asker {
        db,
        now: app.clock.now(),
        limits: &app.config.limits,
        module: app.sandbox.module_sha256(),
        org_id: member.org_id,
        how: How::Run,
    };
    let own = asker.over_file(file_id, &name, scripts.script.clone()).await?;
    Ok(Asked { name, scripts, own })
}

impl Asked {
    /// The findings with their charts; none while they are computed.
    fn found(&self) -> Result<Option<FileInsights>, Error> {
        let outputs = match &self.own {
            Own::Waiting => return Ok(None),
            Own::Failed(why) => return Err(Error::conflict("no_insights", why.clone())),
            Own::Ready(outputs) => outputs,
        };
        let rows = outputs.iter().find_map(|output| match output {
            Output::Table { rows, .. } => Some(rows),
            Output::Chart { .. } => None,
        });
        let findings = rows
            .and_then(|rows| insights::findings(rows))
            .context("insights that are none")?;
        let mut charts = outputs.iter().filter_map(|output| match output {
            Output::Chart { title, alt, spec, .. } => Some(Drawn {
                title: title.clone(),
                alt: alt.clone(),
                spec: spec.clone(),
            }),
            Output::Table { .. } => None,
        });
        let findings = findings
            .into_iter()
            .map(|finding| ShownFinding {
                finding,
                drawn: charts.next(),
            })
            .collect();
        Ok(Some(FileInsights { findings }))
    }
}
