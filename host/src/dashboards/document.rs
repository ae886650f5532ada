//! What a dashboard is: tabs with tiles and texts on a grid of twelve columns, and filters. One document, which is saved
//! as a whole.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    error::{Error, Field, Result},
    ids::{FileId, TileId},
    text::Text,
    tiles::{
        Kind, TITLE_MAX_CHARS,
        filter::{Bound, Condition},
    },
};

/// Columns of the grid.
pub const COLUMNS: u32 = 12;
/// Rows of the grid.
pub const ROWS_MAX: u32 = 2_000;
/// Rows that one item takes at most.
pub const HEIGHT_MAX: u32 = 40;
pub const TABS_MAX: usize = 20;
/// Items of all tabs together.
pub const ITEMS_MAX: usize = 100;
pub const FILTERS_MAX: usize = 20;
/// Characters of an id, which is unique in its document.
const ID_MAX_CHARS: usize = 40;
/// Characters of a text's Markdown.
pub const TEXT_MAX_CHARS: usize = 20_000;
/// Characters of a column's name.
const COLUMN_MAX_CHARS: usize = 500;

/// A dashboard's content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DashboardDocument)]
pub struct Document {
    /// At least one.
    #[schema(min_items = 1, max_items = 20)]
    pub tabs: Vec<Tab>,
    #[serde(default)]
    #[schema(max_items = 20)]
    pub filters: Vec<Filter>,
}

/// A page of a dashboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DashboardTab)]
pub struct Tab {
    /// Letters, digits, `-` and `_`; unique among the tabs, items and filters of the document.
    #[schema(min_length = 1, max_length = 40)]
    pub id: String,
    #[schema(max_length = 200)]
    pub title: String,
    /// They do not overlap.
    pub items: Vec<Item>,
}

/// An item on the grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DashboardItem)]
pub struct Item {
    /// Like the ids of tabs.
    #[schema(min_length = 1, max_length = 40)]
    pub id: String,
    /// Its first column, from 0.
    #[schema(maximum = 11)]
    pub x: u32,
    /// Its first row, from 0.
    #[schema(maximum = 1_999)]
    pub y: u32,
    /// Columns.
    #[schema(minimum = 1, maximum = 12)]
    pub width: u32,
    /// Rows.
    #[schema(minimum = 1, maximum = 40)]
    pub height: u32,
    pub content: Content,
}

/// What an item shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = DashboardContent)]
pub enum Content {
    /// A tile of the dashboard.
    Tile {
        tile_id: TileId,
        /// Replaces the tile's own title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 200)]
        title: Option<String>,
    },
    /// A text in Markdown.
    Text {
        #[schema(max_length = 20_000)]
        text: String,
    },
}

/// A filter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DashboardFilter)]
pub struct Filter {
    /// Like the ids of tabs.
    #[schema(min_length = 1, max_length = 40)]
    pub id: String,
    #[schema(min_length = 1, max_length = 200)]
    pub title: String,
    /// The file whose rows it filters, for all tiles that read it.
    pub file_id: FileId,
    #[schema(min_length = 1, max_length = 500)]
    pub column: String,
    pub kind: FilterKind,
    /// Its setting when the dashboard is opened; if omitted, all rows are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Condition>,
}

/// How a filter is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FilterKind {
    /// Some of the column's values.
    Values,
    /// From a number to a number.
    Range,
    /// From a day to a day, or the last days.
    Dates,
}

impl FilterKind {
    fn takes(self, condition: &Condition) -> bool {
        match condition {
            Condition::All {} => true,
            Condition::Values { .. } => self == Self::Values,
            Condition::Range { .. } => self == Self::Range,
            Condition::Dates { .. } | Condition::LastDays { .. } => self == Self::Dates,
        }
    }
}

impl Default for Document {
    fn default() -> Self {
        Self {
            tabs: vec![Tab {
                id: "main".to_owned(),
                title: String::new(),
                items: Vec::new(),
            }],
            filters: Vec::new(),
        }
    }
}

