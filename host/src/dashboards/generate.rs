//! A dashboard of a file without a model: what is worth a look is chosen by the types and figures of its columns.
//!
//! Candidates come from the columns' roles, are scored, and taken while they differ from those that were taken. Never
//! from ids, codes or constants, at most twelve.

mod roles;
mod scripts;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    Dashboard, Description,
    document::{Content, Document, Filter, FilterKind, Item},
};
use crate::{
    config::ServerLimits,
    error::{Error, Result},
    files::profile::Profile,
    ids::{FileId, ProjectId, TileId},
    orgs::{Member, Role},
    text::Name,
    tiles::{self, Input, Kind, TileDraft, filter::Condition},
};
use roles::Roles;

/// Tiles of a generated dashboard.
pub const TILES_MAX: usize = 12;
/// Tiles that one column is the dimension of.
const DIMENSION_MAX: usize = 2;
/// Tiles that show one measure.
const MEASURE_MAX: usize = 3;
/// Values of a category that is worth a filter.
const FILTER_VALUES: std::ops::RangeInclusive<u64> = 3..=30;

/// What a tile could show.
#[derive(Clone, Debug, PartialEq)]
enum Idea {
    /// How many rows there are.
    Rows,
    /// The sum or mean of a measure.
    Total { measure: usize },
    /// A measure, or the number of rows, over time.
    Over { measure: Option<usize>, time: usize },
    /// A measure, or the number of rows, by category.
    By { measure: Option<usize>, category: usize },
    /// How a measure is spread.
    Spread { measure: usize },
    /// Two measures against each other.
    Pair { x: usize, y: usize },
    /// The first rows.
    Sample,
}

/// An idea and how much it promises, from 0 to 1.
#[derive(Clone, Debug)]
struct Candidate {
    idea: Idea,
    score: f64,
}

/// A generated dashboard, whose tiles are still to be made.
pub struct Generated {
    pub tiles: Vec<TileDraft>,
    /// Where each tile lies, in the same order: column, row, width, height.
    places: Vec<(u32, u32, u32, u32)>,
    filters: Vec<Filter>,
}

/// A dashboard of a table that scripts read as `name`.
pub fn generate(name: &str, file_id: FileId, profile: &Profile) -> Result<Generated> {
    let roles = Roles::of(profile);
    let chosen = choose(candidates(profile, &roles));
    if chosen.iter().all(|idea| matches!(idea, Idea::Rows | Idea::Sample)) {
        return Err(Error::conflict(
            "nothing_to_show",
            "This file has no column of numbers, dates or groups that a chart could be made of.",
        ));
    }
    let places = places(&chosen);
    let tiles = chosen.iter().map(|idea| TileDraft {
        title: scripts::title(idea, profile),
        kind: kind(idea),
        script: scripts::script(idea, name, profile),
        parameters: std::collections::BTreeMap::new(),
        seed: 0,
        clock_unix_ms: 0,
        output: 0,
        inputs: vec![Input {
            name: name.to_owned(),
            file_id: Some(file_id),
        }],
    });
    Ok(Generated {
        tiles: tiles.collect(),
        places,
        filters: filters(file_id, profile, &roles),
    })
}

/// What to generate a dashboard from.
pub struct Asked {
    pub project_id: ProjectId,
    pub file_id: FileId,
    /// In place of the file's.
    pub name: Option<Name>,
}

/// A new dashboard of a table with this profile, with its tiles.
pub async fn make(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    asked: Asked,
    profile: &Profile,
) -> Result<Dashboard> {
    member.at_least(Role::Member)?;
    let files = tiles::files(db, member, asked.project_id).await?;
    let found = files.into_iter().find(|(_, id)| *id == asked.file_id);
    let (file, _) = found.ok_or_else(|| Error::invalid("file_id", "unknown", "The project has no such file."))?;
    let generated = generate(&file, asked.file_id, profile)?;
    let name = match asked.name {
        Some(name) => name,
        None => Name::parse(
            "name",
            &scripts::said(file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem)),
        )?,
    };
    let description = Description::parse("description", &format!("Generated from the columns of {file}."))?;
    let mut dashboard = super::create(db, now, limits, member, asked.project_id, &name, &description).await?;
    let mut ids = Vec::new();
    for draft in &generated.tiles {
        ids.push(
            tiles::create(db, now, limits, member, dashboard.id, draft.clone())
                .await?
                .id,
        );
    }
    let document = generated.document(&ids);
    dashboard.version = super::save(
        db,
        now,
        limits,
        member,
        dashboard.id,
        1,
        &document,
        "Generated from a file",
    )
    .await?;
    Ok(dashboard)
}

