//! The gate: reads a statement before it goes to a database, and lets through only what it knows to read and nothing else.
//!
//! What is allowed is listed, not what is forbidden: one statement, which is a query or the plan of one, of known parts and
//! known functions. What does not parse is refused, and so is what the server's own lexer could read in another way. `{{name}}` stands for a parameter and becomes a bind value, never text.

mod functions;
mod parameters;
mod tokens;

use std::{collections::BTreeMap, ops::ControlFlow, thread};

use serde_json::Value;
use sqlparser::{
    ast::{
        BinaryOperator, Expr, Function, FunctionArguments, Ident, ObjectName, ObjectNamePart, Query, Select,
        SelectFlavor, SetExpr, Statement as Parsed, TableFactor, Visit, Visitor,
    },
    dialect::{Dialect, MySqlDialect, PostgreSqlDialect},
    parser::Parser,
};

use super::{Engine, Kind, Problem};

/// How deep a statement may be nested.
const DEPTH_MAX: usize = 100;
/// Bytes of stack for a statement. A chain such as `1 + 1 + …` is as deep as it is long, and its parser does not count that.
const STACK_BYTES: usize = tokens::TOKENS_MAX * (8 << 10);

/// A statement that only reads, with the values of its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Statement {
    /// One of our own, which needs no gate.
    pub(super) fn own(sql: impl Into<String>, values: Vec<Value>) -> Self {
        let sql = sql.into();
        Self { sql, values }
    }
}

/// The statement of `text` with its parameters, if it only reads.
///
/// # Errors
/// Says what is not allowed and, for a parameter, which.
pub fn check(engine: Engine, text: &str, parameters: &BTreeMap<String, Value>) -> Result<Statement, Problem> {
    if text.contains('\0') {
        return Err(refused("Leave out the NUL character."));
    }
    if engine == Engine::Mysql && ["/*!", "/*M!", "/*m!", "/*+"].iter().any(|start| text.contains(start)) {
        return Err(refused(
            "Comments that the server executes, such as /*! … */, are not allowed.",
        ));
    }
    let statement = parameters::bind(engine, dialect(engine), text, parameters)?;
    let read = || read(engine, &statement.sql);
    // A thread for its stack alone, which is taken as far as it is used.
    let read = thread::scope(|scope| {
        let reader = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, read);
        reader.ok()?.join().ok()
    });
    read.unwrap_or_else(|| Err(refused("The query cannot be read. Write a simpler one.")))?;
    Ok(statement)
}

fn dialect(engine: Engine) -> &'static dyn Dialect {
    match engine {
        Engine::Postgresql => &PostgreSqlDialect {},
        Engine::Mysql => &MySqlDialect {},
    }
}

/// # Errors
/// Says what in `sql` is not allowed.
fn read(engine: Engine, sql: &str) -> Result<(), Problem> {
    let parsed = Parser::new(dialect(engine))
        .with_recursion_limit(DEPTH_MAX)
        .try_with_sql(sql)
        .and_then(|mut parser| parser.parse_statements());
    let parsed = parsed.map_err(|error| {
        let error = error.to_string();
        let error = error.trim_start_matches("sql parser error: ");
        refused(&format!("This is not a valid query: {error}."))
    })?;
    let [parsed] = parsed.as_slice() else {
        return Err(refused("Write exactly one statement."));
    };
    match parsed.visit(&mut Gate { engine }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(problem) => Err(*problem),
    }
}

struct Gate {
    engine: Engine,
}

type Flow = ControlFlow<Box<Problem>>;

impl Visitor for Gate {
    type Break = Box<Problem>;

    fn pre_visit_statement(&mut self, statement: &Parsed) -> Flow {
        match statement {
            Parsed::Query(_) => ControlFlow::Continue(()),
            Parsed::Explain {
                analyze: false,
                options: None,
                statement,
                ..
            } if matches!(**statement, Parsed::Query(_)) => ControlFlow::Continue(()),
            Parsed::Explain { .. } => stop("EXPLAIN is allowed for a query, without ANALYZE and without options."),
            _ => stop("Only queries are allowed: statements that begin with SELECT, WITH or VALUES."),
        }
    }

    fn pre_visit_query(&mut self, query: &Query) -> Flow {
        if !query.locks.is_empty() || query.for_clause.is_some() {
            return stop("Locks such as FOR UPDATE are not allowed.");
        }
        if query.settings.is_some() || query.format_clause.is_some() || !query.pipe_operators.is_empty() {
            return stop("This kind of query is not allowed.");
        }
        body(&query.body)
    }

