//! `/api/v1/orgs/{org_id}/model-providers`, `/api/v1/model-providers`, and what an organisation's models are and use.

use axum::{
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    error::Result,
    extract::{Json, Path, Query},
    page::{Page, PageQuery},
    problems::{Conflict, Forbidden},
};
use crate::{
    accounts::Caller,
    addresses::Addresses,
    app::App,
    config::ServerLimits,
    error::Error,
    ids::{ModelProviderId, OrgId},
    llm::{BaseUrl, Choice, cost_micro_usd},
    model_providers::{
        self, ApiKey, Kind, ModelNames, ModelProvider, ProviderDraft, ProviderName, ProviderUpdate,
        check::{self, ModelCheck},
        choosing::{self, Chosen, OfferedModel, OwnModel},
    },
    orgs::{Owned, Role, member_of},
    turns::spending::{self, ModelCap, ModelSpending, ModelUsed},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(offered))
        .routes(routes!(list, create))
        .routes(routes!(check_draft))
        .routes(routes!(get, update, delete))
        .routes(routes!(check_stored))
        .routes(routes!(spent))
        .routes(routes!(set_cap))
}

/// A new model provider.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewModelProvider {
    /// 1 to 100 characters in one line, without a slash, unique among the organisation's providers.
    #[schema(min_length = 1, max_length = 100, example = "Our Ollama")]
    name: String,
    kind: Kind,
    /// Its address, up to where the API's own paths begin.
    #[schema(max_length = 2_000, example = "http://localhost:11434/v1")]
    url: String,
    /// It is stored encrypted and never shown. Not every server needs one.
    #[schema(max_length = 1_000)]
    key: Option<String>,
    /// The names of the models that it offers.
    #[schema(min_items = 1, example = json!(["qwen3:32b"]))]
    models: Vec<String>,
    /// The one of them that answers where nobody chooses.
    #[schema(max_length = 200)]
    default_model: Option<String>,
    /// Whether members may use it, or only admins.
    #[serde(default = "members_may_use")]
    #[schema(default = true)]
    members_may_use: bool,
}

fn members_may_use() -> bool {
    true
}

/// The changes; omitted fields stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ModelProviderChanges {
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    #[schema(max_length = 2_000)]
    url: Option<String>,
    /// Required if the address changes; null removes it.
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 1_000, value_type = Option<String>)]
    #[expect(clippy::option_option, reason = "null is not what is left out")]
    key: Option<Option<String>>,
    #[schema(min_items = 1)]
    models: Option<Vec<String>>,
    /// Null leaves the choice to another provider or the server.
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 200, value_type = Option<String>)]
    #[expect(clippy::option_option, reason = "null is not what is left out")]
    default_model: Option<Option<String>>,
    members_may_use: Option<bool>,
}

/// Which model to test.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ModelToCheck {
    /// By default the provider's default model, else its first.
    #[schema(max_length = 200)]
    model: Option<String>,
}

/// The new cap.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewModelCap {
    /// Millionths of a US dollar; null is no cap. Tokens whose price is not known do not count.
    #[schema(minimum = 1)]
    cost_micro_usd: Option<u64>,
    /// Tokens, read and written; null is no cap.
    #[schema(minimum = 1)]
    tokens: Option<u64>,
}

/// List the models that the caller may choose
///
/// The organisation's own and the server's; the one that answers where nobody chooses comes first. `offline` answers by
/// rules, without a model.
#[utoipa::path(
    get,
    path = "/api/v1/orgs/{org_id}/models",
    tag = "models",
    operation_id = "list_org_models",
    params(("org_id" = OrgId, Path, description = "The organisation")),
    responses((status = OK, description = "All of them", body = Vec<OfferedModel>)),
)]
async fn offered(State(app): State<App>, caller: Caller, Path(org_id): Path<OrgId>) -> Result<Response> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Org(org_id)).await?;
    Ok(axum::Json(choosing::offers(&mut db, &app.models, &member).await?).into_response())
}

/// List the model providers of an organisation
///
/// Newest first. Keys are never shown. Requires the admin role or higher.
#[utoipa::path(
    get,
    path = "/api/v1/orgs/{org_id}/model-providers",
    tag = "models",
    operation_id = "list_model_providers",
    params(("org_id" = OrgId, Path, description = "The organisation"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<ModelProvider>, headers(("Link" = String, description = "The next page"))),
        Forbidden,
    ),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(org_id): Path<OrgId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<ModelProviderId>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Org(org_id)).await?;
    let found = model_providers::list(&mut db, &member, page.after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |provider| provider.id).answer(&uri))
}