impl Generated {
    /// The document, once its tiles are made.
    pub fn document(self, tile_ids: &[TileId]) -> Document {
        let mut document = Document::default();
        let items = self
            .places
            .iter()
            .zip(tile_ids)
            .enumerate()
            .map(|(i, (&(x, y, width, height), &tile_id))| Item {
                id: format!("tile-{}", i + 1),
                x,
                y,
                width,
                height,
                content: Content::Tile { tile_id, title: None },
            });
        document.tabs[0].items = items.collect();
        document.filters = self.filters;
        document
    }
}

fn kind(idea: &Idea) -> Kind {
    match idea {
        Idea::Rows | Idea::Total { .. } => Kind::Number,
        Idea::Sample => Kind::Table,
        _ => Kind::Chart,
    }
}

fn candidates(profile: &Profile, roles: &Roles) -> Vec<Candidate> {
    let mut found = Vec::new();
    let filled = |column: usize| {
        let nulls = profile.columns[column].nulls as f64;
        1.0 - nulls / profile.profiled_rows.max(1) as f64
    };
    let mut add = |idea: Idea, prior: f64, columns: &[usize], readable: f64| {
        let filled = columns.iter().map(|&column| filled(column)).fold(1.0, f64::min);
        let score = 0.6 * prior / 100.0 + 0.25 * filled + 0.15 * readable;
        found.push(Candidate { idea, score });
    };
    add(Idea::Rows, 100.0, &[], 1.0);
    for (rank, &measure) in roles.measures.iter().enumerate() {
        let prior = |best: f64| best - 4.0 * rank as f64;
        add(Idea::Total { measure }, prior(96.0), &[measure], 1.0);
        add(Idea::Spread { measure }, prior(60.0), &[measure], 0.9);
        if let Some(time) = roles.time {
            add(
                Idea::Over {
                    measure: Some(measure),
                    time,
                },
                prior(92.0),
                &[measure, time],
                1.0,
            );
        }
        for (place, &category) in roles.categories.iter().enumerate() {
            let readable = if profile.columns[category].distinct <= 12 {
                1.0
            } else {
                0.6
            };
            let prior = prior(82.0) - 3.0 * place as f64;
            add(
                Idea::By {
                    measure: Some(measure),
                    category,
                },
                prior,
                &[measure, category],
                readable,
            );
        }
        for &y in &roles.measures[rank + 1..] {
            add(Idea::Pair { x: measure, y }, prior(50.0), &[measure, y], 0.8);
        }
    }
    if let Some(time) = roles.time {
        let prior = if roles.measures.is_empty() { 92.0 } else { 55.0 };
        add(Idea::Over { measure: None, time }, prior, &[time], 1.0);
    }
    for (place, &category) in roles.categories.iter().enumerate() {
        let prior = if roles.measures.is_empty() { 84.0 } else { 66.0 } - 3.0 * place as f64;
        add(
            Idea::By {
                measure: None,
                category,
            },
            prior,
            &[category],
            0.9,
        );
    }
    add(Idea::Sample, 30.0, &[], 1.0);
    found
}

