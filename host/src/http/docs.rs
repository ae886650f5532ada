//! The document of the API, and the pages that show it.
//!
//! The routes describe themselves; [`complete`] adds what they have in common: who may ask, the problems that every
//! operation can answer, and idempotency keys. So a handler writes down what is its own and nothing else. The pages are
//! Swagger UI from this program's own files, under a policy that lets it load nothing else, and a plain page of the
//! problem codes, where `type` of a problem points.

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use anyhow::anyhow;
use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use utoipa::{
    OpenApi as _,
    openapi::{
        OpenApi, Ref, RefOr, Required, Server,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
        schema::{Object, Type},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
        tag::TagBuilder,
    },
};
use utoipa_swagger_ui::Config as SwaggerConfig;

use super::{
    dialects::{self, DetailFailure, Dialect, OpenAiError, OpenAiFailure, SentenceFailure},
    error::{Problem, ProblemField},
    extract::session_cookie_name,
    problems::{CODES, answers, header},
};
use crate::{
    app::App,
    ids::{
        ApiKeyId, ConversationId, DashboardId, DashboardShareId, FileId, GeneratedFileId, InvitationId, MessageId,
        OrgId, PasswordResetId, ProjectId, PromptId, SessionId, TileId, UploadId, UserId,
    },
};

/// Where the document is.
pub(super) const DOCUMENT: &str = "/api/v1/openapi.json";

/// Swagger UI draws its icons from the style sheet itself, and asks the API from its page.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// The page around Swagger UI, and its colours.
const INDEX: &str = include_str!("docs/index.html");
const STYLES: &str = include_str!("docs/glovebox.css");

/// Answers that have a secret in them, which is not kept for a repetition.
const SECRET_CREATIONS: [&str; 3] = [
    "/api/v1/api-keys",
    "/api/v1/dashboards/{dashboard_id}/shares",
    "/api/v1/orgs/{org_id}/channels",
];

const TAGS: [(&str, &str); 27] = [
    ("accounts", "Accounts: sign-up, profile, password, deletion."),
    ("sessions", "Browser sessions, and tokens for programs."),
    ("api-keys", "Personal API keys for programs, valid until revoked."),
    ("google", "Google Sign-In."),
    ("organisations", "Organisations and their usage."),
    ("members", "Members of an organisation and their roles."),
    ("invitations", "Invitations to an organisation by email."),
    ("projects", "Projects, which hold files, prompts and conversations."),
    ("prompts", "Standing instructions of a project."),
    ("files", "Tables: upload, versions, preview, profile, download."),
    ("uploads", "Resumable uploads of large files with tus 1.0.0."),
    ("turns", "Asking a question, following its answer, stopping it."),
    ("conversations", "Conversations: titles, archive, search, export."),
    (
        "messages",
        "Questions and answers with their parts, and feedback on them.",
    ),
    (
        "models",
        "Models: the organisation's own providers, what may be chosen, and what was spent.",
    ),
    ("suggestions", "Suggested questions."),
    ("generated-files", "Charts, tables and other files created by scripts."),
    (
        "shares",
        "Read-only links to conversations, for anyone who has the link.",
    ),
    (
        "dashboards",
        "Dashboards: versioned documents with tiles on a grid, and the results of the tiles.",
    ),
    (
        "dashboard-shares",
        "Read-only links to dashboards, for anyone who has the link.",
    ),
    (
        "alerts",
        "Conditions on tile results, checked on a schedule; their history and notifications.",
    ),
    (
        "reports",
        "Dashboards mailed on a schedule; who receives them, and what became of each mail.",
    ),
    (
        "channels",
        "Where an organisation's alerts are sent: email, signed webhooks, Slack, Microsoft Teams.",
    ),
    (
        "sources",
        "Databases that people can query but never change; query results become files with receipts.",
    ),
    (
        "openai",
        "For clients of OpenAI's API, with an API key as the bearer token: an analyst for the project named by the \
         header `X-Project` (default: your oldest personal project), and the sandbox on its own.",
    ),
    (
        "legacy",
        "Endpoints of older systems, for their clients. Set `GLOVEBOX_LEGACY_API=off` to disable them.",
    ),
    ("system", "The health of the server, for monitoring."),
];

const DESCRIPTION: &str = "\
Ask questions about your files in plain English. The script behind each answer runs in a hardened sandbox.

