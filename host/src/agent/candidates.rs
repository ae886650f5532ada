//! Tables of data sources as the rules read them: a profile that is guessed from the catalogue, and the query for the rows.
//!
//! A table is offered alone, and with each table that one of its columns refers to by its primary key: that adds columns to
//! its rows and neither a row more nor one less.

use crate::{
    connect::{Engine, SchemaColumn, SchemaTable},
    files::profile::{ColumnKind, ColumnProfile, Profile, Scalar},
    sources::asking::Askable,
};

use super::catalogue::{quoted, quoted_name};

/// Rows that a table is thought to have whose database does not say.
const ROWS_GUESS: u64 = 1_000;
/// Distinct values that a column is thought to have.
const DISTINCT_GUESS: u64 = 20;
/// Names that say nothing without that of their table.
const GENERIC: [&str; 9] = [
    "name",
    "title",
    "label",
    "code",
    "type",
    "kind",
    "status",
    "description",
    "number",
];

/// A table whose rows may answer a question.
#[derive(Debug)]
pub struct Candidate<'a> {
    pub source: &'a Askable,
    pub table: &'a SchemaTable,
    /// The table whose columns stand beside its own, and by which of them.
    pub joined: Option<(&'a SchemaTable, &'a str)>,
    /// By which the rules know what its rows are.
    pub name: String,
    pub profile: Profile,
    pub sql: String,
}

/// A column of a candidate.
struct Part<'a> {
    column: &'a SchemaColumn,
    /// Of the table alone, or of which of the two.
    alias: &'static str,
    name: String,
    code: bool,
}

impl<'a> Candidate<'a> {
    /// The rows of one table.
    pub fn alone(source: &'a Askable, table: &'a SchemaTable) -> Self {
        let parts = table.columns.iter().map(|column| Part {
            column,
            alias: "",
            name: column.name.clone(),
            code: is_key(table, column),
        });
        let parts: Vec<_> = parts.collect();
        let columns = selected(source.engine, &parts);
        Self {
            sql: format!("select {columns} from {}", quoted_name(source.engine, table)),
            profile: guessed(table, &parts),
            name: format!("{}.csv", table.name),
            joined: None,
            source,
            table,
        }
    }

    /// The rows of the table with the columns of each table that they refer to.
    pub fn joined(source: &'a Askable, table: &'a SchemaTable) -> Vec<Self> {
        let tables = source.schema.iter().flat_map(|schema| &schema.tables);
        let keys = table.foreign_keys.iter();
        // Of two ways to one table nobody knows which is meant.
        let ways = |schema: &str, name: &str| {
            let same = table
                .foreign_keys
                .iter()
                .filter(|key| key.to_schema == schema && key.to_table == name);
            same.count()
        };
        let found = keys.filter_map(|key| {
            let [column] = &key.columns[..] else { return None };
            let [to_column] = &key.to_columns[..] else { return None };
            let other = tables
                .clone()
                .find(|other| other.schema == key.to_schema && other.name == key.to_table)?;
            let mut primary = other.columns.iter().filter(|column| column.primary_key);
            let unique = primary.next().is_some_and(|primary| primary.name == *to_column) && primary.next().is_none();
            let single = ways(&key.to_schema, &key.to_table) == 1
                && (&other.schema, &other.name) != (&table.schema, &table.name);
            (unique && single).then(|| Self::with(source, table, column, other, to_column))
        });
        found.collect()
    }

