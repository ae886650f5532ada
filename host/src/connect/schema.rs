//! What tables a log-in sees: names, columns, keys and comments out of the database's own catalogue, and no row of any.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Caps, Engine, Session, Target, mysql, postgres};
use crate::error::Result;

/// Rows of the catalogue that are read: tables, columns and keys together.
const ROWS_MAX: u64 = 200_000;
/// Bytes of their names, types and comments.
const MAX_BYTES: u64 = 8 << 20;

/// The tables and views of a database, as one user sees them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SourceSchema)]
pub struct Schema {
    pub tables: Vec<SchemaTable>,
    /// Whether there are more.
    pub truncated: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SourceTable)]
pub struct SchemaTable {
    /// PostgreSQL's schema, MySQL's database.
    pub schema: String,
    pub name: String,
    /// `table` or `view`.
    pub kind: String,
    pub comment: String,
    /// The database's own estimate; null if it has none.
    pub estimated_rows: Option<i64>,
    pub columns: Vec<SchemaColumn>,
    pub foreign_keys: Vec<ForeignKey>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SourceColumn)]
pub struct SchemaColumn {
    pub name: String,
    pub data_type: String,
    pub nullable: bool,
    pub primary_key: bool,
    pub comment: String,
}

/// Columns that refer to a row of another table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SourceForeignKey)]
pub struct ForeignKey {
    pub columns: Vec<String>,
    pub to_schema: String,
    pub to_table: String,
    pub to_columns: Vec<String>,
}

impl Schema {
    /// Keeps the tables that have room, with all of their columns. Takes the room that they need, in columns.
    pub fn fit(&mut self, room: &mut usize) {
        let all = self.tables.len();
        let mut full = false;
        self.tables.retain(|table| {
            let left = room.checked_sub(table.columns.len() + 1).filter(|_| !full);
            full |= left.is_none();
            *room = left.unwrap_or(*room);
            left.is_some()
        });
        self.truncated |= self.tables.len() < all;
    }
}

pub(super) async fn read(session: &mut Session, target: &Target, tables_max: usize) -> Result<Schema> {
    let mut caps = Caps {
        connect: std::time::Duration::ZERO,
        query: std::time::Duration::ZERO,
        rows: ROWS_MAX,
        bytes: MAX_BYTES,
        cell_bytes: 1 << 20,
    };
    let [tables, columns, keys] = match target.engine {
        Engine::Postgresql => POSTGRESQL,
        Engine::Mysql => MYSQL,
    };
    let limit = |sql: &str| sql.replace("{limit}", &(tables_max + 1).to_string());
    let (mut found, mut cut) = (Vec::new(), false);
    for sql in [limit(tables), columns.to_owned(), keys.to_owned()] {
        let (rows, ending) = match session {
            Session::Postgres(session) => postgres::own(session, &caps, &sql).await?,
            Session::Mysql(session) => mysql::own(session, &caps, &sql).await?,
        };
        // All three together have the most.
        caps.rows -= ending.rows;
        caps.bytes -= ending.bytes;
        cut |= ending.truncated;
        found.push(rows);
    }
    let [tables, columns, keys] = found.try_into().unwrap_or_default();
    let mut schema = assembled(tables, columns, keys, tables_max);
    schema.truncated |= cut;
    Ok(schema)
}

type Cells = Vec<Vec<Option<String>>>;

fn assembled(tables: Cells, columns: Cells, keys: Cells, tables_max: usize) -> Schema {
    let truncated = tables.len() > tables_max;
    let text = |row: &[Option<String>], at: usize| row.get(at).cloned().flatten().unwrap_or_default();
    let mut places = BTreeMap::new();
    let mut found: Vec<SchemaTable> = Vec::new();
    for row in tables.iter().take(tables_max) {
        places.insert((text(row, 0), text(row, 1)), found.len());
        found.push(SchemaTable {
            schema: text(row, 0),
            name: text(row, 1),
            kind: text(row, 2),
            comment: text(row, 3),
            estimated_rows: text(row, 4).parse().ok().filter(|rows| *rows >= 0),
            columns: Vec::new(),
            foreign_keys: Vec::new(),
        });
    }
    let place = |row: &[Option<String>]| places.get(&(text(row, 0), text(row, 1))).copied();
    let is_set = |row: &[Option<String>], at: usize| ["true", "1"].contains(&text(row, at).as_str());
    for row in &columns {
        if let Some(place) = place(row) {
            found[place].columns.push(SchemaColumn {
                name: text(row, 2),
                data_type: text(row, 3),
                nullable: is_set(row, 4),
                primary_key: is_set(row, 5),
                comment: text(row, 6),
            });
        }
    }
    let mut last = None;
    for row in &keys {
        let Some(place) = place(row) else { continue };
        let name = (place, text(row, 2));
        let keys = &mut found[place].foreign_keys;
        if last.as_ref() != Some(&name) {
            keys.push(ForeignKey {
                columns: Vec::new(),
                to_schema: text(row, 4),
                to_table: text(row, 5),
                to_columns: Vec::new(),
            });
            last = Some(name);
        }
        if let Some(key) = keys.last_mut() {
            key.columns.push(text(row, 3));
            key.to_columns.push(text(row, 6));
        }
    }
    Schema {
        tables: found,
        truncated,
    }
}

