//! A dashboard as a file: YAML to keep and to import, PDF to read and to print.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use serde::Deserialize;
use sqlx::{Postgres, Transaction};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    accounts::Caller,
    app::App,
    dashboards::{self, Dashboard, document::Document, export as yaml, pdf as sheet, snapshot::Draft},
    error::Error,
    http::{
        documents::{PaperQuery, file},
        error::Result,
        extract::{Path, Query},
    },
    ids::{DashboardId, OrgId},
    orgs::{Owned, member_of},
    pdf::{self, Paper},
    tiles::{ask::Asker, filter::Condition, results::How},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DashboardExportQuery {
    /// YAML to keep and to import again, or a PDF to read.
    #[serde(default)]
    #[param(inline, default = "yaml")]
    format: Format,
    /// Conditions by filter id, as JSON; for a PDF. A filter that is omitted has its own setting.
    #[param(
        max_length = 20_000,
        example = r#"{"region": {"type": "values", "values": ["North"]}}"#
    )]
    filters: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Yaml,
    Pdf,
}

/// Export a dashboard
///
/// As YAML, with the scripts of its tiles and the names of its files, without results: the same dashboard always gives
/// the same text. Or as a PDF, tab by tab, with the filters and the age of each result. A PDF shows stored results only;
/// nothing is run, and a tile without a result says so.
#[utoipa::path(
    get,
    path = "/api/v1/dashboards/{dashboard_id}/export",
    tag = "dashboards",
    operation_id = "export_dashboard",
    params(("dashboard_id" = DashboardId, Path, description = "The dashboard"), DashboardExportQuery, PaperQuery),
    responses((
        status = OK,
        description = "The dashboard",
        content((Object = "application/yaml"), (Vec<u8> = "application/pdf")),
    )),
)]
async fn export(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<DashboardId>,
    Query(query): Query<DashboardExportQuery>,
    Query(paper): Query<PaperQuery>,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Dashboard(id)).await?;
    let (dashboard, document) = dashboards::get(&mut tx, &member, id).await?;
    match query.format {
        Format::Yaml => {
            let text = yaml::export(&mut tx, &member, &dashboard, &document).await?;
            tx.commit().await?;
            Ok(file("application/yaml", "dashboard.yaml", text))
        }
        Format::Pdf => {
            let set = conditions(query.filters.as_deref())?;
            pdf_of(&app, tx, member.org_id, (dashboard, document), &set, paper.paper()).await
        }
    }
}

/// A dashboard's stored results on pages.
pub(super) async fn pdf_of(
    app: &App,
    mut tx: Transaction<'_, Postgres>,
    org_id: OrgId,
    (dashboard, document): (Dashboard, Document),
    set: &BTreeMap<String, Condition>,
    paper: Paper,
) -> Result<Response> {
    let limits = &app.config.limits;
    let name = format!("{}.pdf", dashboard.name);
    let mut asker = Asker {
        db: &mut tx,
        now: app.clock.now(),
        limits,
        module: app.sandbox.module_sha256(),
        org_id,
        how: How::KeptOnly,
    };
    let draft = Draft::ask(&mut asker, dashboard, &document, set).await?;
    tx.commit().await?;
    let snapshot = draft.fetch(&app.objects, limits, None).await?;
    let bytes = pdf::written(sheet::document(snapshot, paper), limits).await?;
    Ok(file("application/pdf", &name, bytes))
}

fn conditions(text: Option<&str>) -> Result<BTreeMap<String, Condition>, Error> {
    let Some(text) = text else {
        return Ok(BTreeMap::new());
    };
    serde_json::from_str(text).map_err(|error| {
        let message = format!("Send the conditions by filter id, as JSON: {error}");
        Error::invalid("filters", "json", message)
    })
}
