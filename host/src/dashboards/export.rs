//! A dashboard as YAML, for files and for git: everything that it is, by names instead of ids.
//!
//! The same dashboard is always the same text, and what is imported is exported as the same text again. Results are not
//! in it, since the same script over the same files gives them again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;

use super::{
    Dashboard, Description,
    document::{Content, Document, Filter, FilterKind, Item, Tab},
};
use crate::{
    config::ServerLimits,
    error::{Error, Result},
    ids::{FileId, ProjectId, TileId},
    orgs::{Member, Role},
    text::Name,
    tiles::{self, Input, Kind, TileDraft, filter::Condition},
};

const FORMAT: &str = "glovebox.dashboard";
const VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exported {
    format: String,
    version: u32,
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    filters: Vec<ExportedFilter>,
    tabs: Vec<ExportedTab>,
    #[serde(default)]
    tiles: Vec<ExportedTile>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportedFilter {
    id: String,
    title: String,
    file: String,
    column: String,
    kind: FilterKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<Condition>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportedTab {
    id: String,
    title: String,
    items: Vec<ExportedItem>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportedItem {
    id: String,
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    /// One of these two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tile: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportedTile {
    id: String,
    title: String,
    kind: Kind,
    output: u32,
    #[serde(default)]
    inputs: Vec<String>,
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
    seed: u64,
    clock_unix_ms: u64,
    script: String,
}

/// The newest version as YAML.
pub async fn export(
    db: &mut PgConnection,
    member: &Member,
    dashboard: &Dashboard,
    document: &Document,
) -> Result<String> {
    let tiles = tiles::of_dashboard(db, member.org_id, dashboard.id).await?;
    let files = tiles::files(db, member, dashboard.project_id).await?;
    let file_name = |id: FileId| {
        files
            .iter()
            .find(|(_, known)| *known == id)
            .map(|(name, _)| name.clone())
    };
    let mut names: BTreeMap<TileId, String> = BTreeMap::new();
    let mut exported = Vec::new();
    for item in document.items() {
        let Content::Tile { tile_id, .. } = item.content else {
            continue;
        };
        let Some(tile) = tiles
            .iter()
            .find(|tile| tile.id == tile_id && !names.contains_key(&tile_id))
        else {
            continue;
        };
        let id = format!("t{}", exported.len() + 1);
        names.insert(tile_id, id.clone());
        exported.push(ExportedTile {
            id,
            title: tile.title.clone(),
            kind: tile.kind,
            output: tile.output,
            inputs: tile.inputs.iter().map(|input| input.name.clone()).collect(),
            parameters: tile.parameters.clone(),
            seed: tile.seed,
            clock_unix_ms: tile.clock_unix_ms,
            script: tile.script.clone(),
        });
    }
    let item = |item: &Item| {
        let (shown, text, title) = match &item.content {
            Content::Tile { tile_id, title } => (names.get(tile_id).cloned(), None, title.clone()),
            Content::Text { text } => (None, Some(text.clone()), None),
        };
        ExportedItem {
            id: item.id.clone(),
            x: item.x,
            y: item.y,
            width: item.width,
            height: item.height,
            tile: shown,
            text,
            title,
        }
    };
    let tabs = document.tabs.iter().map(|tab| ExportedTab {
        id: tab.id.clone(),
        title: tab.title.clone(),
        items: tab.items.iter().map(item).collect(),
    });
    // A filter on a file that is gone keeps no rows of anything, and could not be imported.
    let filters = document.filters.iter().filter_map(|filter| {
        Some(ExportedFilter {
            id: filter.id.clone(),
            title: filter.title.clone(),
            file: file_name(filter.file_id)?,
            column: filter.column.clone(),
            kind: filter.kind,
            default: filter.default.clone(),
        })
    });
    let exported = Exported {
        format: FORMAT.to_owned(),
        version: VERSION,
        name: dashboard.name.clone(),
        description: dashboard.description.clone(),
        filters: filters.collect(),
        tabs: tabs.collect(),
        tiles: exported,
    };
    serde_yaml_ng::to_string(&exported).map_err(|error| anyhow::anyhow!("writing a dashboard as YAML: {error}").into())
}

/// A new dashboard from `yaml`, over the project's files of the same names; `name` stands in for its own.
pub async fn import(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    project_id: ProjectId,
    yaml: &str,
    name: Option<Name>,
) -> Result<Dashboard> {
    member.at_least(Role::Member)?;
    let exported: Exported = serde_yaml_ng::from_str(yaml).map_err(|error| {
        let text: String = error.to_string().chars().take(500).collect();
        Error::invalid("yaml", "yaml", format!("This is not a dashboard export: {text}"))
    })?;
    if exported.format != FORMAT || exported.version != VERSION {
        let message = format!("Only {FORMAT} of version {VERSION} can be imported.");
        return Err(Error::invalid("yaml", "format", message));
    }
    let files: BTreeMap<_, _> = tiles::files(db, member, project_id).await?.into_iter().collect();
    let inputs = exported.tiles.iter().flat_map(|tile| &tile.inputs);
    let named = inputs.chain(exported.filters.iter().map(|filter| &filter.file));
    let mut missing: Vec<_> = named.filter(|name| !files.contains_key(*name)).cloned().collect();
    missing.sort_unstable();
    missing.dedup();
    if !missing.is_empty() {
        let message = format!(
            "The project has no file {}. Upload what is missing, then import again.",
            missing.join(", ")
        );
        return Err(Error::invalid("yaml", "missing_file", message));
    }
    let name = match name {
        Some(name) => name,
        None => Name::parse("yaml.name", &exported.name)?,
    };
    let description = Description::parse("yaml.description", &exported.description)?;
    let mut dashboard = super::create(db, now, limits, member, project_id, &name, &description).await?;
    let mut ids = BTreeMap::new();
    for tile in exported.tiles {
        let inputs = tile.inputs.into_iter().map(|name| Input {
            file_id: files.get(&name).copied(),
            name,
        });
        let draft = TileDraft {
            title: tile.title,
            kind: tile.kind,
            script: tile.script,
            parameters: tile.parameters,
            seed: tile.seed,
            clock_unix_ms: tile.clock_unix_ms,
            output: tile.output,
            inputs: inputs.collect(),
        };
        let made = tiles::create(db, now, limits, member, dashboard.id, draft).await?;
        ids.insert(tile.id, made.id);
    }
    let mut tabs = Vec::new();
    for tab in exported.tabs {
        let items: Result<Vec<_>> = tab.items.into_iter().map(|item| imported(item, &ids)).collect();
        tabs.push(Tab {
            id: tab.id,
            title: tab.title,
            items: items?,
        });
    }
    let filters = exported.filters.into_iter().map(|filter| Filter {
        id: filter.id,
        title: filter.title,
        file_id: files[&filter.file],
        column: filter.column,
        kind: filter.kind,
        default: filter.default,
    });
    let document = Document {
        tabs,
        filters: filters.collect(),
    };
    dashboard.version = super::save(db, now, limits, member, dashboard.id, 1, &document, "Imported").await?;
    Ok(dashboard)
}

fn imported(item: ExportedItem, ids: &BTreeMap<String, TileId>) -> Result<Item> {
    let content = match (item.tile, item.text) {
        (Some(tile), None) => Content::Tile {
            tile_id: *ids.get(&tile).ok_or_else(|| {
                Error::invalid(
                    "yaml",
                    "unknown_tile",
                    format!("The item {} refers to the tile {tile}, which does not exist.", item.id),
                )
            })?,
            title: item.title,
        },
        (None, Some(text)) => Content::Text { text },
        _ => {
            let message = format!("The item {} must have either a tile or a text.", item.id);
            return Err(Error::invalid("yaml", "content", message));
        }
    };
    Ok(Item {
        id: item.id,
        x: item.x,
        y: item.y,
        width: item.width,
        height: item.height,
        content,
    })
}
