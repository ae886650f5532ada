//! A dashboard as it stands at one moment: texts, numbers, charts as pictures and tables with their rows, each with its
//! age and with what is wrong with it. PDFs and mails are made of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    Dashboard,
    document::{Content, Document, Filter},
    idle_filters, shown_tiles,
};
use crate::{
    config::ServerLimits,
    error::{Error, Result},
    files::preview::Stored,
    objects::Objects,
    tiles::{
        Kind, Tile,
        ask::Asker,
        filter::Condition,
        handout,
        results::{Output, Shown, State, TableColumn},
        whole::{Displayed, Made, Whole, csv_of},
    },
};

/// Bytes of a chart's picture; a larger one is left out.
const PICTURE_MAX_BYTES: u64 = 8 << 20;

/// A dashboard at one moment.
#[derive(Debug)]
pub struct Snapshot {
    pub name: String,
    pub description: String,
    pub version: i32,
    pub taken_at: DateTime<Utc>,
    /// Each filter that leaves rows out, as a line of text.
    pub filters: Vec<String>,
    pub tabs: Vec<SnapshotTab>,
}

/// A tab, whose items stand in reading order.
#[derive(Debug)]
pub struct SnapshotTab {
    pub title: String,
    pub items: Vec<SnapshotItem>,
}

/// A text or a tile.
#[derive(Debug)]
pub struct SnapshotItem {
    pub title: String,
    pub shows: Shows,
    /// When the result was made; none where there is none.
    pub made_at: Option<DateTime<Utc>>,
    /// What is wrong with the tile, or with the result that it shows.
    pub problem: Option<String>,
}

/// What an item shows.
#[derive(Debug)]
pub enum Shows {
    /// Markdown.
    Text(String),
    Number(Value),
    Chart {
        /// None where it was not kept as a PNG, or is too large.
        png: Option<Vec<u8>>,
        alt: String,
    },
    Table {
        columns: Vec<TableColumn>,
        rows: Vec<Vec<Value>>,
        row_count: u64,
        csv: Csv,
    },
    /// There is no result; `problem` says why.
    Nothing,
}

/// A table as a CSV file.
#[derive(Debug, Default)]
pub enum Csv {
    /// Nobody asked for it, or not all rows are kept.
    #[default]
    None,
    Whole(Vec<u8>),
    TooLarge,
}

/// A snapshot whose pictures and rows are still to be fetched.
pub struct Draft {
    snapshot: Snapshot,
    /// Where what items show is, by tab and item.
    pictures: Vec<(usize, usize, Stored)>,
    tables: Vec<(usize, usize, Whole)>,
    /// Tiles whose results are still to be made.
    pub waiting: usize,
    /// Tiles that have no result, or only one from before.
    pub failed: usize,
    /// All tiles.
    pub tiles: usize,
}

impl Draft {
    /// Asks for what the dashboard shows with the filters that are `set`.
    pub async fn ask(
        asker: &mut Asker<'_>,
        dashboard: Dashboard,
        document: &Document,
        set: &BTreeMap<String, Condition>,
    ) -> Result<Self> {
        let filters = document.conditions(set)?;
        let tiles = shown_tiles(asker.db, asker.org_id, dashboard.id, document).await?;
        let results = asker.ask(&tiles, &filters).await?;
        let mut draft = Self {
            snapshot: Snapshot {
                name: dashboard.name,
                description: dashboard.description,
                version: dashboard.version,
                taken_at: asker.now,
                filters: filter_lines(document, set, &tiles),
                tabs: Vec::new(),
            },
            pictures: Vec::new(),
            tables: Vec::new(),
            waiting: 0,
            failed: 0,
            tiles: 0,
        };
        for tab in &document.tabs {
            let mut order: Vec<_> = tab.items.iter().collect();
            order.sort_by_key(|item| (item.y, item.x));
            let place = draft.snapshot.tabs.len();
            let mut items = Vec::new();
            for item in order {
                let seen = match &item.content {
                    Content::Text { text } => SnapshotItem::text(text),
                    Content::Tile { tile_id, title } => {
                        let tile = tiles.iter().find(|tile| tile.id == *tile_id);
                        let result = results.iter().find(|result| result.tile_id == *tile_id);
                        let (Some(tile), Some(result)) = (tile, result) else {
                            continue;
                        };
                        let heading = title.as_deref().filter(|title| !title.is_empty());
                        let at = (place, items.len());
                        draft.tile(asker, tile, result, heading, at).await?
                    }
                };
                items.push(seen);
            }
            draft.snapshot.tabs.push(SnapshotTab {
                title: tab.title.clone(),
                items,
            });
        }
        Ok(draft)
    }

