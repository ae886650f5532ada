//! The one tool of a model: what it is called, and how a call becomes a script.

use serde::Deserialize;

use crate::llm::ToolCall;

/// The tool's name.
pub const TOOL: &str = "run_script";
/// Bytes of a script. Models write a hundredth of it.
const SCRIPT_MAX_BYTES: usize = 256 << 10;

#[derive(Deserialize)]
struct Input {
    script: String,
}

/// The script of a call, or what to tell the model about it.
pub fn script(call: &ToolCall) -> Result<String, String> {
    if call.name != TOOL {
        return Err(format!(
            "There is no tool of that name; there is only {TOOL}, with {{\"script\": \"…\"}}. Nothing was run."
        ));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_a_script_or_says_what_is_wrong() {
        let check = |name: &str, input: &str, expected: Result<&str, &str>| {
            let call = ToolCall {
                id: String::new(),
                name: name.to_owned(),
                input: input.to_owned(),
            };
            match (script(&call), expected) {
                (Ok(script), Ok(expected)) => assert_eq!(script, expected),
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
        let long = serde_json::json!({"script": "x".repeat(SCRIPT_MAX_BYTES + 1)}).to_string();
        check(TOOL, &long, Err("shorter"));
    }
}