/// The best ones that differ: numbers first, then charts by their score, the rows last.
fn choose(mut candidates: Vec<Candidate>) -> Vec<Idea> {
    let mut taken: Vec<Idea> = Vec::new();
    while taken.len() < TILES_MAX - 1 && !candidates.is_empty() {
        let worth = |candidate: &Candidate| {
            let likeness = taken
                .iter()
                .map(|other| likeness(&candidate.idea, other))
                .fold(0.0, f64::max);
            candidate.score - 0.3 * likeness
        };
        let best = (0..candidates.len())
            .max_by(|&a, &b| worth(&candidates[a]).total_cmp(&worth(&candidates[b])).then(b.cmp(&a)));
        let Some(best) = best else { break };
        let idea = candidates.remove(best).idea;
        let numbers = taken.iter().filter(|other| kind(other) == Kind::Number).count();
        let one_kind = |test: fn(&Idea) -> bool| taken.iter().filter(|other| test(other)).count();
        let dimension = dimension(&idea);
        let measure = measures(&idea);
        let full = (kind(&idea) == Kind::Number && numbers >= 4)
            || (matches!(idea, Idea::Spread { .. }) && one_kind(|other| matches!(other, Idea::Spread { .. })) >= 1)
            || (matches!(idea, Idea::Pair { .. }) && one_kind(|other| matches!(other, Idea::Pair { .. })) >= 1)
            || dimension.is_some_and(|column| {
                taken
                    .iter()
                    .filter(|other| self::dimension(other) == Some(column))
                    .count()
                    >= DIMENSION_MAX
            })
            || measure.iter().any(|column| {
                taken
                    .iter()
                    .filter(|other| kind(other) != Kind::Number && measures(other).contains(column))
                    .count()
                    >= MEASURE_MAX
            });
        if !full && idea != Idea::Sample {
            taken.push(idea);
        }
    }
    taken.push(Idea::Sample);
    taken.sort_by_key(|idea| match idea {
        Idea::Rows => 0,
        Idea::Total { .. } => 1,
        Idea::Over { .. } => 2,
        Idea::By { .. } => 3,
        Idea::Spread { .. } => 4,
        Idea::Pair { .. } => 5,
        Idea::Sample => 6,
    });
    taken
}

/// From 0, nothing in common, to 1.
fn likeness(idea: &Idea, other: &Idea) -> f64 {
    let mut likeness = 0.0;
    if !measures(idea).is_empty() && measures(idea).iter().any(|column| measures(other).contains(column)) {
        likeness += 0.4;
    }
    if dimension(idea).is_some() && dimension(idea) == dimension(other) {
        likeness += 0.4;
    }
    if std::mem::discriminant(idea) == std::mem::discriminant(other) {
        likeness += 0.2;
    }
    likeness
}

fn dimension(idea: &Idea) -> Option<usize> {
    match idea {
        Idea::Over { time, .. } => Some(*time),
        Idea::By { category, .. } => Some(*category),
        _ => None,
    }
}

fn measures(idea: &Idea) -> Vec<usize> {
    match idea {
        Idea::Total { measure } | Idea::Spread { measure } => vec![*measure],
        Idea::Over { measure, .. } | Idea::By { measure, .. } => measure.iter().copied().collect(),
        Idea::Pair { x, y } => vec![*x, *y],
        Idea::Rows | Idea::Sample => Vec::new(),
    }
}

/// Numbers in one row, the first line over the whole width, everything else two abreast, the rows at the bottom.
fn places(ideas: &[Idea]) -> Vec<(u32, u32, u32, u32)> {
    let numbers = ideas.iter().filter(|idea| kind(idea) == Kind::Number).count() as u32;
    let wide = 12 / numbers.clamp(1, 4);
    let (mut number, mut y, mut left) = (0, 2, true);
    let mut wide_line = false;
    let mut places = Vec::new();
    for idea in ideas {
        places.push(match kind(idea) {
            Kind::Number => {
                number += 1;
                ((number - 1) * wide, 0, wide, 2)
            }
            Kind::Chart if matches!(idea, Idea::Over { .. }) && !wide_line => {
                wide_line = true;
                y += 5;
                (0, y - 5, 12, 5)
            }
            Kind::Chart if left => {
                left = false;
                (0, y, 6, 5)
            }
            Kind::Chart => {
                left = true;
                y += 5;
                (6, y - 5, 6, 5)
            }
            Kind::Table => {
                if !left {
                    y += 5;
                }
                (0, y, 12, 6)
            }
        });
    }
    places
}