    async fn tile(
        &mut self,
        asker: &mut Asker<'_>,
        tile: &Tile,
        result: &Shown,
        heading: Option<&str>,
        (tab, item): (usize, usize),
    ) -> Result<SnapshotItem> {
        self.tiles += 1;
        self.waiting += usize::from(matches!(result.state, State::Waiting | State::Running));
        self.failed += usize::from(matches!(result.state, State::Failed | State::NotKept));
        let mut seen = SnapshotItem {
            title: heading.unwrap_or_else(|| tile.shown_title()).to_owned(),
            shows: Shows::Nothing,
            made_at: result.made_at.filter(|_| result.output.is_some()),
            problem: problem(result),
        };
        // What is from an earlier run has another address.
        let key = result.key.as_deref().filter(|_| !result.earlier);
        match &result.output {
            None => {}
            Some(Output::Chart { alt, image, .. }) => {
                if image.to_lowercase().ends_with(".png") {
                    let stored = handout::image(asker.db, asker.org_id, tile, key).await;
                    self.pictures.extend(found(stored)?.map(|stored| (tab, item, stored)));
                }
                let alt = if alt.is_empty() { &seen.title } else { alt };
                seen.shows = Shows::Chart {
                    png: None,
                    alt: alt.clone(),
                };
            }
            Some(Output::Table { rows, .. }) if tile.kind == Kind::Number => {
                let row = rows.first().map(Vec::as_slice).unwrap_or_default();
                let value = row.iter().find(|cell| cell.is_number()).or(row.first());
                seen.shows = Shows::Number(value.cloned().unwrap_or_default());
            }
            Some(Output::Table {
                columns,
                rows,
                row_count,
            }) => {
                seen.shows = Shows::Table {
                    columns: columns.clone(),
                    rows: rows.clone(),
                    row_count: *row_count,
                    csv: Csv::None,
                };
                let displayed = found(Displayed::of_tile(asker.db, asker.org_id, tile, key).await)?;
                if let Some(displayed) = displayed {
                    match displayed.ask(asker).await? {
                        Made::Ready(whole) => self.tables.push((tab, item, whole)),
                        Made::Waiting if asker.how.runs() => self.waiting += 1,
                        Made::Waiting => {}
                        Made::Failed(why) => seen.problem = seen.problem.or(Some(why)),
                    }
                }
            }
        }
        Ok(seen)
    }

    /// Fetches pictures and rows. `csv_max_bytes` is for each table whose CSV is wanted.
    pub async fn fetch(
        mut self,
        objects: &Objects,
        limits: &ServerLimits,
        csv_max_bytes: Option<usize>,
    ) -> Result<Snapshot> {
        let mut room = limits.pdf_pictures_bytes;
        for (tab, item, stored) in self.pictures {
            let bytes = if stored.digest.bytes > PICTURE_MAX_BYTES.min(room) {
                None
            } else {
                room -= stored.digest.bytes;
                objects.get_bytes(&stored.key, PICTURE_MAX_BYTES).await?
            };
            if let Shows::Chart { png, .. } = &mut self.snapshot.tabs[tab].items[item].shows {
                *png = bytes;
            }
        }
        for (tab, item, whole) in self.tables {
            if let Shows::Table { rows, csv, .. } = &mut self.snapshot.tabs[tab].items[item].shows {
                (*rows, *csv) = read(whole, objects, limits, csv_max_bytes).await?;
            }
        }
        Ok(self.snapshot)
    }
}

impl SnapshotItem {
    fn text(text: &str) -> Self {
        Self {
            title: String::new(),
            shows: Shows::Text(text.to_owned()),
            made_at: None,
            problem: None,
        }
    }
}

/// As many rows as a document shows, and all of them as CSV where that is wanted.
async fn read(
    whole: Whole,
    objects: &Objects,
    limits: &ServerLimits,
    csv_max_bytes: Option<usize>,
) -> Result<(Vec<Vec<Value>>, Csv)> {
    let names: Vec<Value> = whole.columns.iter().map(|column| column.name.clone().into()).collect();
    let mut csv = match csv_max_bytes {
        Some(_) => Csv::Whole([b"\xef\xbb\xbf", csv_of(&[names])?.as_slice()].concat()),
        None => Csv::None,
    };
    let mut left = whole.rows(objects).await?;
    let mut rows = Vec::new();
    while let Some(row) = left.next().await? {
        if let (Csv::Whole(bytes), Some(most)) = (&mut csv, csv_max_bytes) {
            bytes.extend(csv_of(std::slice::from_ref(&row))?);
            if bytes.len() > most {
                csv = Csv::TooLarge;
            }
        }
        if rows.len() < limits.pdf_table_rows as usize {
            rows.push(row);
        } else if !matches!(csv, Csv::Whole(_)) {
            break;
        }
    }
    Ok((rows, csv))
}

/// What is there; none where it is no longer kept.
fn found<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(Error::Conflict { .. } | Error::Missing(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn problem(result: &Shown) -> Option<String> {
    let why = match result.state {
        State::Done => return None,
        State::Waiting | State::Running => "This tile is still being computed.".to_owned(),
        State::Empty => "No rows match the filters.".to_owned(),
        State::NotKept => "There is no stored result of this tile.".to_owned(),
        State::Failed => {
            let why = result.problem.as_deref().unwrap_or("It could not be computed.");
            format!("This tile failed: {why}")
        }
    };
    Some(if result.earlier {
        format!("{why} An earlier result is shown.")
    } else {
        why
    })
}

fn filter_lines(document: &Document, set: &BTreeMap<String, Condition>, tiles: &[Tile]) -> Vec<String> {
    let idle = idle_filters(document, set, tiles);
    let line = |filter: &Filter| {
        let condition = document.condition_of(filter, set)?;
        let idle = if idle.contains(&filter.id) {
            " (applies to no tile)"
        } else {
            ""
        };
        Some(format!("{}: {}{idle}", filter.title, condition.in_words()))
    };
    document.filters.iter().filter_map(line).collect()
}