**Authentication.** Browsers log in at `POST /api/v1/sessions` and receive a cookie. Programs send `Authorization: \
Bearer …` with a token from `POST /api/v1/tokens` or with an API key.

**Pagination.** Lists are paginated: `next_cursor` and the header `Link` with `rel=\"next\"` lead to the next page.

**Response headers.** Every response has `X-Request-Id`, which the client can choose, and `RateLimit-Limit`, \
`RateLimit-Remaining`, `RateLimit-Reset` (seconds) and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-06.

**Idempotency.** Where an operation has the header `Idempotency-Key`, repeating a request with the same key returns \
the same response, with `Idempotent-Replayed: true`, and the work is done only once. Only successful responses are \
stored. Uploads are compared by their declared length. A key whose server crashed can be used again after a minute.

**Errors** are `application/problem+json` (RFC 9457) with a stable `code`:
";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Glovebox"),
    components(schemas(
        Problem,
        ProblemField,
        OpenAiFailure,
        OpenAiError,
        DetailFailure,
        SentenceFailure,
        ApiKeyId,
        ConversationId,
        DashboardId,
        DashboardShareId,
        FileId,
        GeneratedFileId,
        InvitationId,
        MessageId,
        OrgId,
        PasswordResetId,
        ProjectId,
        PromptId,
        SessionId,
        TileId,
        UploadId,
        UserId,
    ))
)]
struct Document;

/// The document, but for the routes.
pub(super) fn document() -> OpenApi {
    Document::openapi()
}

/// Adds to the routes' own descriptions what they have in common.
pub(super) fn complete(mut api: OpenApi) -> OpenApi {
    let mut description = DESCRIPTION.to_owned();
    description.push_str("\n| code | status | meaning |\n| --- | --- | --- |\n");
    for (status, code, meaning) in CODES {
        let _ = writeln!(description, "| `{code}` | {status} | {meaning} |");
    }
    api.info.description = Some(description);
    api.servers = Some(vec![Server::new("/")]);
    let tag = |(name, text): (&str, &str)| TagBuilder::new().name(name).description(Some(text)).build();
    api.tags = Some(TAGS.map(tag).to_vec());
    let schemes = schemes();
    api.security = Some(
        schemes
            .iter()
            .map(|(name, _)| SecurityRequirement::new(*name, [""; 0]))
            .collect(),
    );
    let components = api.components.get_or_insert_default();
    for (name, scheme) in schemes {
        components.security_schemes.insert(name.to_owned(), scheme);
    }
    for (name, answer) in answers().into_iter().chain(dialects::answers()) {
        components.responses.insert(name.to_owned(), answer.into());
    }
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in operations(item) {
            complete_operation(path, method, operation);
        }
    }
    api
}

/// The paths whose `POST` takes an idempotency key, by the document.
pub(super) fn creations(api: &OpenApi) -> BTreeSet<String> {
    let paths = api.paths.paths.iter();
    let creating = paths.filter(|(path, item)| item.post.as_ref().is_some_and(|post| takes_key(path, post)));
    creating.map(|(path, _)| path.clone()).collect()
}

/// The document and its pages as routes.
pub(super) fn routes(api: &OpenApi) -> Router<App> {
    // Its keys are strings, so it can be written.
    let document = Bytes::from(serde_json::to_vec(api).unwrap_or_default());
    // Without the validator, which would send the document to somebody else's server.
    let swagger = Arc::new(
        SwaggerConfig::new([DOCUMENT])
            .validator_url("none")
            .display_operation_id(true),
    );
    let file = move |path: &str| swagger_file(path, &swagger);
    Router::new()
        .route(
            DOCUMENT,
            get(async move || ([(header::CONTENT_TYPE, "application/json")], document.clone())),
        )
        .route("/docs", get(async || Redirect::to("/docs/")))
        .route("/docs/", get(async || page(INDEX.to_owned())))
        .route(
            "/docs/glovebox.css",
            get(async || ([(header::CONTENT_TYPE, "text/css")], STYLES)),
        )
        .route("/docs/problems", get(async || page(problems_page())))
        .route("/docs/{file}", get(async move |Path(path): Path<String>| file(&path)))
}

