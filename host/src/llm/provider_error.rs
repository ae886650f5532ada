//! What a provider says is wrong: its error bodies, brought into one form.
//!
//! Anthropic, OpenAI, Gemini and the compatible servers all answer `{"error": …}` with fields of their own; some
//! compatible ones answer `{"error": "text"}`, `{"message": …}`, `{"detail": …}` or no JSON at all. The text may hold
//! whatever the other side likes, so it is shortened, freed of control characters and of the key before it is shown.

use std::time::Duration;

use reqwest::{StatusCode, header::HeaderMap};
use serde_json::Value;

use super::retry;

/// Bytes of an error's body that are read.
pub(super) const BODY_MAX_BYTES: usize = 64 << 10;
/// Characters of a provider's own words that are passed on.
const DETAIL_MAX_CHARS: usize = 300;

/// An error as it was told.
#[derive(Debug)]
pub(super) struct ProviderError {
    pub status: Option<StatusCode>,
    /// The provider's word for the sort of error: `overloaded_error`, `insufficient_quota`, `RESOURCE_EXHAUSTED`.
    pub kind: String,
    /// A second, finer word where there is one: `model_not_found`, `API_KEY_INVALID`.
    pub code: String,
    pub message: String,
    /// Whether it was wrapped in `error`, as nearly all do.
    pub is_error: bool,
    /// The whole error.
    pub value: Value,
    pub retry_after: Option<Duration>,
}

impl ProviderError {
    /// From an answer with a bad status.
    pub fn answer(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let value =
            serde_json::from_slice(body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into()));
        // Gemini wraps its error into a list where a stream was asked for.
        let value = match value {
            Value::Array(mut list) if list.len() == 1 => list.remove(0),
            other => other,
        };
        Self {
            status: Some(status),
            retry_after: retry::asked(headers),
            ..Self::event(&value)
        }
    }

    /// From an event in the middle of a stream, with or without `error` around it.
    pub fn event(value: &Value) -> Self {
        let wrapped = value.get("error").filter(|error| !error.is_null());
        let error = wrapped.unwrap_or(value);
        let text = |name: &str| match error.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let message = [
            error.as_str().map(str::to_owned),
            Some(text("message")),
            Some(text("detail")),
        ];
        Self {
            status: None,
            kind: [text("type"), text("status")]
                .into_iter()
                .find(|kind| !kind.is_empty())
                .unwrap_or_default(),
            code: text("code"),
            message: message
                .into_iter()
                .flatten()
                .find(|text| !text.is_empty())
                .unwrap_or_default(),
            is_error: wrapped.is_some(),
            value: error.clone(),
            retry_after: None,
        }
    }

    /// Whether the provider's words hold `part`, whatever the case.
    pub fn says(&self, part: &str) -> bool {
        self.message.to_ascii_lowercase().contains(part)
    }

    /// Whether the sort or the finer word is one of `words`.
    pub fn is(&self, words: &[&str]) -> bool {
        words.contains(&self.kind.as_str()) || words.contains(&self.code.as_str())
    }

    /// For the log and for whoever runs the server.
    pub fn detail(&self) -> String {
        let status = self.status.map(|status| format!("status {}", status.as_u16()));
        let kind = Some(self.kind.clone()).filter(|kind| !kind.is_empty());
        let message = Some(shortened(&self.message)).filter(|message| !message.is_empty());
        let parts: Vec<String> = [status, kind, message].into_iter().flatten().collect();
        parts.join(", ")
    }
}

/// One line of at most [`DETAIL_MAX_CHARS`] characters.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(DETAIL_MAX_CHARS)
        .collect();
    if text.chars().nth(DETAIL_MAX_CHARS).is_some() {
        short.push('…');
    }
    short.trim().to_owned()
}

/// The text without `key`, wherever the other side repeated it.
pub(super) fn without_key(text: &str, key: &str) -> String {
    if key.len() < 4 {
        return text.to_owned();
    }
    text.replace(key, "(key)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_every_shape_are_understood() {
        let check = |body: &str, expected: (&str, &str, &str)| {
            let told = ProviderError::answer(StatusCode::BAD_REQUEST, &HeaderMap::new(), body.as_bytes());
            assert_eq!(
                (told.kind.as_str(), told.code.as_str(), told.message.as_str()),
                expected,
                "{body}"
            );
        };
        check(
            r#"{"type":"error","error":{"type":"not_found_error","message":"model: x"},"request_id":"r"}"#,
            ("not_found_error", "", "model: x"),
        );
        check(
            r#"{"error":{"message":"No.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
            ("invalid_request_error", "invalid_api_key", "No."),
        );
        check(
            r#"[{"error":{"code":429,"message":"Slow.","status":"RESOURCE_EXHAUSTED"}}]"#,
            ("RESOURCE_EXHAUSTED", "429", "Slow."),
        );
        check(r#"{"error":"model 'x' not found"}"#, ("", "", "model 'x' not found"));
        check(
            r#"{"object":"error","message":"Long.","type":"BadRequestError","code":400}"#,
            ("BadRequestError", "400", "Long."),
        );
        check(r#"{"detail":"Not Found"}"#, ("", "", "Not Found"));
        check("<html>Bad gateway</html>", ("", "", "<html>Bad gateway</html>"));
        check("", ("", "", ""));
    }

    #[test]
    fn what_is_shown_is_short_and_holds_no_key() {
        let told = ProviderError::event(&Value::String(format!("a\nb\u{1b}[31m{}", "x".repeat(1000))));
        assert_eq!(told.detail().chars().count(), DETAIL_MAX_CHARS + 1);
        assert!(told.detail().starts_with("a b [31m"));
        assert_eq!(
            without_key("Bearer sk-1234 is wrong", "sk-1234"),
            "Bearer (key) is wrong"
        );
    }
}
