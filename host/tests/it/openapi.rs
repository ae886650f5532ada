//! The document of the API: what it says of every operation, and that it is the one that is committed.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
};

use serde_json::Value;

use crate::{command::workspace, test_app::TestApp};

/// The document as programs get it.
pub fn document() -> Value {
    serde_json::to_value(glovebox::http::openapi()).unwrap()
}

/// Every operation: its method, its path and what the document says of it.
pub fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let methods = ["get", "put", "post", "delete", "options", "head", "patch"];
    let all = paths.iter().flat_map(|(path, item)| {
        let of_path = item
            .as_object()
            .unwrap()
            .iter()
            .filter(|(method, _)| methods.contains(&method.as_str()));
        of_path.map(|(method, operation)| (method.to_uppercase(), path.clone(), operation))
    });
    all.collect()
}

/// The codes of the document's table of problems, with their statuses.
pub fn problem_codes() -> BTreeMap<String, u16> {
    let document = document();
    let rows = document["info"]["description"].as_str().unwrap().lines();
    let cells = rows.filter_map(|row| row.strip_prefix("| `")?.split_once("` | "));
    cells
        .map(|(code, rest)| (code.to_owned(), rest.split_once(' ').unwrap().0.parse().unwrap()))
        .collect()
}

#[test]
fn the_document_is_the_committed_one() {
    let path = workspace().join("host/tests/it/openapi.json");
    let now = format!("{}\n", serde_json::to_string_pretty(&document()).unwrap());
    if env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(&path, &now).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let differs = committed.lines().zip(now.lines()).find(|(one, other)| one != other);
    assert!(
        committed == now,
        "the API is not what {} says; if that is meant, run the test again with UPDATE_OPENAPI=1 and commit the file. \
         First difference: {differs:?}",
        path.display()
    );
}

#[tokio::test]
async fn the_server_serves_the_document() {
    let app = TestApp::start().await;
    let served = app.anonymous().get("/api/v1/openapi.json").await;
    assert_eq!(served.header("content-type"), "application/json");
    assert_eq!(served.expect(200), document());
}

#[tokio::test]
async fn the_page_of_the_document_loads_nothing_from_elsewhere_and_nothing_inline() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    let redirect = anyone.get("/docs").await;
    assert_eq!((redirect.status.as_u16(), redirect.header("location")), (303, "/docs/"));
    let page = anyone.get("/docs/").await;
    let policy = page.header("content-security-policy").to_owned();
    assert!(
        policy.contains("script-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let html = page.text();
    assert!(!html.contains("<style") && !html.contains(" style="), "{html}");
    let mut loaded = 0;
    for attribute in ["src=\"", "<link rel=\"stylesheet\" href=\""] {
        for rest in html.split(attribute).skip(1) {
            let file = rest.split('"').next().unwrap();
            assert!(
                file.starts_with("./") || !file.contains('/'),
                "{file} is from elsewhere"
            );
            let answer = anyone.get(&format!("/docs/{}", file.trim_start_matches("./"))).await;
            assert_eq!(answer.status, 200, "{file}");
            loaded += 1;
        }
    }
    assert!(loaded >= 5, "{html}");
    for script in html.split("<script").skip(1) {
        let (tag, rest) = script.split_once('>').unwrap();
        assert!(
            tag.contains("src=") && rest.trim_start().starts_with("</script>"),
            "an inline script: {script}"
        );
    }
    let settings = anyone.get("/docs/swagger-initializer.js").await.text();
    assert!(
        settings.contains("/api/v1/openapi.json") && settings.contains("\"validatorUrl\": \"none\""),
        "{settings}"
    );
}

#[test]
fn every_operation_is_described() {
    let document = document();
    let tags: BTreeSet<&str> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    let mut used = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let name = format!("{method} {path}");
        let id = operation["operationId"]
            .as_str()
            .unwrap_or_else(|| panic!("{name} has no operation id"));
        assert!(ids.insert(id), "{name}: {id} is used twice");
        assert!(
            operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()),
            "{name} has no summary"
        );
        let tag = operation["tags"][0]
            .as_str()
            .unwrap_or_else(|| panic!("{name} has no tag"));
        assert!(tags.contains(tag), "{name}: {tag} is not among the document's tags");
        used.insert(tag);
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let text = parameter["description"].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{name} does not say what {} is", parameter["name"]);
        }
        let answers = operation["responses"].as_object().unwrap();
        assert!(
            answers.keys().any(|status| status.starts_with(['2', '3'])),
            "{name} never goes well"
        );
        for status in ["429", "500", "503"] {
            // The older systems know no 503.
            let unknown = tag == "legacy" && status == "503";
            assert!(
                unknown || answers.contains_key(status),
                "{name} does not say what {status} is"
            );
        }
        for (status, answer) in answers {
            let problem = answer["content"]["application/problem+json"].is_object();
            let shared = answer["$ref"].is_string();
            // An answer to HEAD has no body, and what watches over the server has a form of its own.
            let failure = status.starts_with(['4', '5']) && method != "HEAD" && tag != "system";
            assert!(!failure || problem || shared, "{name}: {status} is no problem");
            assert!(
                shared || answer["description"].is_string(),
                "{name}: {status} has no description"
            );
        }
    }
    assert_eq!(used, tags, "a tag without operations");
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let text = document.to_string();
    for rest in text.split("\"$ref\":\"#").skip(1) {
        let pointer = rest.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

/// Every code of a problem that stands in the sources is in the table, and none is in the table alone.
#[test]
fn every_problem_code_is_explained() {
    let explained: BTreeSet<String> = problem_codes().into_keys().collect();
    let mut used = BTreeSet::new();
    for (path, text) in sources() {
        if path.ends_with("http/problems.rs") {
            continue;
        }
        let code: String = text
            .split("#[cfg(test)]")
            .next()
            .unwrap()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let literal = |text: &str| text.strip_prefix('"')?.split('"').next().map(str::to_owned);
        // What an error is made by.
        for start in ["conflict(", "refused(", "limited("] {
            used.extend(code.split(start).skip(1).filter_map(|tail| literal(tail.trim_start())));
        }
        for start in ["Limited {", "Conflict {", "Refused {"] {
            used.extend(
                code.split(start)
                    .skip(1)
                    .filter_map(|tail| literal(tail.trim_start().strip_prefix("code: ")?)),
            );
        }
        // What an error becomes, and what a layer answers by itself.
        for tail in code.split("StatusCode::").skip(1) {
            let name = tail.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(0);
            let rest = tail[name..].trim_start_matches([',', ' ', '=', '>', '(']);
            used.extend(literal(rest));
        }
        if path.contains("/http/") {
            used.extend(code.split("=> (").skip(1).filter_map(literal));
        }
    }
    let used: BTreeSet<String> = used
        .into_iter()
        .filter(|code| code.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        .collect();
    let missing: Vec<_> = used.difference(&explained).collect();
    assert!(
        missing.is_empty(),
        "explain {missing:?} in CODES of host/src/http/problems.rs"
    );
    let gone: Vec<_> = explained.difference(&used).collect();
    assert!(gone.is_empty(), "{gone:?} of CODES is not used any more");
}

fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![workspace().join("host/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}
