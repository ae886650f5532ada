//! `/api/v1/orgs/{org_id}/sources` and `/api/v1/sources`: databases that people query.

pub(super) mod queries;

use axum::{
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    error::Result,
    extract::{Json, Path, Query},
    page::{Page, PageQuery},
    problems::{Conflict, Forbidden},
};
use crate::{
    accounts::Caller,
    app::App,
    config::SecretText,
    connect::{Check, Engine, Payer, Schema, Target, Tls},
    error::Error,
    ids::{OrgId, SourceId},
    orgs::{Member, Owned, Role, member_of},
    sources::{self, Source, SourceDraft, SourceUpdate},
    text::Name,
};

/// Characters of a host, a database or a user.
const FIELD_MAX_CHARS: usize = 255;
/// Characters of a password.
const PASSWORD_MAX_CHARS: usize = 1_000;
/// Bytes of the authorities' certificates.
const CA_MAX_BYTES: usize = 65_536;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(check_draft))
        .routes(routes!(get, update, delete))
        .routes(routes!(check))
        .routes(routes!(schema, refresh_schema))
        .merge(queries::routes())
}

/// A new data source.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSource {
    /// 1 to 100 characters in one line, unique among the organisation's sources.
    #[schema(min_length = 1, max_length = 100, example = "Shop")]
    name: String,
    engine: Engine,
    /// A host name or an IP address.
    #[schema(min_length = 1, max_length = 255, example = "db.example.com")]
    host: String,
    /// By default the engine's own: 5432 or 3306.
    #[schema(minimum = 1, maximum = 65_535)]
    port: Option<u16>,
    #[schema(min_length = 1, max_length = 255)]
    database: String,
    #[schema(min_length = 1, max_length = 255)]
    user: String,
    /// It is stored encrypted and never shown.
    #[schema(max_length = 1_000)]
    password: String,
    #[serde(default = "verify_full")]
    #[schema(default = "verify_full")]
    tls: Tls,
    /// Certificates in PEM that are trusted instead of the system's.
    #[schema(max_length = 65_536)]
    tls_ca: Option<String>,
    /// Whether members may query it, or only admins.
    #[serde(default)]
    members_may_query: bool,
}

/// The changes; omitted fields stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SourceChanges {
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    #[schema(min_length = 1, max_length = 255)]
    host: Option<String>,
    #[schema(minimum = 1, maximum = 65_535)]
    port: Option<u16>,
    #[schema(min_length = 1, max_length = 255)]
    database: Option<String>,
    #[schema(min_length = 1, max_length = 255)]
    user: Option<String>,
    /// Required if the server, user, database or encryption changes.
    #[schema(max_length = 1_000)]
    password: Option<String>,
    tls: Option<Tls>,
    /// Null trusts the system's authorities again.
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 65_536, value_type = Option<String>)]
    #[expect(clippy::option_option, reason = "null is not what is left out")]
    tls_ca: Option<Option<String>>,
    members_may_query: Option<bool>,
}

/// The tables of a source.
#[derive(Serialize, ToSchema)]
struct TakenSchema {
    #[serde(flatten)]
    schema: Schema,
    /// When they were loaded.
    taken_at: DateTime<Utc>,
}

/// List the data sources of an organisation
///
/// Newest first. Passwords are never shown.
#[utoipa::path(
    get,
    path = "/api/v1/orgs/{org_id}/sources",
    tag = "sources",
    operation_id = "list_sources",
    params(("org_id" = OrgId, Path, description = "The organisation"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Source>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(org_id): Path<OrgId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<SourceId>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Org(org_id)).await?;
    let found = sources::list(&mut db, &member, page.after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |source| source.id).answer(&uri))
}

/// Add a data source
///
/// It does not connect yet. Requires the admin role or higher. Names are unique in an organisation, ignoring case: 409
/// `name_taken`.
#[utoipa::path(
    post,
    path = "/api/v1/orgs/{org_id}/sources",
    tag = "sources",
    operation_id = "create_source",
    params(("org_id" = OrgId, Path, description = "The organisation")),
    request_body = NewSource,
    responses(
        (status = CREATED, description = "Created", body = Source, headers(("Location" = String, description = "Its URL"))),
        Forbidden,
        Conflict,
    ),
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(org_id): Path<OrgId>,
    Json(body): Json<NewSource>,
) -> Result<Response> {
    let draft = body.parse()?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Org(org_id)).await?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let source = sources::create(&mut tx, now, limits, &app.signing_key, &member, &draft).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/sources/{}", source.id))];
    Ok((StatusCode::CREATED, location, axum::Json(source)).into_response())
}