    fn with(
        source: &'a Askable,
        table: &'a SchemaTable,
        column: &'a str,
        other: &'a SchemaTable,
        to_column: &str,
    ) -> Self {
        let engine = source.engine;
        let own = table.columns.iter().map(|column| Part {
            column,
            alias: "t.",
            name: column.name.clone(),
            code: is_key(table, column),
        });
        let mut parts: Vec<_> = own.collect();
        let noun = singular(&other.name);
        for column in other.columns.iter().filter(|column| column.name != to_column) {
            let bare = GENERIC.contains(&column.name.to_lowercase().as_str())
                || parts.iter().any(|part| part.name.eq_ignore_ascii_case(&column.name));
            let name = if bare {
                format!("{noun}_{}", column.name)
            } else {
                column.name.clone()
            };
            if parts.iter().all(|part| !part.name.eq_ignore_ascii_case(&name)) {
                parts.push(Part {
                    column,
                    alias: "u.",
                    name,
                    code: is_key(other, column),
                });
            }
        }
        let sql = format!(
            "select {} from {} t left join {} u on u.{} = t.{}",
            selected(engine, &parts),
            quoted_name(engine, table),
            quoted_name(engine, other),
            quoted(engine, to_column),
            quoted(engine, column),
        );
        Self {
            sql,
            profile: guessed(table, &parts),
            name: format!("{}.csv", table.name),
            joined: Some((other, column)),
            source,
            table,
        }
    }
}

fn is_key(table: &SchemaTable, column: &SchemaColumn) -> bool {
    let refers = table.foreign_keys.iter().any(|key| key.columns.contains(&column.name));
    column.primary_key || refers
}

/// What one row of a table is called.
fn singular(name: &str) -> String {
    let cut = |end: &str, instead: &str| name.strip_suffix(end).map(|rest| format!("{rest}{instead}"));
    match cut("ies", "y").or_else(|| cut("ss", "ss")).or_else(|| cut("s", "")) {
        Some(one) if one.len() > 1 => one,
        _ => name.to_owned(),
    }
}

fn selected(engine: Engine, parts: &[Part<'_>]) -> String {
    let columns: Vec<String> = parts.iter().map(|part| part.selected(engine)).collect();
    columns.join(", ")
}

impl Part<'_> {
    /// The column as it is asked for: what cannot be shown as it is comes as text.
    fn selected(&self, engine: Engine) -> String {
        let column = format!("{}{}", self.alias, quoted(engine, &self.column.name));
        let low = self.column.data_type.to_lowercase();
        let base = low.split('(').next().unwrap_or_default().trim_end_matches("[]").trim();
        let shown = engine == Engine::Mysql || SHOWN.contains(&base) || base.starts_with("timestamp");
        match (shown, self.name == self.column.name) {
            (true, true) => column,
            (true, false) => format!("{column} as {}", quoted(engine, &self.name)),
            (false, _) => format!("{column}::text as {}", quoted(engine, &self.name)),
        }
    }
}

/// PostgreSQL's types that are shown as they are.
const SHOWN: [&str; 21] = [
    "boolean",
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "numeric",
    "text",
    "character varying",
    "character",
    "\"char\"",
    "name",
    "date",
    "time",
    "time without time zone",
    "interval",
    "uuid",
    "json",
    "jsonb",
    "bytea",
    "citext",
];

