//! Data sources and dashboards.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Result, bail};
use glovebox_sdk::{Column, Table};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Place, toolbox::sentence};
use crate::{
    app::App,
    dashboards::{self, Dashboard},
    error::Error,
    files::names::FileName,
    http::{
        dashboards::tiles::{ResultsQuestion, show_results},
        sources::queries,
    },
    mcp::{
        Call, CallToolResult, JsonObject,
        tools::{self, ROWS_DEFAULT, ROWS_MAX, read, told},
    },
    sources::{
        asking::{self, Askable},
        extracts::{Destination, Query},
    },
    tiles::results::{Output, Shown, State},
};

/// Columns of all sources' tables together that are told.
const COLUMNS_MAX: usize = 2_000;
/// Dashboards that are told of at most, the newest ones.
const LISTED: u32 = 500;
/// How long a dashboard waits for results that are made anew.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(200);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QueryArguments {
    source: String,
    sql: String,
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
    limit: Option<u64>,
    save_as: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DashboardArguments {
    dashboard: String,
}

pub(super) async fn list_sources(app: &App, place: &Place) -> Result<CallToolResult> {
    let mut room = COLUMNS_MAX;
    let sources = sources(app, place).await.map_err(sentence)?;
    let described = sources.into_iter().map(|source| {
        let schema = source.schema.map(|mut schema| {
            schema.fit(&mut room);
            schema
        });
        json!({ "name": source.name, "engine": source.engine, "schema": schema })
    });
    let listed = json!({ "sources": described.collect::<Vec<_>>() });
    Ok(told(listed.to_string(), listed))
}

async fn sources(app: &App, place: &Place) -> Result<Vec<Askable>, Error> {
    let mut db = app.db.acquire().await?;
    asking::askable(&mut db, &place.member).await
}

pub(super) async fn query_source(app: &App, place: &Place, arguments: JsonObject) -> Result<CallToolResult> {
    let wanted: QueryArguments = read(arguments)?;
    let limit = wanted.limit.unwrap_or(ROWS_DEFAULT);
    if !(1..=ROWS_MAX).contains(&limit) {
        bail!("limit: choose from 1 to {ROWS_MAX}");
    }
    let sources = sources(app, place).await.map_err(sentence)?;
    let Some(source) = sources.iter().find(|source| source.name == wanted.source) else {
        bail!(
            "There is no source {:?} that you may query. list_sources tells the names.",
            wanted.source
        );
    };
    let query = Query::new(source.id, wanted.sql, wanted.parameters).map_err(sentence)?;
    if let Some(name) = wanted.save_as {
        let name = FileName::parse("save_as", &name).map_err(sentence)?;
        let (caller, to) = (&place.caller, Destination::Named(name));
        let taken = queries::take_rows(app, caller, query, place.project_id, to).await;
        let taken = taken.map_err(sentence)?;
        let json = json!({ "file": taken.file.name, "receipt": taken.extract });
        let text = format!("The rows are in the file {}. {json}", taken.file.name);
        return Ok(told(text, json));
    }
    let mut preview = queries::preview(app, &place.caller, query).await.map_err(sentence)?;
    preview.truncated |= preview.rows.len() as u64 > limit;
    preview.rows.truncate(limit as usize);
    let json = serde_json::to_value(preview)?;
    Ok(told(json.to_string(), json))
}

pub(super) async fn list_dashboards(app: &App, place: &Place) -> Result<CallToolResult> {
    let all = dashboards(app, place).await.map_err(sentence)?;
    let described = all.iter().map(|dashboard| {
        json!({
            "name": dashboard.name,
            "description": dashboard.description,
            "version": dashboard.version,
            "updated_at": dashboard.updated_at,
        })
    });
    let listed = json!({ "dashboards": described.collect::<Vec<_>>() });
    Ok(told(listed.to_string(), listed))
}

async fn dashboards(app: &App, place: &Place) -> Result<Vec<Dashboard>, Error> {
    let mut db = app.db.acquire().await?;
    dashboards::list(&mut db, &place.member, place.project_id, None, LISTED).await
}

pub(super) async fn read_dashboard(
    app: &App,
    place: &Place,
    call: &mut Call,
    arguments: JsonObject,
) -> Result<CallToolResult> {
    let DashboardArguments { dashboard: name } = read(arguments)?;
    let all = dashboards(app, place).await.map_err(sentence)?;
    let Some(dashboard) = all.into_iter().find(|dashboard| dashboard.name == name) else {
        bail!("There is no dashboard {name:?}. list_dashboards tells the names.");
    };
    let begun = Instant::now();
    let (shown, tiles) = loop {
        let question = ResultsQuestion::default();
        let asked = show_results(app, &place.caller, dashboard.id, &question).await;
        let (shown, tiles) = asked.map_err(sentence)?;
        let waits = shown.results.iter().any(|shown| is_waiting(shown.state));
        if !waits || begun.elapsed() >= PATIENCE {
            break (shown, tiles);
        }
        call.progress(None, "The tiles are worked on.").await;
        tokio::time::sleep(POLL).await;
    };
    let title = |shown: &Shown| {
        let tile = tiles.iter().find(|tile| tile.id == shown.tile_id);
        tile.map_or_else(String::new, |tile| tile.title.clone())
    };
    let texts: Vec<String> = shown
        .results
        .iter()
        .map(|shown| tile_text(&title(shown), shown))
        .collect();
    let described = shown.results.iter().map(|shown| {
        let mut json = json!({
            "title": title(shown),
            "state": shown.state,
            "problem": shown.problem,
            "earlier": shown.earlier,
            "made_at": shown.made_at,
            "output": shown.output,
        });
        if let Some(output) = json["output"].as_object_mut() {
            output.remove("spec");
        }
        json
    });
    let json = json!({
        "name": dashboard.name,
        "description": dashboard.description,
        "tiles": described.collect::<Vec<_>>(),
    });
    Ok(told(texts.join("\n\n"), json))
}

fn is_waiting(state: State) -> bool {
    matches!(state, State::Waiting | State::Running)
}

/// A tile as a model reads it. What is not of now says so.
fn tile_text(title: &str, shown: &Shown) -> String {
    let mut parts: Vec<String> = (!title.is_empty()).then(|| title.to_owned()).into_iter().collect();
    if is_waiting(shown.state) {
        parts.push("This is still worked on. Read the dashboard again in a moment.".to_owned());
    }
    parts.extend(shown.problem.clone());
    if shown.earlier {
        parts.push("What follows is of an earlier run, and may be out of date:".to_owned());
    }
    match &shown.output {
        Some(Output::Table {
            columns,
            row_count,
            rows,
        }) => {
            let columns = columns.iter().map(|column| Column {
                name: column.name.clone(),
                dtype: column.dtype.clone(),
            });
            let table = Table {
                columns: columns.collect(),
                row_count: *row_count,
                rows: rows.clone(),
            };
            parts.push(tools::table_text(&table));
        }
        Some(Output::Chart { title, alt, .. }) => {
            let said = if alt.is_empty() { title } else { alt };
            parts.push(format!("A chart: {said}"));
        }
        None => {}
    }
    parts.join("\n")
}