/// Test a connection before adding it
///
/// Reports problems, and what the user may do beyond reading. Nothing is stored. Requires the admin role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/orgs/{org_id}/source-checks",
    tag = "sources",
    operation_id = "check_new_source",
    params(("org_id" = OrgId, Path, description = "The organisation")),
    request_body = NewSource,
    responses((status = OK, description = "The test's result", body = Check), Forbidden),
)]
async fn check_draft(
    State(app): State<App>,
    caller: Caller,
    Path(org_id): Path<OrgId>,
    Json(body): Json<NewSource>,
) -> Result<axum::Json<Check>> {
    let draft = body.parse()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Org(org_id)).await?;
    member.at_least(Role::Admin)?;
    drop(db);
    // There is no source yet: only the organisation has a most.
    let payer = Payer {
        org: member.org_id.0,
        source: Uuid::new_v4(),
    };
    let check = app.connector.check(payer, &app.config.limits, &draft.target).await?;
    Ok(axum::Json(check))
}

/// A data source
///
/// Without its password, which is never shown.
#[utoipa::path(
    get,
    path = "/api/v1/sources/{source_id}",
    tag = "sources",
    operation_id = "get_source",
    params(("source_id" = SourceId, Path, description = "The source")),
    responses((status = OK, description = "The source", body = Source)),
)]
async fn get(State(app): State<App>, caller: Caller, Path(id): Path<SourceId>) -> Result<axum::Json<Source>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Source(id)).await?;
    Ok(axum::Json(sources::get(&mut db, &member, id).await?))
}

/// Change a data source
///
/// If the server, user, database or encryption changes, the password must be entered again: 422. Requires the admin
/// role or higher.
#[utoipa::path(
    patch,
    path = "/api/v1/sources/{source_id}",
    tag = "sources",
    operation_id = "update_source",
    params(("source_id" = SourceId, Path, description = "The source")),
    request_body = SourceChanges,
    responses((status = OK, description = "The updated source", body = Source), Forbidden, Conflict),
)]
async fn update(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SourceId>,
    Json(body): Json<SourceChanges>,
) -> Result<axum::Json<Source>> {
    let changes = body.parse()?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Source(id)).await?;
    let source = sources::update(&mut tx, app.clock.now(), &app.signing_key, &member, id, &changes).await?;
    tx.commit().await?;
    Ok(axum::Json(source))
}

/// Delete a data source
///
/// With its receipts. Files that came from it stay. Requires the admin role or higher.
#[utoipa::path(
    delete,
    path = "/api/v1/sources/{source_id}",
    tag = "sources",
    operation_id = "delete_source",
    params(("source_id" = SourceId, Path, description = "The source")),
    responses((status = NO_CONTENT, description = "Deleted"), Forbidden),
)]
async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<SourceId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Source(id)).await?;
    sources::delete(&mut tx, &member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Test a connection
///
/// Reports problems, and what the user may do beyond reading. Requires the admin role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/sources/{source_id}/check",
    tag = "sources",
    operation_id = "check_source",
    params(("source_id" = SourceId, Path, description = "The source")),
    responses((status = OK, description = "The test's result", body = Check), Forbidden, Conflict),
)]
async fn check(State(app): State<App>, caller: Caller, Path(id): Path<SourceId>) -> Result<axum::Json<Check>> {
    let (member, target) = target(&app, &caller, id).await?;
    member.at_least(Role::Admin)?;
    let payer = Payer {
        org: member.org_id.0,
        source: id.0,
    };
    let check = app.connector.check(payer, &app.config.limits, &target).await?;
    Ok(axum::Json(check))
}

/// Get the tables of a source
///
/// As last loaded: names, columns, keys and comments. Before the first time it is 409 `schema_missing`. Requires the
/// member role or higher.
#[utoipa::path(
    get,
    path = "/api/v1/sources/{source_id}/schema",
    tag = "sources",
    operation_id = "get_source_schema",
    params(("source_id" = SourceId, Path, description = "The source")),
    responses((status = OK, description = "Its tables", body = TakenSchema), Forbidden, Conflict),
)]
async fn schema(State(app): State<App>, caller: Caller, Path(id): Path<SourceId>) -> Result<axum::Json<TakenSchema>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Source(id)).await?;
    let (schema, taken_at) = sources::schema(&mut db, &member, id).await?;
    Ok(axum::Json(TakenSchema { schema, taken_at }))
}

