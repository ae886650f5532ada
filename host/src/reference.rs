//! The script reference: what a script finds in the sandbox.
//!
//! A page tells which libraries there are and how files are read and results shown; it goes into a model's prompt as it
//! stands. The stubs tell every name of what is ours, for people. The libraries themselves document the rest.

use glovebox_sdk::reference::STUBS;

/// What is here, at which version, and what differs from an ordinary machine. Markdown.
pub const SCRIPTS: &str = include_str!("reference/scripts.md");

/// That page and the stubs of every module of ours, or the stub of the one that is named; none where no module has that
/// name.
#[must_use]
pub fn full(module: Option<&str>) -> Option<String> {
    let stubs: Vec<String> = STUBS
        .iter()
        .filter(|(name, _)| module.is_none_or(|module| module == *name))
        .map(|(name, stub)| format!("# {name}\n\n{}\n", stub.trim()))
        .collect();
    let page = module.is_none().then(|| SCRIPTS.to_owned());
    let parts: Vec<String> = page.into_iter().chain(stubs).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

/// The names of the modules that have a stub.
pub fn modules() -> impl Iterator<Item = &'static str> {
    STUBS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_is_not_ours_has_no_reference() {
        assert_eq!(full(Some("pandas")), None);
        assert!(modules().all(|module| full(Some(module)).is_some()));
        assert!(full(None).is_some_and(|text| text.starts_with(SCRIPTS)));
    }
}
