//! The tools of a model: what they are called, what goes into them, and how a call becomes something to do.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::llm::{Tool, ToolCall};

/// Runs a script.
pub const TOOL: &str = "run_script";
/// Tells of tables of a data source.
pub const DESCRIBE: &str = "describe";
/// Asks a data source.
pub const SQL: &str = "sql";
/// Bytes of a script. Models write a hundredth of it.
const SCRIPT_MAX_BYTES: usize = 256 << 10;

/// What a model wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Script(String),
    Describe(Describe),
    Sql(Sql),
}

/// Tables of a data source that are to be told of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Describe {
    pub source: String,
    pub tables: Vec<String>,
}

/// A query whose rows are to become a file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Sql {
    pub source: String,
    pub query: String,
    /// The file's name, with or without its ending.
    pub name: String,
}

#[derive(Deserialize)]
struct Input {
    script: String,
}

/// The tools, those for data sources where there are any.
pub fn tools(with_sources: bool) -> Vec<Tool> {
    let tool = |name: &str, description: &str, properties: Value, required: Value| Tool {
        name: name.to_owned(),
        description: description.to_owned(),
        input_schema: json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        }),
    };
    let mut tools = vec![tool(
        TOOL,
        "Runs a Python script over the tables, in a sandbox without network. The result is what it printed and \
         displayed, or its error.",
        json!({ "script": { "type": "string", "description": "The whole Python script." } }),
        json!(["script"]),
    )];
    if with_sources {
        let source = json!({ "type": "string", "description": "The data source's name." });
        tools.push(tool(
            DESCRIBE,
            "Tells the columns, types, keys and comments of tables of a data source, out of its catalogue.",
            json!({
                "source": source,
                "tables": { "type": "array", "items": { "type": "string" }, "description": "Names, such as public.orders." },
            }),
            json!(["source", "tables"]),
        ));
        tools.push(tool(
            SQL,
            "Runs one query that only reads at a data source. Its rows become a CSV file that later scripts read.",
            json!({
                "source": source,
                "query": { "type": "string", "description": "One SELECT in the source's own SQL." },
                "name": { "type": "string", "description": "What to call the file, such as orders." },
            }),
            json!(["source", "query", "name"]),
        ));
    }
    tools
}

/// What a call wants, or what to tell the model about it.
pub fn wanted(call: &ToolCall, with_sources: bool) -> Result<Wanted, String> {
    match call.name.as_str() {
        DESCRIBE if with_sources => read(call, r#"{"source": "…", "tables": ["…"]}"#).map(Wanted::Describe),
        SQL if with_sources => read(call, r#"{"source": "…", "query": "…", "name": "…"}"#).map(Wanted::Sql),
        DESCRIBE | SQL => Err("There is no data source that may be asked. Nothing was run.".to_owned()),
        TOOL => script(call).map(Wanted::Script),
        _ if with_sources => Err(format!(
            "There is no tool of that name; there are {TOOL}, {DESCRIBE} and {SQL}. Nothing was run."
        )),
        _ => Err(format!(
            "There is no tool of that name; there is only {TOOL}, with {{\"script\": \"…\"}}. Nothing was run."
        )),
    }
}

/// The script of a call, or what to tell the model about it.
pub fn script(call: &ToolCall) -> Result<String, String> {
    if call.name != TOOL {
        return Err(format!("This is no call of {TOOL}."));
    }
    let input: Input = call.parse().map_err(|error| {
        format!(
            "The input of the call does not read as {{\"script\": \"…\"}}: {error}. Nothing was run. Call {TOOL} again \
             with one JSON object whose member script is the whole script as a JSON string."
        )
    })?;
    if input.script.trim().is_empty() {
        return Err("The script is empty. Nothing was run.".to_owned());
    }
    if input.script.len() > SCRIPT_MAX_BYTES {
        return Err(format!(
            "The script has more than {SCRIPT_MAX_BYTES} bytes. Nothing was run. Write a shorter one."
        ));
    }
    Ok(input.script)
}

fn read<T: DeserializeOwned>(call: &ToolCall, shape: &str) -> Result<T, String> {
    call.parse().map_err(|error| {
        let name = &call.name;
        format!("The input of the call does not read as {shape}: {error}. Nothing was run. Call {name} again.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_a_script_or_says_what_is_wrong() {
        let check = |name: &str, input: &str, expected: Result<&str, &str>| {
            let call = call(name, input);
            match (wanted(&call, false), expected) {
                (Ok(Wanted::Script(script)), Ok(expected)) => assert_eq!(script, expected),
                (Err(told), Err(expected)) => assert!(told.contains(expected), "{told}"),
                (found, _) => panic!("{input}: {found:?}"),
            }
        };
        check(TOOL, r#"{"script": "print(1)"}"#, Ok("print(1)"));
        check(TOOL, r#"{"script": "1", "why": "so"}"#, Ok("1"));
        check(TOOL, r#"{"script": "1"#, Err("does not read"));
        check(TOOL, r#"{"code": "1"}"#, Err("missing field `script`"));
        check(TOOL, "print(1)", Err("does not read"));
        check(TOOL, r#"{"script": " \n"}"#, Err("empty"));
        check("python", r#"{"script": "1"}"#, Err("only run_script"));
        let long = json!({"script": "x".repeat(SCRIPT_MAX_BYTES + 1)}).to_string();
        check(TOOL, &long, Err("shorter"));
        check(
            SQL,
            r#"{"source": "a", "query": "select 1", "name": "b"}"#,
            Err("no data source"),
        );
    }

    #[test]
    fn sources_are_asked_where_there_are_any() {
        let sql = call(SQL, r#"{"source": "a", "query": "select 1", "name": "b"}"#);
        let expected = Wanted::Sql(Sql {
            source: "a".to_owned(),
            query: "select 1".to_owned(),
            name: "b".to_owned(),
        });
        assert_eq!(wanted(&sql, true), Ok(expected));
        let wrong = wanted(&call(DESCRIBE, r#"{"source": "a"}"#), true).unwrap_err();
        assert!(
            wrong.contains("missing field `tables`") && wrong.contains("Call describe again"),
            "{wrong}"
        );
        let unknown = wanted(&call("python", "{}"), true).unwrap_err();
        assert!(unknown.contains("run_script, describe and sql"), "{unknown}");
    }

    fn call(name: &str, input: &str) -> ToolCall {
        ToolCall {
            id: String::new(),
            name: name.to_owned(),
            input: input.to_owned(),
        }
    }
}