/// Add a model provider
///
/// An account at Anthropic, OpenAI (or Azure OpenAI's v1 API) or Google, or any server that speaks OpenAI's chat
/// completions. It is not called yet. Hosts in private networks are refused unless the server's settings allow them.
/// Requires the admin role or higher. Names are unique in an organisation, ignoring case: 409 `name_taken`.
#[utoipa::path(
    post,
    path = "/api/v1/orgs/{org_id}/model-providers",
    tag = "models",
    operation_id = "create_model_provider",
    params(("org_id" = OrgId, Path, description = "The organisation")),
    request_body = NewModelProvider,
    responses(
        (status = CREATED, description = "Created", body = ModelProvider, headers(("Location" = String, description = "Its URL"))),
        Forbidden,
        Conflict,
    ),
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(org_id): Path<OrgId>,
    Json(body): Json<NewModelProvider>,
) -> Result<Response> {
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let draft = body.parse(limits, &app.addresses)?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Org(org_id)).await?;
    let provider = model_providers::create(&mut tx, now, limits, &app.signing_key, &member, &draft).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/model-providers/{}", provider.id))];
    Ok((StatusCode::CREATED, location, axum::Json(provider)).into_response())
}

/// Test a model before adding its provider
///
/// Sends one tiny request to the first model, and reports the provider's own error. Nothing is stored but the tokens that
/// it used. Requires the admin role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/orgs/{org_id}/model-provider-checks",
    tag = "models",
    operation_id = "check_new_model_provider",
    params(("org_id" = OrgId, Path, description = "The organisation")),
    request_body = NewModelProvider,
    responses((status = OK, description = "The test's result", body = ModelCheck), Forbidden),
)]
async fn check_draft(
    State(app): State<App>,
    caller: Caller,
    Path(org_id): Path<OrgId>,
    Json(body): Json<NewModelProvider>,
) -> Result<axum::Json<ModelCheck>> {
    let draft = body.parse(&app.config.limits, &app.addresses)?;
    let mut db = app.db.acquire().await?;
    member_of(&mut db, &caller, Owned::Org(org_id))
        .await?
        .at_least(Role::Admin)?;
    drop(db);
    Ok(axum::Json(checked(&app, org_id, draft.first_model()).await?))
}

/// A model provider
///
/// Without its key, which is never shown. Requires the admin role or higher.
#[utoipa::path(
    get,
    path = "/api/v1/model-providers/{model_provider_id}",
    tag = "models",
    operation_id = "get_model_provider",
    params(("model_provider_id" = ModelProviderId, Path, description = "The provider")),
    responses((status = OK, description = "The provider", body = ModelProvider), Forbidden),
)]
async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ModelProviderId>,
) -> Result<axum::Json<ModelProvider>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::ModelProvider(id)).await?;
    Ok(axum::Json(model_providers::get(&mut db, &member, id).await?))
}

/// Change a model provider
///
/// If the address changes, the key must be entered again: 422. Requires the admin role or higher.
#[utoipa::path(
    patch,
    path = "/api/v1/model-providers/{model_provider_id}",
    tag = "models",
    operation_id = "update_model_provider",
    params(("model_provider_id" = ModelProviderId, Path, description = "The provider")),
    request_body = ModelProviderChanges,
    responses((status = OK, description = "The updated provider", body = ModelProvider), Forbidden, Conflict),
)]
async fn update(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ModelProviderId>,
    Json(body): Json<ModelProviderChanges>,
) -> Result<axum::Json<ModelProvider>> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::ModelProvider(id)).await?;
    let kind = model_providers::get(&mut tx, &member, id).await?.kind;
    let changes = body.parse(&app.config.limits, &app.addresses, kind)?;
    let provider = model_providers::update(&mut tx, app.clock.now(), &app.signing_key, &member, id, &changes).await?;
    tx.commit().await?;
    Ok(axum::Json(provider))
}

/// Delete a model provider
///
/// With its key. Questions that wait for its models end with an error that says so. Requires the admin role or higher.
#[utoipa::path(
    delete,
    path = "/api/v1/model-providers/{model_provider_id}",
    tag = "models",
    operation_id = "delete_model_provider",
    params(("model_provider_id" = ModelProviderId, Path, description = "The provider")),
    responses((status = NO_CONTENT, description = "Deleted"), Forbidden),
)]
async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<ModelProviderId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::ModelProvider(id)).await?;
    model_providers::delete(&mut tx, &member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Test a model
///
/// Sends one tiny request, and reports the provider's own error. Requires the admin role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/model-providers/{model_provider_id}/check",
    tag = "models",
    operation_id = "check_model_provider",
    params(("model_provider_id" = ModelProviderId, Path, description = "The provider")),
    request_body = ModelToCheck,
    responses((status = OK, description = "The test's result", body = ModelCheck), Forbidden, Conflict),
)]
async fn check_stored(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ModelProviderId>,
    Json(body): Json<ModelToCheck>,
) -> Result<axum::Json<ModelCheck>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::ModelProvider(id)).await?;
    member.at_least(Role::Admin)?;
    let choice = Choice {
        provider: id.to_string(),
        model: body.model,
    };
    let chosen = choosing::choose(&mut db, &app.models, &member, Some(&choice)).await?;
    let Chosen::Own { provider, model } = chosen else {
        return Err(Error::Missing("model provider").into());
    };
    let own = choosing::open(&mut db, &app.signing_key, &member, &provider, &model).await?;
    drop(db);
    Ok(axum::Json(checked(&app, member.org_id, own).await?))
}

