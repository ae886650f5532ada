//! The project's files: told, read, added, and as resources.

use std::time::Duration;

use anyhow::{Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Place, toolbox::sentence};
use crate::{
    app::App,
    conversations::generated,
    error::Error,
    files::{self, File, State, Upload, names, preview},
    ids::{FileId, GeneratedFileId},
    mcp::{
        Call, CallToolResult, JsonObject, Resource, ResourceContents,
        tools::{ROWS_DEFAULT, ROWS_MAX, RowsArguments, read, told},
    },
    orgs::Role,
    storage,
};

/// What begins the addresses of the project's files, before their ids.
pub(super) const FILES: &str = "glovebox://files/";
/// What begins the addresses of files that scripts made for answers.
pub(super) const GENERATED: &str = "glovebox://generated-files/";
/// Files that are told of at most, the newest ones.
const LISTED: u32 = 1_000;
/// Files that are listed as resources at most, the newest ones.
const RESOURCES: usize = 100;
/// How long an upload waits for the file to be looked into.
const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(50);

/// A file, and the name by which scripts read it where it is a table.
pub(super) struct Named {
    pub file: File,
    pub read_as: Option<String>,
}

/// What tools take that are about one file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileArguments {
    file: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UploadArguments {
    name: String,
    text: Option<String>,
    base64: Option<String>,
}

pub(super) async fn list(app: &App, place: &Place) -> Result<CallToolResult> {
    let all = all(app, place).await.map_err(sentence)?;
    let described: Vec<Value> = all.iter().map(Named::describe).collect();
    let listed = json!({ "files": described, "truncated": all.len() >= LISTED as usize });
    Ok(told(listed.to_string(), listed))
}

pub(super) async fn describe(app: &App, place: &Place, arguments: JsonObject) -> Result<CallToolResult> {
    let FileArguments { file } = read(arguments)?;
    let named = find(app, place, &file).await?;
    described(app, place, &named).await
}

async fn described(app: &App, place: &Place, named: &Named) -> Result<CallToolResult> {
    let mut told_of = named.describe();
    if named.file.latest.state == State::Table {
        let mut db = app.db.acquire().await.map_err(|error| sentence(error.into()))?;
        let profile = preview::profile(&mut db, &place.member, named.file.id, None).await;
        told_of["table"] = serde_json::to_value(profile.map_err(sentence)?)?;
    }
    Ok(told(told_of.to_string(), told_of))
}

pub(super) async fn read_rows(app: &App, place: &Place, arguments: JsonObject) -> Result<CallToolResult> {
    let RowsArguments { file, offset, limit } = read(arguments)?;
    let limit = limit.unwrap_or(ROWS_DEFAULT);
    if !(1..=ROWS_MAX).contains(&limit) {
        bail!("limit: choose from 1 to {ROWS_MAX}");
    }
    let named = find(app, place, &file).await?;
    let reading = async {
        let mut db = app.db.acquire().await?;
        let page = preview::page(&mut db, &place.member, named.file.id, None, offset, limit).await?;
        drop(db);
        page.read(&app.objects).await
    };
    let rows = serde_json::to_value(reading.await.map_err(sentence)?)?;
    Ok(told(rows.to_string(), rows))
}

pub(super) async fn upload(app: &App, place: &Place, call: &mut Call, arguments: JsonObject) -> Result<CallToolResult> {
    let UploadArguments { name, text, base64 } = read(arguments)?;
    let bytes = match (text, base64) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(base64)) => STANDARD
            .decode(base64.trim())
            .map_err(|_| anyhow::anyhow!("base64: send the bytes in base64, with padding"))?,
        _ => bail!("Send what the file has, either as text or as base64."),
    };
    let file = store(app, place, &name, &bytes).await.map_err(sentence)?;
    call.progress(None, "The file is looked into.").await;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE && is_pending(app, place, file.id).await.map_err(sentence)? {
        tokio::time::sleep(POLL).await;
    }
    described(app, place, &find(app, place, &file.name).await?).await
}

async fn store(app: &App, place: &Place, name: &str, bytes: &[u8]) -> Result<File, Error> {
    let (member, limits) = (&place.member, &app.config.limits);
    member.at_least(Role::Member)?;
    let name = names::FileName::parse("name", name)?;
    storage::usage(&mut *app.db.acquire().await?, limits, member)
        .await?
        .fits(bytes.len() as u64, 0)?;
    let mut spooling = app.spool.create()?;
    spooling.push(bytes).await?;
    let upload = Upload {
        project_id: place.project_id,
        name,
        bytes: spooling.finish().await?,
    };
    files::store(&app.db, &app.objects, limits, app.clock.now(), member, &upload).await
}