/// What the rows may hold, by the catalogue alone.
fn guessed(table: &SchemaTable, parts: &[Part<'_>]) -> Profile {
    let rows = table
        .estimated_rows
        .and_then(|rows| u64::try_from(rows).ok())
        .filter(|rows| *rows > 0);
    let rows = rows.unwrap_or(ROWS_GUESS);
    let columns = parts.iter().map(|part| {
        let kind = kind(&part.column.data_type);
        let year = kind == ColumnKind::Integer && part.name.to_lowercase().contains("year");
        let bound = |year_of: i64| year.then_some(Scalar::Integer(year_of));
        let unique = part.column.primary_key && part.alias != "u.";
        ColumnProfile {
            name: part.name.clone(),
            kind,
            code: part.code,
            distinct: if unique { rows } else { DISTINCT_GUESS.min(rows) },
            min: bound(1950),
            max: bound(2050),
            ..ColumnProfile::default()
        }
    });
    let columns: Vec<_> = columns.collect();
    Profile {
        delimiter: ",".to_owned(),
        header: true,
        row_count: rows,
        profiled_rows: rows,
        column_count: u32::try_from(columns.len()).unwrap_or(u32::MAX),
        columns,
        ..Profile::default()
    }
}

fn kind(data_type: &str) -> ColumnKind {
    let low = data_type.to_lowercase();
    let is = |names: &[&str]| names.iter().any(|name| low.starts_with(name));
    if low.ends_with("[]") {
        ColumnKind::Text
    } else if is(&["bool", "tinyint(1)", "bit(1)"]) {
        ColumnKind::Boolean
    } else if is(&["smallint", "integer", "bigint", "int", "tinyint", "mediumint", "serial"]) && !is(&["interval"]) {
        ColumnKind::Integer
    } else if is(&["numeric", "decimal", "real", "double", "float", "money"]) {
        ColumnKind::Number
    } else if is(&["timestamp", "datetime"]) {
        ColumnKind::Datetime
    } else if low == "date" {
        ColumnKind::Date
    } else {
        ColumnKind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        connect::{ForeignKey, Schema},
        ids::SourceId,
    };

    #[test]
    fn types_are_told_by_their_names() {
        let check = |name: &str, expected| assert_eq!(kind(name), expected, "{name}");
        check("integer", ColumnKind::Integer);
        check("interval", ColumnKind::Text);
        check("numeric(10,2)", ColumnKind::Number);
        check("timestamp with time zone", ColumnKind::Datetime);
        check("tinyint(1)", ColumnKind::Boolean);
        check("bigint unsigned", ColumnKind::Integer);
        check("integer[]", ColumnKind::Text);
        check("character varying(40)", ColumnKind::Text);
    }

    fn table(name: &str, columns: &[(&str, &str)]) -> SchemaTable {
        let columns = columns.iter().enumerate().map(|(at, (name, data_type))| SchemaColumn {
            name: (*name).to_owned(),
            data_type: (*data_type).to_owned(),
            nullable: true,
            primary_key: at == 0,
            comment: String::new(),
        });
        SchemaTable {
            schema: "public".to_owned(),
            name: name.to_owned(),
            kind: "table".to_owned(),
            comment: String::new(),
            estimated_rows: None,
            columns: columns.collect(),
            foreign_keys: Vec::new(),
        }
    }

    #[test]
    fn a_table_is_asked_for_alone_and_with_what_it_refers_to() {
        let mut orders = table(
            "orders",
            &[
                ("id", "integer"),
                ("customer_id", "integer"),
                ("Place", "point"),
                ("note", "text"),
            ],
        );
        orders.foreign_keys.push(ForeignKey {
            columns: vec!["customer_id".to_owned()],
            to_schema: "public".to_owned(),
            to_table: "customers".to_owned(),
            to_columns: vec!["id".to_owned()],
        });
        let customers = table(
            "customers",
            &[
                ("id", "integer"),
                ("name", "text"),
                ("note", "text"),
                ("country", "text"),
            ],
        );
        let source = |tables: Vec<SchemaTable>| Askable {
            id: SourceId::new(),
            name: "Shop".to_owned(),
            engine: Engine::Postgresql,
            schema: Some(Schema {
                tables,
                truncated: false,
            }),
        };
        let shop = source(vec![customers.clone(), orders.clone()]);
        assert_eq!(
            Candidate::alone(&shop, &orders).sql,
            r#"select "id", "customer_id", "Place"::text as "Place", "note" from "public"."orders""#
        );
        let joined = Candidate::joined(&shop, &orders);
        assert_eq!(
            joined[0].sql,
            r#"select t."id", t."customer_id", t."Place"::text as "Place", t."note", u."name" as "customer_name", "#
                .to_owned()
                + r#"u."note" as "customer_note", u."country" from "public"."orders" t "#
                + r#"left join "public"."customers" u on u."id" = t."customer_id""#
        );
        // A second way there, or a column that does not name one row, would change the rows.
        let mut twice = orders.clone();
        twice.foreign_keys.push(orders.foreign_keys[0].clone());
        assert_eq!(Candidate::joined(&shop, &twice).len(), 0);
        let mut many = customers;
        many.columns[1].primary_key = true;
        assert_eq!(Candidate::joined(&source(vec![many]), &orders).len(), 0);
    }
}