impl Document {
    /// Stops what is no dashboard; `tiles` are those that it may show.
    pub fn check(&self, tiles: &BTreeSet<TileId>) -> Result<()> {
        let mut wrong = Wrong::default();
        if self.tabs.is_empty() || self.tabs.len() > TABS_MAX {
            wrong.add("tabs", "count", format!("A dashboard has 1 to {TABS_MAX} tabs."));
        }
        if self.filters.len() > FILTERS_MAX {
            wrong.add(
                "filters",
                "too_many",
                format!("A dashboard has at most {FILTERS_MAX} filters."),
            );
        }
        if self.items().count() > ITEMS_MAX {
            wrong.add(
                "tabs",
                "too_many",
                format!("A dashboard shows at most {ITEMS_MAX} tiles and texts."),
            );
        }
        let mut ids = BTreeSet::new();
        for (t, tab) in self.tabs.iter().enumerate() {
            wrong.id(&format!("tabs[{t}].id"), &tab.id, &mut ids);
            wrong.line(&format!("tabs[{t}].title"), &tab.title, TITLE_MAX_CHARS);
            for (i, item) in tab.items.iter().enumerate() {
                let field = format!("tabs[{t}].items[{i}]");
                wrong.id(&format!("{field}.id"), &item.id, &mut ids);
                wrong.item(&field, item, tiles);
                if let Some(other) = tab.items[..i].iter().find(|other| other.overlaps(item)) {
                    let message = format!("It overlaps the item {}. Move one of them.", other.id);
                    wrong.add(&field, "overlap", message);
                }
            }
        }
        for (i, filter) in self.filters.iter().enumerate() {
            let field = format!("filters[{i}]");
            wrong.id(&format!("{field}.id"), &filter.id, &mut ids);
            wrong.line(&format!("{field}.title"), &filter.title, TITLE_MAX_CHARS);
            if filter.column.is_empty()
                || filter.column.chars().count() > COLUMN_MAX_CHARS
                || filter.column.contains('\0')
            {
                let message = format!("Enter a column name of at most {COLUMN_MAX_CHARS} characters.");
                wrong.add(&format!("{field}.column"), "column", message);
            }
            if let Some(condition) = &filter.default {
                wrong.condition(&format!("{field}.default"), filter, condition);
            }
        }
        wrong.end()
    }

    /// The conditions that hold: those that were `set`, by the filters' ids, else the filters' own.
    pub fn conditions(&self, set: &BTreeMap<String, Condition>) -> Result<Vec<Bound>> {
        let mut wrong = Wrong::default();
        for (id, condition) in set {
            let field = format!("filters.{id}");
            match (self.filters.iter().find(|filter| filter.id == *id), condition) {
                (None, _) => wrong.add(&field, "unknown", "The dashboard has no such filter.".to_owned()),
                (Some(filter), condition) => wrong.condition(&field, filter, condition),
            }
        }
        wrong.end()?;
        let bound = self.filters.iter().filter_map(|filter| {
            let condition = self.condition_of(filter, set)?.clone();
            Some(Bound {
                file_id: filter.file_id,
                column: filter.column.clone(),
                condition,
            })
        });
        Ok(bound.collect())
    }