/// The time, and two categories that have enough values to choose from and not too many.
fn filters(file_id: FileId, profile: &Profile, roles: &Roles) -> Vec<Filter> {
    let filter = |id: String, column: usize, kind, default: Option<Condition>| Filter {
        id,
        title: scripts::said(&profile.columns[column].name),
        file_id,
        column: profile.columns[column].name.clone(),
        kind,
        default,
    };
    let time = roles
        .time
        .map(|time| filter("time".to_owned(), time, FilterKind::Dates, None));
    let categories = roles
        .categories
        .iter()
        .filter(|&&column| FILTER_VALUES.contains(&profile.columns[column].distinct))
        .take(2);
    let categories = categories
        .enumerate()
        .map(|(i, &column)| filter(format!("by-{}", i + 1), column, FilterKind::Values, None));
    time.into_iter().chain(categories).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn column(name: &str, kind: &str, distinct: u64, min: Value, max: Value) -> Value {
        json!({"name": name, "type": kind, "nulls": 0, "distinct": distinct, "min": min, "max": max, "top": [], "samples": [],
               "format": if kind == "date" { json!("%Y-%m-%d") } else { Value::Null }})
    }

    fn profile(columns: Vec<Value>) -> Profile {
        serde_json::from_value(json!({
            "delimiter": ",", "quote": "\"", "encoding": "utf-8", "header": true, "row_count": 1000,
            "column_count": columns.len(), "sampled": false, "profiled_rows": 1000, "columns": columns,
        }))
        .unwrap()
    }

    fn sales() -> Profile {
        profile(vec![
            column("order_id", "integer", 1000, json!(1), json!(1000)),
            column("order_date", "date", 365, json!("2025-01-01"), json!("2025-12-31")),
            column("region", "text", 4, Value::Null, Value::Null),
            column("product", "text", 20, Value::Null, Value::Null),
            column("amount", "number", 900, json!(1.0), json!(900.0)),
            column("unit_price", "number", 40, json!(1.0), json!(90.0)),
            column("zip", "integer", 300, json!(10000), json!(99999)),
            column("currency", "text", 1, Value::Null, Value::Null),
        ])
    }

    #[test]
    fn a_file_of_sales_becomes_numbers_a_line_breakdowns_and_rows() {
        let generated = generate("sales.csv", FileId::new(), &sales()).unwrap();
        assert!(generated.tiles.len() <= TILES_MAX);
        let kinds: Vec<_> = generated.tiles.iter().map(|tile| tile.kind).collect();
        assert_eq!(kinds[0], Kind::Number);
        assert_eq!(kinds.last(), Some(&Kind::Table));
        assert!(
            kinds.iter().filter(|kind| **kind == Kind::Chart).count() >= 5,
            "{kinds:?}"
        );
        let titles: Vec<_> = generated.tiles.iter().map(|tile| tile.title.as_str()).collect();
        assert!(titles.contains(&"Total amount"), "{titles:?}");
        assert!(titles.contains(&"Average unit price"), "{titles:?}");
        let columns: Vec<_> = generated.filters.iter().map(|filter| filter.column.as_str()).collect();
        assert_eq!(columns, ["order_date", "region", "product"]);
        let ids: Vec<_> = generated.tiles.iter().map(|_| TileId::new()).collect();
        let document = generated.document(&ids);
        document.check(&ids.into_iter().collect()).unwrap();
    }

    #[test]
    fn ids_codes_and_constants_are_never_shown() {
        let generated = generate("sales.csv", FileId::new(), &sales()).unwrap();
        for tile in generated.tiles.iter().filter(|tile| tile.kind != Kind::Table) {
            for column in ["order_id", "zip", "currency"] {
                assert!(!tile.script.contains(column), "{}: {}", tile.title, tile.script);
            }
        }
    }

    #[test]
    fn a_file_with_nothing_to_show_is_refused() {
        let profile = profile(vec![
            column("id", "integer", 1000, json!(1), json!(1000)),
            column("note", "text", 1000, Value::Null, Value::Null),
        ]);
        assert!(generate("notes.csv", FileId::new(), &profile).is_err());
    }
}