/// What the organisation's models used
///
/// Tokens and cost by month (UTC) and model, the server's models included, and the cap. Costs are estimates at list
/// prices; tokens whose price is not known are told apart.
#[utoipa::path(
    get,
    path = "/api/v1/orgs/{org_id}/model-spending",
    tag = "models",
    operation_id = "get_model_spending",
    params(("org_id" = OrgId, Path, description = "The organisation")),
    responses((status = OK, description = "By month and model", body = ModelSpending)),
)]
async fn spent(State(app): State<App>, caller: Caller, Path(org_id): Path<OrgId>) -> Result<axum::Json<ModelSpending>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Org(org_id)).await?;
    Ok(axum::Json(spending::spending(&mut db, app.clock.now(), &member).await?))
}

/// Cap what models may use in a month
///
/// For all models together, the server's included. Once it is reached, questions to a model are refused (403 `model_cap`)
/// until the month (UTC) is over; rules still answer. Turns that are under way end. Requires the admin role or higher.
#[utoipa::path(
    put,
    path = "/api/v1/orgs/{org_id}/model-cap",
    tag = "models",
    operation_id = "set_model_cap",
    params(("org_id" = OrgId, Path, description = "The organisation")),
    request_body = NewModelCap,
    responses((status = OK, description = "The new cap, and what was used", body = ModelSpending), Forbidden),
)]
async fn set_cap(
    State(app): State<App>,
    caller: Caller,
    Path(org_id): Path<OrgId>,
    Json(body): Json<NewModelCap>,
) -> Result<axum::Json<ModelSpending>> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Org(org_id)).await?;
    let NewModelCap { cost_micro_usd, tokens } = body;
    let cap = ModelCap { cost_micro_usd, tokens };
    spending::set_cap(&mut tx, &member, cap).await?;
    let spending = spending::spending(&mut tx, app.clock.now(), &member).await?;
    tx.commit().await?;
    Ok(axum::Json(spending))
}

/// Tests a model, and counts what that used.
async fn checked(app: &App, org_id: OrgId, own: OwnModel) -> Result<ModelCheck, Error> {
    let (check, used) = check::check(&app.addresses, &app.config.limits, own).await?;
    if let Some((model, usage)) = used.filter(|(_, usage)| usage.output_tokens > 0) {
        let now = app.clock.now();
        let cost = cost_micro_usd(model.name(), &usage, now.date_naive());
        let used = ModelUsed::new(&model, usage, cost);
        spending::count(&mut *app.db.acquire().await?, now, org_id, &used, 0).await?;
    }
    Ok(check)
}

impl NewModelProvider {
    fn parse(self, limits: &ServerLimits, addresses: &Addresses) -> Result<ProviderDraft, Error> {
        Ok(ProviderDraft {
            name: ProviderName::parse(&self.name)?,
            kind: self.kind,
            url: BaseUrl::parse(addresses, self.kind.into(), &self.url)?,
            key: self.key.as_deref().map(ApiKey::parse).transpose()?,
            models: ModelNames::parse(limits, &self.models)?,
            default_model: self.default_model,
            members_may_use: self.members_may_use,
        })
    }
}

impl ModelProviderChanges {
    fn parse(self, limits: &ServerLimits, addresses: &Addresses, kind: Kind) -> Result<ProviderUpdate, Error> {
        let url = self.url.map(|url| BaseUrl::parse(addresses, kind.into(), &url));
        let key = self.key.map(|key| key.as_deref().map(ApiKey::parse).transpose());
        let models = self.models.map(|models| ModelNames::parse(limits, &models));
        Ok(ProviderUpdate {
            name: self.name.map(|name| ProviderName::parse(&name)).transpose()?,
            url: url.transpose()?,
            key: key.transpose()?,
            models: models.transpose()?,
            default_model: self.default_model,
            members_may_use: self.members_may_use,
        })
    }
}

/// Tells null from what is left out.
#[expect(clippy::option_option, reason = "null is not what is left out")]
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