    /// The condition of a filter that leaves rows out.
    pub fn condition_of<'a>(&self, filter: &'a Filter, set: &'a BTreeMap<String, Condition>) -> Option<&'a Condition> {
        let condition = set.get(&filter.id).or(filter.default.as_ref())?;
        (*condition != Condition::All {}).then_some(condition)
    }

    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.tabs.iter().flat_map(|tab| &tab.items)
    }

    /// The tiles that it shows.
    pub fn tile_ids(&self) -> BTreeSet<TileId> {
        let ids = self.items().filter_map(|item| match item.content {
            Content::Tile { tile_id, .. } => Some(tile_id),
            Content::Text { .. } => None,
        });
        ids.collect()
    }

    /// Puts a tile below everything on the first tab; two small ones beside each other.
    pub fn place(&mut self, tile_id: TileId, kind: Kind) {
        let (width, height) = match kind {
            Kind::Number => (3, 2),
            Kind::Chart | Kind::Table => (6, 5),
        };
        let mut number = 1;
        let id = loop {
            let id = format!("tile-{number}");
            if !self.has(&id) {
                break id;
            }
            number += 1;
        };
        let Some(tab) = self.tabs.first_mut() else { return };
        let item = |x, y| Item {
            id: id.clone(),
            x,
            y,
            width,
            height,
            content: Content::Tile { tile_id, title: None },
        };
        let bottom = tab.items.iter().map(|item| item.y + item.height).max().unwrap_or(0);
        let last = tab.items.last().map_or(bottom, |last| last.y);
        let free = |item: &Item| !tab.items.iter().any(|other| other.overlaps(item));
        let beside = (0..=COLUMNS - width)
            .step_by(width as usize)
            .map(|x| item(x, last))
            .find(free);
        let placed = beside.unwrap_or_else(|| item(0, bottom));
        tab.items.push(placed);
    }

    fn has(&self, id: &str) -> bool {
        self.tabs.iter().any(|tab| tab.id == id)
            || self.items().any(|item| item.id == id)
            || self.filters.iter().any(|filter| filter.id == id)
    }
}

impl Item {
    fn overlaps(&self, other: &Self) -> bool {
        let meet =
            |a: u32, length: u32, b: u32, other: u32| a < b.saturating_add(other) && b < a.saturating_add(length);
        meet(self.x, self.width, other.x, other.width) && meet(self.y, self.height, other.y, other.height)
    }
}

/// Everything that is wrong, told at once.
#[derive(Default)]
struct Wrong(Vec<Field>);

impl Wrong {
    fn add(&mut self, name: &str, code: &'static str, message: String) {
        self.0.push(Field {
            name: name.to_owned(),
            code,
            message,
        });
    }