    fn pre_visit_select(&mut self, select: &Select) -> Flow {
        if select.into.is_some() {
            return stop("INTO is not allowed.");
        }
        if !select.optimizer_hints.is_empty() || select.flavor != SelectFlavor::Standard {
            return stop("This kind of query is not allowed.");
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> Flow {
        let parts: Vec<_> = relation.0.iter().map(part).collect();
        let system = match self.engine {
            Engine::Postgresql => parts.iter().any(|part| part.starts_with("pg_")),
            Engine::Mysql => parts.len() > 1 && ["mysql", "performance_schema", "sys"].contains(&parts[0].as_str()),
        };
        if system {
            let message =
                format!("The system table {relation} cannot be queried. information_schema lists the tables.");
            return stop(&message);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> Flow {
        match table {
            TableFactor::Table {
                name, args, version, ..
            } => {
                if version.is_some() {
                    return stop("Older versions of tables cannot be queried.");
                }
                match args {
                    Some(_) => self.function(name),
                    None => ControlFlow::Continue(()),
                }
            }
            TableFactor::Function { name, .. } => self.function(name),
            TableFactor::Derived { .. }
            | TableFactor::UNNEST { .. }
            | TableFactor::JsonTable { .. }
            | TableFactor::NestedJoin { .. } => ControlFlow::Continue(()),
            other => stop(&format!("{other} is not a table that can be read.")),
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> Flow {
        match expr {
            Expr::Identifier(name) => variable(name),
            Expr::CompoundIdentifier(names) => names.iter().try_for_each(variable),
            Expr::BinaryOp { op, .. } => operator(op),
            Expr::AnyOp { compare_op, .. } | Expr::AllOp { compare_op, .. } => operator(compare_op),
            Expr::Function(call) => self.call(call),
            expr if plain(expr) => ControlFlow::Continue(()),
            other => stop(&format!("{other} is not allowed.")),
        }
    }
}

impl Gate {
    fn call(&self, call: &Function) -> Flow {
        if call.uses_odbc_syntax || !matches!(call.parameters, FunctionArguments::None) {
            return stop(&format!("{call} is not allowed."));
        }
        self.function(&call.name)
    }

    fn function(&self, name: &ObjectName) -> Flow {
        let parts: Vec<_> = name.0.iter().map(part).collect();
        let known = match (self.engine, parts.as_slice()) {
            (_, [name]) => functions::known(self.engine, name),
            (Engine::Postgresql, [schema, name]) if schema == "pg_catalog" => functions::known(self.engine, name),
            _ => false,
        };
        if known {
            return ControlFlow::Continue(());
        }
        stop(&format!(
            "The function {name} is not on the list of read-only functions. Do without it, or ask for a view that \
             calls it."
        ))
    }
}

fn body(body: &SetExpr) -> Flow {
    match body {
        SetExpr::Select(_) | SetExpr::Query(_) | SetExpr::Values(_) => ControlFlow::Continue(()),
        SetExpr::SetOperation { left, right, .. } => {
            self::body(left)?;
            self::body(right)
        }
        SetExpr::Table(_) => stop("Write SELECT * FROM in place of TABLE."),
        SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
            stop("Statements that change rows are not allowed, not even inside queries.")
        }
    }
}

/// `@name` and `@@name` are variables of MySQL.
fn variable(name: &Ident) -> Flow {
    if name.quote_style.is_none() && name.value.starts_with('@') {
        return stop("Variables are not allowed. Write {{name}} for a parameter.");
    }
    ControlFlow::Continue(())
}

fn operator(operator: &BinaryOperator) -> Flow {
    match operator {
        BinaryOperator::Assignment | BinaryOperator::Custom(_) | BinaryOperator::PGCustomBinaryOperator(_) => {
            stop(&format!("The operator {operator} is not allowed."))
        }
        _ => ControlFlow::Continue(()),
    }
}

/// Expressions that only compute, whose parts are visited for themselves.
fn plain(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::CompoundFieldAccess { .. }
            | Expr::JsonAccess { .. }
            | Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsUnknown(_)
            | Expr::IsNotUnknown(_)
            | Expr::IsDistinctFrom(..)
            | Expr::IsNotDistinctFrom(..)
            | Expr::IsJson { .. }
            | Expr::IsNormalized { .. }
            | Expr::In { .. }
            | Expr::Between { .. }
            | Expr::Like { .. }
            | Expr::ILike { .. }
            | Expr::SimilarTo { .. }
            | Expr::RLike { .. }
            | Expr::UnaryOp { .. }
            | Expr::Convert { .. }
            | Expr::Cast { .. }
            | Expr::AtTimeZone { .. }
            | Expr::Extract { .. }
            | Expr::Ceil { .. }
            | Expr::Floor { .. }
            | Expr::Position { .. }
            | Expr::Substring { .. }
            | Expr::Trim { .. }
            | Expr::Overlay { .. }
            | Expr::Collate { .. }
            | Expr::Nested(_)
            | Expr::Value(_)
            | Expr::Prefixed { .. }
            | Expr::TypedString(_)
            | Expr::Case { .. }
            | Expr::Exists { .. }
            | Expr::Subquery(_)
            | Expr::GroupingSets(_)
            | Expr::Cube(_)
            | Expr::Rollup(_)
            | Expr::Tuple(_)
            | Expr::Array(_)
            | Expr::Interval(_)
            | Expr::MatchAgainst { .. }
            | Expr::Wildcard(_)
            | Expr::QualifiedWildcard(..)
            | Expr::MemberOf(_)
    )
}

/// A part of a name as the engine reads it.
fn part(part: &ObjectNamePart) -> String {
    match part.as_ident() {
        Some(ident) => ident.value.to_lowercase(),
        // A function that makes a name is none.
        None => "pg_".to_owned(),
    }
}

fn stop(message: &str) -> Flow {
    ControlFlow::Break(Box::new(refused(message)))
}

fn refused(message: &str) -> Problem {
    Problem::new(Kind::Sql, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(engine: Engine, text: &str) -> Result<Statement, Problem> {
        check(engine, text, &BTreeMap::new())
    }

    #[test]
    fn parameters_become_bind_values_and_never_text() {
        let parameters: BTreeMap<String, Value> =
            serde_json::from_str(r#"{"city": "x' or 1=1 --", "years": [2023, 2024], "n": 5}"#).unwrap();
        let text =
            "select '{{city}}', a from t where city = {{city}} and year in {{years}} and b = {{ city }} limit {{n}}";
        let statement = check(Engine::Postgresql, text, &parameters).unwrap();
        assert_eq!(
            statement.sql,
            "select '{{city}}', a from t where city = $1 and year in ($2, $3) and b = $1 limit $4"
        );
        assert_eq!(statement.values.len(), 4);
        let statement = check(Engine::Mysql, text, &parameters).unwrap();
        assert_eq!(
            statement.sql,
            "select '{{city}}', a from t where city = ? and year in (?, ?) and b = ? limit ?"
        );
        assert_eq!(statement.values.len(), 5);
    }

    #[test]
    fn a_parameter_without_a_value_and_a_value_without_a_parameter_are_told() {
        let check = |text: &str, parameters: &str, expected: &str| {
            let parameters = serde_json::from_str(parameters).unwrap();
            let problem = check(Engine::Postgresql, text, &parameters).unwrap_err();
            assert!(problem.message.contains(expected), "{text}: {problem}");
        };
        check("select {{a}}", "{}", "{{a}}");
        check("select 1", r#"{"a": 1}"#, "{{a}}");
        check("select {{a}}", r#"{"a": []}"#, "{{a}}");
        check("select {{a}}", r#"{"a": {"b": 1}}"#, "{{a}}");
        check("select $1", "{}", "{{name}}");
    }

    #[test]
    fn what_mysql_would_carry_out_in_a_comment_or_by_a_variable_is_refused() {
        for text in [
            "select 1 /*! into outfile '/tmp/x' */",
            "select 1 /*M! into outfile '/tmp/x' */",
            "select /*+ SET_VAR(max_execution_time=0) */ 1",
            "select @a := 1",
            "select @@version",
            "select load_file('/etc/passwd')",
            "select 1 into @a",
            "select * from mysql.user",
            "select 1; select 2",
            "select sleep(10)",
            "select get_lock('a', 1)",
            "select benchmark(1000000, md5('a'))",
            "set global read_only = 0",
            "call p()",
            "handler t open",
            "select * from t for update",
            "select * from t lock in share mode",
            "select 1 into dumpfile '/tmp/x'",
            "with a as (delete from t) select 1",
            "show tables",
            "do sleep(1)",
            "kill 1",
            "flush tables",
        ] {
            assert!(allowed(Engine::Mysql, text).is_err(), "{text}");
        }
        for text in [
            "select 1--1",
            "select `order`.id, count(*) from `order` group by 1 -- a comment",
            "select date_format(d, '%Y-%m') m, group_concat(distinct a order by a separator ';') from t group by m",
            "select * from information_schema.tables",
            "select json_extract(j, '$.a'), j->'$.a', j->>'$.b' from t",
            "select row_number() over (partition by a order by b) from t where d > now() - interval 7 day",
            r#"select 'it\'s', 'it''s', "she said \"no\"", '\\', x'1f', 0x1f, b'01', a<=>b, a&&b from t # a comment"#,
            "select 'total: /*' from t /* a -- comment */ where a=-1 and b between .5 and 1e5",
        ] {
            assert_eq!(allowed(Engine::Mysql, text).map(drop), Ok(()), "{text}");
        }
    }

    /// Of each form that the parser reads in a loop, or that nests.
    #[test]
    fn a_statement_of_any_depth_is_answered() {
        let chains = [
            ("1", "+1", ""),
            ("1", " - 1", ""),
            ("'a'", "||'a'", ""),
            ("true", " and true", ""),
            ("true", " or true", ""),
            ("1", "::int", ""),
            ("1", " union select 1", ""),
            ("1", " union all select 1, 2", ""),
            ("1 from a", " join a using (b)", ""),
            ("1 from a", " , a", ""),
            ("a", ".a", ""),
            ("a", "[1]", ""),
            ("a", "->'a'", ""),
            ("1", " is null", ""),
            ("a", " is distinct from a", ""),
            ("a", " collate b", ""),
            ("a", " at time zone 'UTC'", ""),
            ("a", " between 1 and 2", ""),
            ("a", " like 'a'", ""),
            ("a", " in (1)", ""),
            ("a::int", "[]", ""),
            ("a", " = any(a)", ""),
            ("", "not ", "true"),
            ("", "-(", "1"),
            ("", "- ", "1"),
            ("", "(", "1"),
            ("", "case when ", "1"),
            ("", "(select ", "1"),
            ("", "array[", "1"),
            ("", "abs(", "1"),
            ("", "+ ", "1"),
            ("* from ", "(", "a"),
            ("* from a", " natural join (a", ""),
        ];
        for (first, link, last) in chains {
            for engine in [Engine::Postgresql, Engine::Mysql] {
                for length in [
                    50,
                    tokens::TOKENS_MAX / 4,
                    tokens::TOKENS_MAX / 2,
                    tokens::TOKENS_MAX,
                    50_000,
                ] {
                    let text = format!("select {first}{}{last}", link.repeat(length.min(100_000 / link.len())));
                    drop(allowed(engine, &text));
                }
            }
        }
        let chain = |length| format!("select 1{}", "+1".repeat(length));
        assert!(allowed(Engine::Postgresql, &chain(tokens::TOKENS_MAX / 2 - 1)).is_ok());
        let problem = allowed(Engine::Postgresql, &chain(tokens::TOKENS_MAX / 2)).unwrap_err();
        assert!(problem.message.contains("10000"), "{problem}");
    }

    #[test]
    fn what_a_server_could_read_in_another_way_is_refused() {
        for text in POSTGRESQL_TRICKS {
            assert!(allowed(Engine::Postgresql, text).is_err(), "{text}");
        }
        for text in MYSQL_TRICKS {
            assert!(allowed(Engine::Mysql, text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_sent_has_no_comments_and_its_signs_apart() {
        let check = |engine, text: &str, expected: &str| {
            assert_eq!(allowed(engine, text).unwrap().sql, expected, "{text}");
        };
        check(
            Engine::Postgresql,
            "select 1--1\n, 2 /* a\n */ , 3",
            "select 1 \n, 2  \n , 3",
        );
        check(
            Engine::Postgresql,
            "select '{}'::jsonb ?-- '\n', ', pg_sleep(1)::text -- '",
            "select '{}'::jsonb ?- - '\n', ', pg_sleep(1)::text -- '",
        );
        check(
            Engine::Postgresql,
            "select a<-1, $b$it's$b$, date'2024-01-01'",
            "select a< -1, 'it''s', date '2024-01-01'",
        );
        check(Engine::Mysql, "select 1--1, 2 # a", "select 1- -1, 2  ");
        check(
            Engine::Mysql,
            "select 1--\u{a0}, sleep(10) from (select 1 as \u{a0}) t",
            "select 1 ",
        );
        check(Engine::Mysql, "select 1, 2\r\nfrom t", "select 1, 2\nfrom t");
    }

    const POSTGRESQL_TRICKS: [&str; 9] = [
        "select E'a'\n'\\' , ', pg_sleep(1) --'",
        "select 'a' -- b\n 'b'",
        "select b'1'' , ', pg_sleep(1) -- '",
        "select x'zz'",
        "select N'a\\', pg_sleep(1) --'",
        "select 0x1f",
        "select 1_000",
        "select 1a",
        "select 0b1",
    ];
    const MYSQL_TRICKS: [&str; 13] = [
        r"select b'1''\' , ', load_file(0x2f6574632f706173737764) -- '",
        r#"select b"\" , ", sleep(10) from (select 1 as b) t -- ""#,
        r"select x'\' , ', sleep(10) -- '",
        r"select N'\' , ', sleep(10) -- '",
        r"select _utf8'\' , ', sleep(10) -- '",
        r"select _gbk '\' , ', sleep(10) -- '",
        "select 0b01",
        "select 1_000",
        "select t.1a from t",
        "select $$a$$",
        "select 'a' 'b'",
        "select {fn now()}",
        "select a\\b",
    ];
}