/// Tables, columns and foreign keys, as rows of text.
const POSTGRESQL: [&str; 3] = [
    "select n.nspname::text, c.relname::text, case when c.relkind in ('v', 'm') then 'view' else 'table' end,
            pg_catalog.obj_description(c.oid, 'pg_class'), case when c.reltuples >= 0 then c.reltuples::bigint end
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        and not c.relispartition and pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        and pg_catalog.has_any_column_privilege(c.oid, 'SELECT')
     order by 1, 2 limit {limit}",
    "select n.nspname::text, c.relname::text, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
            not a.attnotnull, coalesce(a.attnum = any (i.indkey), false), pg_catalog.col_description(c.oid, a.attnum)
     from pg_catalog.pg_attribute a
     join pg_catalog.pg_class c on c.oid = a.attrelid
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     left join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary
     where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
        and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        and pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')
     order by 1, 2, a.attnum",
    "select n.nspname::text, c.relname::text, k.conname::text, a.attname::text, fn.nspname::text, f.relname::text, fa.attname::text
     from pg_catalog.pg_constraint k
     join pg_catalog.pg_class c on c.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     join pg_catalog.pg_class f on f.oid = k.confrelid join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace
     cross join lateral pg_catalog.generate_subscripts(k.conkey, 1) as u (place)
     join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[u.place]
     join pg_catalog.pg_attribute fa on fa.attrelid = f.oid and fa.attnum = k.confkey[u.place]
     where k.contype = 'f'
     order by 1, 2, 3, u.place",
];

const MYSQL: [&str; 3] = [
    "select table_schema, table_name, if(table_type like '%VIEW', 'view', 'table'),
            if(table_type like '%VIEW', '', table_comment), table_rows
     from information_schema.tables
     where table_schema not in ('information_schema', 'mysql', 'performance_schema', 'sys')
     order by 1, 2 limit {limit}",
    "select table_schema, table_name, column_name, column_type, is_nullable = 'YES', column_key = 'PRI', column_comment
     from information_schema.columns
     where table_schema not in ('information_schema', 'mysql', 'performance_schema', 'sys')
     order by 1, 2, ordinal_position",
    "select table_schema, table_name, constraint_name, column_name, referenced_table_schema, referenced_table_name,
            referenced_column_name
     from information_schema.key_column_usage
     where referenced_table_name is not null
        and table_schema not in ('information_schema', 'mysql', 'performance_schema', 'sys')
     order by 1, 2, 3, ordinal_position",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_keeps_the_tables_that_have_room_and_says_that_there_are_more() {
        let table = |columns: usize| SchemaTable {
            schema: "public".to_owned(),
            name: format!("t{columns}"),
            kind: "table".to_owned(),
            comment: String::new(),
            estimated_rows: None,
            columns: vec![
                SchemaColumn {
                    name: "a".to_owned(),
                    data_type: "int".to_owned(),
                    nullable: true,
                    primary_key: false,
                    comment: String::new(),
                };
                columns
            ],
            foreign_keys: Vec::new(),
        };
        let mut schema = Schema {
            tables: vec![table(2), table(3), table(1)],
            truncated: false,
        };
        let mut room = 9;
        schema.fit(&mut room);
        assert_eq!((schema.tables.len(), schema.truncated, room), (3, false, 0));
        let mut room = 6;
        schema.fit(&mut room);
        assert_eq!((schema.tables.len(), schema.truncated, room), (1, true, 3));
    }
}