    fn end(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self.0))
        }
    }

    fn take(&mut self, result: Result<()>) {
        if let Err(Error::Invalid(fields)) = result {
            self.0.extend(fields);
        }
    }

    fn id<'a>(&mut self, field: &str, id: &'a str, ids: &mut BTreeSet<&'a str>) {
        let fine = !id.is_empty()
            && id.len() <= ID_MAX_CHARS
            && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if !fine {
            let message = format!("Use 1 to {ID_MAX_CHARS} letters, digits, hyphens and underscores.");
            self.add(field, "id", message);
        } else if !ids.insert(id) {
            self.add(
                field,
                "taken",
                format!("The ID {id} is already used in this document. Use another one."),
            );
        }
    }

    fn line(&mut self, field: &str, text: &str, max_chars: usize) {
        if text.chars().count() > max_chars || text.chars().any(char::is_control) {
            let message = format!("Write at most {max_chars} characters in one line, without control characters.");
            self.add(field, "line", message);
        }
    }

    fn item(&mut self, field: &str, item: &Item, tiles: &BTreeSet<TileId>) {
        let fits = (1..=COLUMNS).contains(&item.width)
            && item.x <= COLUMNS - item.width
            && (1..=HEIGHT_MAX).contains(&item.height)
            && item.y < ROWS_MAX;
        if !fits {
            let message = format!(
                "It must fit within {COLUMNS} columns and {ROWS_MAX} rows, and be at least 1 and at most {HEIGHT_MAX} \
                 rows high."
            );
            self.add(field, "place", message);
        }
        match &item.content {
            Content::Tile { tile_id, title } => {
                if !tiles.contains(tile_id) {
                    self.add(
                        field,
                        "unknown_tile",
                        "The dashboard has no such tile. Add it first.".to_owned(),
                    );
                }
                self.line(
                    &format!("{field}.title"),
                    title.as_deref().unwrap_or_default(),
                    TITLE_MAX_CHARS,
                );
            }
            Content::Text { text } => {
                self.take(Text::<TEXT_MAX_CHARS>::parse(&format!("{field}.text"), text).map(|_| ()));
            }
        }
    }

    fn condition(&mut self, field: &str, filter: &Filter, condition: &Condition) {
        if filter.kind.takes(condition) {
            self.take(condition.check(field));
        } else {
            self.add(field, "kind", "This is a different kind of filter.".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, x: u32, y: u32, width: u32, height: u32) -> Item {
        let content = Content::Text {
            text: "Hello".to_owned(),
        };
        Item {
            id: id.to_owned(),
            x,
            y,
            width,
            height,
            content,
        }
    }

    fn with(items: Vec<Item>) -> Document {
        let mut document = Document::default();
        document.tabs[0].items = items;
        document
    }

    #[test]
    fn items_lie_on_the_grid_and_not_over_each_other() {
        let check = |items, code: Option<&str>| {
            let found = match with(items).check(&BTreeSet::new()) {
                Ok(()) => None,
                Err(Error::Invalid(fields)) => Some(fields[0].code),
                Err(error) => panic!("{error}"),
            };
            assert_eq!(found, code);
        };
        check(vec![], None);
        check(
            vec![item("a", 0, 0, 6, 4), item("b", 6, 0, 6, 4), item("c", 0, 4, 12, 1)],
            None,
        );
        check(vec![item("a", 0, 0, 6, 4), item("b", 5, 3, 6, 4)], Some("overlap"));
        check(vec![item("a", 7, 0, 6, 4)], Some("place"));
        check(vec![item("a", 0, 0, 13, 4)], Some("place"));
        check(vec![item("a", 0, 0, 0, 4)], Some("place"));
        check(vec![item("a", 0, ROWS_MAX, 1, 1)], Some("place"));
        check(vec![item("a", 0, 0, 1, HEIGHT_MAX + 1)], Some("place"));
        check(vec![item("a", 0, 0, 1, 1), item("a", 1, 0, 1, 1)], Some("taken"));
        check(vec![item("a b", 0, 0, 1, 1)], Some("id"));
        let many = (0..=ITEMS_MAX as u32)
            .map(|n| item(&format!("i{n}"), 0, n, 1, 1))
            .collect();
        check(many, Some("too_many"));
    }

    #[test]
    fn a_new_tile_finds_a_free_place() {
        let mut document = with(vec![item("a", 0, 0, 6, 5)]);
        for _ in 0..3 {
            document.place(TileId::new(), Kind::Chart);
        }
        let places: Vec<_> = document.items().map(|item| (item.x, item.y)).collect();
        assert_eq!(places, [(0, 0), (6, 0), (0, 5), (6, 5)]);
        document.check(&document.tile_ids()).unwrap();
    }

    #[test]
    fn what_is_set_stands_in_for_a_filter() {
        let mut document = Document::default();
        document.filters.push(Filter {
            id: "region".to_owned(),
            title: "Region".to_owned(),
            file_id: FileId::new(),
            column: "region".to_owned(),
            kind: FilterKind::Values,
            default: Some(Condition::Values {
                values: vec![Some("North".to_owned())],
            }),
        });
        let set = |text: &str| document.conditions(&serde_json::from_str(text).unwrap());
        assert_eq!(set("{}").unwrap().len(), 1);
        assert_eq!(set(r#"{"region": {"type": "all"}}"#).unwrap().len(), 0);
        let south = set(r#"{"region": {"type": "values", "values": ["South"]}}"#).unwrap();
        assert_eq!(
            south[0].condition,
            Condition::Values {
                values: vec![Some("South".to_owned())]
            }
        );
        assert!(set(r#"{"city": {"type": "all"}}"#).is_err());
        assert!(set(r#"{"region": {"type": "range", "min": 1}}"#).is_err());
    }
}
