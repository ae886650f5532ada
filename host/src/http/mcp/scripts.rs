//! `check_script` and `run_script` over the project's files.

use std::path::PathBuf;

use anyhow::{Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use glovebox_sdk::{Event, Limits, Receipt};
use serde_json::Value;
use tokio::sync::watch;

use super::{Place, files, toolbox::sentence};
use crate::{
    app::App,
    files::preview::{self, ReadableTable},
    http::openai::run::{ReadyScript, RunResult, may_run, most, room, run_alone},
    mcp::{
        Call, CallToolResult, ContentBlock, JsonObject, ResourceContents,
        tools::{self, CheckArguments, IMAGE_MAX_BYTES, IMAGES_MAX, RunArguments, read},
    },
    objects::{ObjectKey, Spooled},
};

/// Bytes of a text file that is told with a run's result.
const TEXT_MAX_BYTES: u64 = 64 << 10;

/// How far a script says that it is.
type Progress = Option<(u64, u64, String)>;

pub(super) async fn check(app: &App, place: &Place, arguments: JsonObject) -> Result<CallToolResult> {
    let CheckArguments { script } = read(arguments)?;
    let _room = room(app).map_err(sentence)?;
    may_run(app, &place.member, &script, 0).await.map_err(sentence)?;
    tools::check_script(&app.sandbox, script).await
}

pub(super) async fn run(app: &App, place: &Place, call: &mut Call, arguments: JsonObject) -> Result<CallToolResult> {
    let wanted: RunArguments = read(arguments)?;
    let limits = wanted.limits.limits(most(app))?;
    let _room = room(app).map_err(sentence)?;
    may_run(app, &place.member, &wanted.script, wanted.seed)
        .await
        .map_err(sentence)?;
    let (inputs, _spooled) = bring(app, place, wanted.files.as_deref(), &limits).await?;
    let ready = ReadyScript {
        script: wanted.script,
        inputs,
        parameters: wanted.parameters,
        seed: wanted.seed,
        limits,
    };
    call.progress(None, "The script runs.").await;
    let (tell, mut hear) = watch::channel(Progress::None);
    let running = run_alone(app, place.member.clone(), ready, move |event| {
        if let Event::Progress { done, total, label } = event {
            // Nobody hears of it once the call is over.
            let _ = tell.send(Some((*done, *total, label.clone())));
        }
    });
    let mut running = std::pin::pin!(running);
    let cancelled = call.cancelled();
    let mut cancelled = std::pin::pin!(cancelled);
    loop {
        tokio::select! {
            result = &mut running => return result_of(result.map_err(sentence)?),
            // Whoever drops a run stops it.
            () = &mut cancelled => bail!("The script was stopped."),
            Ok(()) = hear.changed() => {
                let progress = hear.borrow_and_update().clone();
                if let Some((done, total, label)) = progress {
                    call.progress(Some((done, total)), &label).await;
                }
            }
        }
    }
}

/// A file for a script: the name by which it is read, where its bytes are, and how many there are.
type Wanted = (String, ObjectKey, u64);

/// The files on this machine by the names that scripts use: those that are named, else the project's tables, the newest
/// first, as many as a turn is given and a run may read.
async fn bring(
    app: &App,
    place: &Place,
    named: Option<&[String]>,
    limits: &Limits,
) -> Result<(Vec<(String, PathBuf)>, Vec<Spooled>)> {
    let found = choose(app, place, named).await?;
    let mut room = limits.input_bytes;
    let (mut inputs, mut spooled) = (Vec::<(String, PathBuf)>::new(), Vec::new());
    for (name, key, bytes) in found {
        if inputs.iter().any(|(known, _)| *known == name) {
            continue;
        }
        if let Some(left) = room.checked_sub(bytes) {
            room = left;
        } else if named.is_some() {
            bail!(
                "files: together they are larger than the {} bytes that a script may read",
                limits.input_bytes
            );
        } else {
            continue;
        }
        let file = app.objects.fetch(&key, &app.spool).await.map_err(sentence)?;
        inputs.push((name, file.path().to_owned()));
        spooled.push(file);
    }
    Ok((inputs, spooled))
}

async fn choose(app: &App, place: &Place, named: Option<&[String]>) -> Result<Vec<Wanted>> {
    let most = app.config.limits.turn_tables as usize;
    if named.is_some_and(|named| named.len() > most) {
        bail!("files: name {most} or fewer");
    }
    // Tables that are named come first.
    let mentions = named.unwrap_or_default().join("\n");
    let looking = async {
        let mut db = app.db.acquire().await?;
        preview::tables(&mut db, &place.member, place.project_id, &[], &mentions, most).await
    };
    let tables = looking.await.map_err(sentence)?.tables;
    let as_read = |table: &ReadableTable| (table.name.clone(), table.key.clone(), table.bytes);
    let Some(named) = named else {
        return Ok(tables.iter().map(as_read).collect());
    };
    let mut found = Vec::new();
    for name in named {
        let table = |name: &str| tables.iter().find(|table| table.name == name).map(as_read);
        if let Some(table) = table(name) {
            found.push(table);
            continue;
        }
        let file = files::find(app, place, name).await?;
        let read_as = file.read_as.unwrap_or_else(|| file.file.name.clone());
        if let Some(table) = table(&read_as) {
            found.push(table);
            continue;
        }
        let stored = async {
            let mut db = app.db.acquire().await?;
            preview::stored(&mut db, &place.member, file.file.id, None).await
        };
        let stored = stored.await.map_err(sentence)?;
        found.push((read_as, stored.key, stored.digest.bytes));
    }
    Ok(found)
}

/// What a model is told: text, charts as images, small text files as they are, the rest by name.
fn result_of(result: RunResult) -> Result<CallToolResult> {
    let failed = result.failed();
    let mut json = serde_json::to_value(result)?;
    let receipt: Receipt = serde_json::from_value(json["receipt"].clone())?;
    let mut blocks = Vec::new();
    let mut lines = Vec::new();
    for file in json["files"].as_array_mut().into_iter().flatten() {
        let content = file.as_object_mut().and_then(|file| file.remove("content"));
        let content = content.as_ref().and_then(Value::as_str).unwrap_or_default();
        let (name, kind) = (text(&file["name"]), text(&file["media_type"]));
        let bytes = file["bytes"].as_u64().unwrap_or(0);
        let images = blocks
            .iter()
            .filter(|block| matches!(block, ContentBlock::Image(_)))
            .count();
        let how = if kind == "image/png" && bytes <= IMAGE_MAX_BYTES && images < IMAGES_MAX {
            blocks.push(ContentBlock::image(content, kind));
            "shown"
        } else if let Some(plain) = small_text(&kind, bytes, content) {
            let contents = ResourceContents::text(plain, format!("file:///out/{name}")).with_mime_type(kind);
            blocks.push(ContentBlock::resource(contents));
            "enclosed"
        } else {
            "not enclosed: too large, or no text"
        };
        lines.push(format!("  {name}  {bytes} bytes, {how}"));
    }
    for chart in json["charts"].as_array_mut().into_iter().flatten() {
        if let Some(chart) = chart.as_object_mut() {
            chart.remove("spec");
        }
    }
    let ending = json["error"]["traceback"].as_str().filter(|text| !text.is_empty());
    let ending = ending.or(json["error"]["message"].as_str()).map(|ending| {
        let hint = json["error"]["hint"].as_str();
        hint.map_or_else(
            || ending.to_owned(),
            |hint| format!("{}\nHint: {hint}", ending.trim_end()),
        )
    });
    let files = (!lines.is_empty()).then(|| lines.join("\n"));
    let mut told = tools::told(tools::run_text(&json, ending, &receipt, files), json);
    told.content.extend(blocks);
    told.is_error = Some(failed);
    Ok(told)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A file's text, where it is small and text.
fn small_text(kind: &str, bytes: u64, base64: &str) -> Option<String> {
    let is_text = kind.starts_with("text/") || kind == "application/json";
    let bytes = (is_text && bytes <= TEXT_MAX_BYTES).then(|| STANDARD.decode(base64).ok())??;
    String::from_utf8(bytes).ok()
}