/// Load the tables of a source
///
/// From the database's own catalogue; no rows are read. For admins, and for members if they may query it.
#[utoipa::path(
    post,
    path = "/api/v1/sources/{source_id}/schema",
    tag = "sources",
    operation_id = "refresh_source_schema",
    params(("source_id" = SourceId, Path, description = "The source")),
    responses((status = OK, description = "Its tables", body = TakenSchema), Forbidden, Conflict),
)]
async fn refresh_schema(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SourceId>,
) -> Result<axum::Json<TakenSchema>> {
    let (member, target) = target(&app, &caller, id).await?;
    let payer = Payer {
        org: member.org_id.0,
        source: id.0,
    };
    let schema = app.connector.schema(payer, &app.config.limits, &target).await?;
    let taken_at = app.clock.now();
    let mut db = app.db.acquire().await?;
    sources::keep_schema(&mut db, taken_at, &member, id, &schema).await?;
    Ok(axum::Json(TakenSchema { schema, taken_at }))
}

/// Who asks, and how to log in at the source for them.
async fn target(app: &App, caller: &Caller, id: SourceId) -> Result<(Member, Target), Error> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, caller, Owned::Source(id)).await?;
    let target = sources::target(&mut db, &app.signing_key, &member, id).await?;
    Ok((member, target))
}

impl NewSource {
    fn parse(self) -> Result<SourceDraft, Error> {
        let port = self.port.unwrap_or(match self.engine {
            Engine::Postgresql => 5432,
            Engine::Mysql => 3306,
        });
        Ok(SourceDraft {
            name: Name::parse("name", &self.name)?,
            target: Target {
                engine: self.engine,
                host: host(self.host)?,
                port: parse_port(port)?,
                database: field("database", self.database)?,
                user: field("user", self.user)?,
                password: password(self.password)?,
                tls: self.tls,
                tls_ca: self.tls_ca.map(ca).transpose()?,
            },
            members_may_query: self.members_may_query,
        })
    }
}

impl SourceChanges {
    fn parse(self) -> Result<SourceUpdate, Error> {
        Ok(SourceUpdate {
            name: self.name.map(|name| Name::parse("name", &name)).transpose()?,
            host: self.host.map(host).transpose()?,
            port: self.port.map(parse_port).transpose()?,
            database: self.database.map(|text| field("database", text)).transpose()?,
            user: self.user.map(|text| field("user", text)).transpose()?,
            password: self.password.map(password).transpose()?,
            tls: self.tls,
            tls_ca: self.tls_ca.map(|text| text.map(ca).transpose()).transpose()?,
            members_may_query: self.members_may_query,
        })
    }
}

fn verify_full() -> Tls {
    Tls::VerifyFull
}

/// Tells null from what is left out.
#[expect(clippy::option_option, reason = "null is not what is left out")]
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

fn host(text: String) -> Result<String, Error> {
    let text = field("host", text)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    if text.chars().all(plain) {
        return Ok(text);
    }
    let message = "Enter only the name or address, such as db.example.com, without a port or slashes.";
    Err(Error::invalid("host", "host", message))
}

fn parse_port(port: u16) -> Result<u16, Error> {
    if port == 0 {
        return Err(Error::invalid("port", "range", "Enter a port from 1 to 65535."));
    }
    Ok(port)
}

fn field(name: &str, text: String) -> Result<String, Error> {
    let text = text.trim().to_owned();
    if text.is_empty() {
        return Err(Error::invalid(name, "required", "Fill this in."));
    }
    if text.chars().count() > FIELD_MAX_CHARS || text.chars().any(char::is_control) {
        let message = format!("Use at most {FIELD_MAX_CHARS} characters in one line.");
        return Err(Error::invalid(name, "too_long", message));
    }
    Ok(text)
}

fn password(text: String) -> Result<SecretText, Error> {
    if text.chars().count() > PASSWORD_MAX_CHARS || text.contains('\0') {
        let message = format!("Use at most {PASSWORD_MAX_CHARS} characters, and no NUL.");
        return Err(Error::invalid("password", "too_long", message));
    }
    Ok(SecretText::new(text))
}

fn ca(text: String) -> Result<String, Error> {
    let reads = text.len() <= CA_MAX_BYTES && text.contains("-----BEGIN CERTIFICATE-----") && !text.contains('\0');
    if reads {
        return Ok(text);
    }
    let message = format!(
        "Paste certificates in PEM format, starting with -----BEGIN CERTIFICATE-----, of at most \
             {CA_MAX_BYTES} bytes."
    );
    Err(Error::invalid("tls_ca", "pem", message))
}