async fn is_pending(app: &App, place: &Place, id: FileId) -> Result<bool, Error> {
    let mut db = app.db.acquire().await?;
    preview::any_pending(&mut db, &place.member, place.project_id, &[id]).await
}

/// The project's files, the newest first.
pub(super) async fn all(app: &App, place: &Place) -> Result<Vec<Named>, Error> {
    let mut db = app.db.acquire().await?;
    let files = files::list(&mut db, &place.member, place.project_id, LISTED, None).await?;
    let is_table = |file: &&File| file.latest.state == State::Table;
    let tables: Vec<&str> = files.iter().filter(is_table).map(|file| file.name.as_str()).collect();
    let mut names = names::readable(&tables).into_iter();
    let with_name = |file| {
        let read_as = if is_table(&&file) { names.next() } else { None };
        Named { file, read_as }
    };
    Ok(files.into_iter().map(with_name).collect())
}

/// The file that a model means by `name`.
pub(super) async fn find(app: &App, place: &Place, name: &str) -> Result<Named> {
    let all = all(app, place).await.map_err(sentence)?;
    all.into_iter().find(|named| named.is_called(name)).ok_or_else(|| {
        anyhow::anyhow!("There is no file {name:?}. list_files tells the names; upload_file adds a file.")
    })
}

impl Named {
    fn is_called(&self, name: &str) -> bool {
        self.file.name == name || self.read_as.as_deref() == Some(name)
    }

    fn describe(&self) -> Value {
        let latest = &self.file.latest;
        json!({
            "name": self.file.name,
            "read_as": self.read_as,
            "state": latest.state,
            "problem": latest.problem,
            "rows": latest.row_count,
            "columns": latest.column_count,
            "bytes": latest.bytes,
            "version": latest.version,
            "updated_at": self.file.updated_at,
            "resource": format!("{FILES}{}", self.file.id),
        })
    }
}

/// The files as resources.
pub(super) async fn resources(app: &App, place: &Place) -> Result<Vec<Resource>> {
    let all = all(app, place).await.map_err(sentence)?;
    let listed = all.into_iter().take(RESOURCES).map(|named| {
        let size = format!(
            "{} bytes, version {}",
            named.file.latest.bytes, named.file.latest.version
        );
        Resource::new(format!("{FILES}{}", named.file.id), named.file.name).with_description(size)
    });
    Ok(listed.collect())
}

/// The bytes of a file.
pub(super) async fn resource(app: &App, place: &Place, address: &str) -> Result<Option<ResourceContents>> {
    let finding = async {
        let mut db = app.db.acquire().await?;
        if let Some(id) = id::<FileId>(address, FILES) {
            let file = files::get(&mut db, &place.member, id).await?;
            if file.project_id != place.project_id {
                return Err(Error::Missing("file"));
            }
            return preview::stored(&mut db, &place.member, id, None).await.map(Some);
        }
        match id::<GeneratedFileId>(address, GENERATED) {
            Some(id) => generated::stored(&mut db, &place.member, id).await.map(Some),
            None => Ok(None),
        }
    };
    let stored = match finding.await {
        Ok(Some(stored)) => stored,
        Ok(None) | Err(Error::Missing(_)) => return Ok(None),
        Err(error) => return Err(sentence(error)),
    };
    let most = app.config.limits.mcp_resource_max_bytes;
    if stored.digest.bytes > most {
        bail!(
            "{} has {} bytes, more than the {most} that a resource may have. Read it by read_rows or by a script.",
            stored.name,
            stored.digest.bytes
        );
    }
    let bytes = app.objects.get_bytes(&stored.key, most).await.map_err(sentence)?;
    let Some(bytes) = bytes else { return Ok(None) };
    let kind = media_type(&stored.name);
    let contents = match String::from_utf8(bytes) {
        Ok(text) => ResourceContents::text(text, address),
        Err(error) => ResourceContents::blob(STANDARD.encode(error.as_bytes()), address),
    };
    Ok(Some(contents.with_mime_type(kind)))
}

fn id<T: std::str::FromStr>(address: &str, before: &str) -> Option<T> {
    address.strip_prefix(before)?.parse().ok()
}

fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("csv") => "text/csv",
        Some("tsv") => "text/tab-separated-values",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt" | "md") => "text/plain",
        _ => "application/octet-stream",
    }
}