fn schemes() -> [(&'static str, SecurityScheme); 3] {
    let cookie = ApiKeyValue::with_description(
        session_cookie_name(false),
        "The session cookie of a browser. Over HTTPS its name is `__Host-glovebox_session`. A request with it that \
         changes something must come from a page of this server or of an allowed origin.",
    );
    let bearer = |format: &str, text: &str| {
        let http = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format(format);
        SecurityScheme::Http(http.description(Some(text)).build())
    };
    [
        ("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie))),
        (
            "token",
            bearer("JWT", "A token from `POST /api/v1/tokens`, valid for one hour."),
        ),
        (
            "api_key",
            bearer("API key", "A personal API key from `POST /api/v1/api-keys`."),
        ),
    ]
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("GET", &mut item.get),
        ("PUT", &mut item.put),
        ("POST", &mut item.post),
        ("DELETE", &mut item.delete),
        ("OPTIONS", &mut item.options),
        ("HEAD", &mut item.head),
        ("PATCH", &mut item.patch),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn complete_operation(path: &str, method: &str, operation: &mut Operation) {
    let dialect = Dialect::of(Some(path), path);
    if let Some(name) = dialect.answer_name() {
        for status in dialect.statuses() {
            let answer = RefOr::Ref(Ref::from_response_name(name));
            operation
                .responses
                .responses
                .entry((*status).to_owned())
                .or_insert(answer);
        }
        return;
    }
    let takes_key = method == "POST" && takes_key(path, operation);
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let asked = parameters
        .iter()
        .any(|parameter| !matches!(parameter.parameter_in, ParameterIn::Path));
    let body = operation.request_body.is_some();
    let changes = !["GET", "HEAD", "OPTIONS"].contains(&method);
    let common = [
        ("401", "Unauthenticated", !is_public(operation)),
        ("403", "Forbidden", changes),
        ("404", "Missing", path.contains('{')),
        ("409", "Conflict", takes_key),
        ("413", "TooLarge", body),
        ("422", "Invalid", asked || body || takes_key),
        ("429", "Limited", true),
        ("500", "Internal", true),
        ("503", "Unavailable", true),
    ];
    for (status, name, applies) in common {
        if applies {
            let answer = RefOr::Ref(Ref::from_response_name(name));
            operation.responses.responses.entry(status.to_owned()).or_insert(answer);
        }
    }
    if takes_key {
        operation.parameters.get_or_insert_default().push(idempotency_key());
        if let Some(RefOr::T(created)) = operation.responses.responses.get_mut("201") {
            let replayed = header(
                Type::String,
                "`true` if this is the response to an earlier request with the same key.",
            );
            created.headers.insert("Idempotent-Replayed".to_owned(), replayed);
        }
    }
}

fn is_public(operation: &Operation) -> bool {
    let security = operation.security.as_deref().unwrap_or_default();
    security.contains(&SecurityRequirement::default())
}

fn takes_key(path: &str, post: &Operation) -> bool {
    let told_as_problems = Dialect::of(Some(path), path) == Dialect::Problems;
    post.responses.responses.contains_key("201")
        && told_as_problems
        && !is_public(post)
        && !SECRET_CREATIONS.contains(&path)
}

fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "A unique name for this request, such as a random UUID, so that it can be repeated safely.",
        ))
        .schema(Some(Object::with_type(Type::String)))
        .build()
}

fn swagger_file(path: &str, config: &Arc<SwaggerConfig<'static>>) -> Response {
    let file = match utoipa_swagger_ui::serve(path, config.clone()) {
        Ok(Some(file)) => file,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => return super::error::Failure::from(anyhow!("serving Swagger UI: {error}")).into_response(),
    };
    let headers = [
        (header::CONTENT_TYPE, file.content_type.as_str()),
        (header::CONTENT_SECURITY_POLICY, DOCS_POLICY),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, file.bytes.into_owned()).into_response()
}

fn page(html: String) -> Response {
    let headers: [(HeaderName, &str); 2] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, DOCS_POLICY),
    ];
    (headers, html).into_response()
}

fn problems_page() -> String {
    let mut html = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Problems · Glovebox</title>\
         <link rel=\"stylesheet\" href=\"glovebox.css\"><main><h1>Problems</h1><p>All values that <code>code</code> of a problem can have.</p><dl>"
        .to_owned();
    for (status, code, meaning) in CODES {
        let _ = write!(html, "<dt id=\"{code}\"><code>{code}</code> ({status})<dd>{meaning}");
    }
    html.push_str("</dl></main></html>");
    html
}
