//! Model providers of an organisation: its own accounts at whoever runs language models, and which models they offer.
//!
//! A provider's key is sealed, bound to where it goes, and never read out: whoever changes the address enters it again.
//! [Choosing](choosing) finds who answers a question; [a test](check) asks for one word.

pub mod check;
pub mod choosing;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    config::{SecretText, ServerLimits},
    error::{Error, Result, broken},
    ids::{ModelProviderId, OrgId, UserId},
    llm::{BaseUrl, OFFLINE, Provider},
    orgs::{self, Member, Role},
    secret::ServerKey,
    text::Name,
};

/// For what keys are sealed.
const PURPOSE: &str = "model-provider-key";
/// Characters of a key.
const KEY_MAX_CHARS: usize = 1_000;
/// Characters of a model's name.
const MODEL_MAX_CHARS: usize = 200;
/// Names that stand for the server's own models.
const RESERVED: [&str; 6] = [OFFLINE, "glovebox", "anthropic", "openai", "gemini", "compatible"];

/// Which API a provider speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
#[schema(as = ModelProviderKind)]
pub enum Kind {
    /// Anthropic's Messages.
    Anthropic,
    /// OpenAI's Responses, which Azure OpenAI speaks as well.
    OpenAi,
    /// Google's Gemini.
    Gemini,
    /// OpenAI's chat completions, as Ollama, vLLM, `OpenRouter` and many others speak them.
    Compatible,
}

impl From<Kind> for Provider {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Anthropic => Self::Anthropic,
            Kind::OpenAi => Self::OpenAi,
            Kind::Gemini => Self::Gemini,
            Kind::Compatible => Self::Compatible,
        }
    }
}

/// A model provider, without its key.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ModelProvider {
    pub id: ModelProviderId,
    pub org_id: OrgId,
    pub name: String,
    pub kind: Kind,
    /// Its address, up to where the API's own paths begin.
    pub url: String,
    /// Whether a key is stored.
    pub has_key: bool,
    /// The names of the models that it offers.
    pub models: Vec<String>,
    /// The one of them that answers where nobody chooses; null where another provider or the server decides.
    pub default_model: Option<String>,
    /// Whether members may use it, or only admins.
    pub members_may_use: bool,
    /// Who added it; null once their account is deleted.
    pub created_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a provider is made of, checked.
#[derive(Clone, Debug)]
pub struct ProviderDraft {
    pub name: ProviderName,
    pub kind: Kind,
    pub url: BaseUrl,
    pub key: Option<ApiKey>,
    pub models: ModelNames,
    pub default_model: Option<String>,
    pub members_may_use: bool,
}

/// What is to be changed; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ProviderUpdate {
    pub name: Option<ProviderName>,
    pub url: Option<BaseUrl>,
    /// `Some(None)` removes it.
    pub key: Option<Option<ApiKey>>,
    pub models: Option<ModelNames>,
    pub default_model: Option<Option<String>>,
    pub members_may_use: Option<bool>,
}

/// A name that programs can write before a slash and a model's name.
#[derive(Clone, Debug)]
pub struct ProviderName(Name);

impl ProviderName {
    pub fn parse(text: &str) -> Result<Self> {
        let name = Name::parse("name", text)?;
        if name.as_str().contains('/') {
            return Err(Error::invalid("name", "slash", "Use a name without a slash."));
        }
        if RESERVED.contains(&name.as_str()) || name.as_str().parse::<Uuid>().is_ok() {
            let message = "This name stands for the server's own models. Use another one, such as \"Our account\".";
            return Err(Error::invalid("name", "reserved", message));
        }
        Ok(Self(name))
    }

    fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// A provider's key.
#[derive(Clone, Debug)]
pub struct ApiKey(SecretText);

impl ApiKey {
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::invalid("key", "required", "Enter a key, or leave it out."));
        }
        if text.len() > KEY_MAX_CHARS || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = "A key has at most 1000 letters, digits and signs, without spaces. Copy it again.";
            return Err(Error::invalid("key", "key", message));
        }
        Ok(Self(SecretText::new(text)))
    }
}

/// The names of models, each once and at least one.
#[derive(Clone, Debug)]
pub struct ModelNames(Vec<String>);

impl ModelNames {
    pub fn parse(limits: &ServerLimits, names: &[String]) -> Result<Self> {
        let wrong = |code, message: String| Err(Error::invalid("models", code, message));
        let mut found: Vec<String> = Vec::new();
        for name in names.iter().map(|name| name.trim()) {
            if name.is_empty() || name.chars().count() > MODEL_MAX_CHARS || name.chars().any(char::is_control) {
                return wrong(
                    "model",
                    "A model's name has 1 to 200 characters in one line.".to_owned(),
                );
            }
            if !found.iter().any(|known| known == name) {
                found.push(name.to_owned());
            }
        }
        let most = limits.models_per_provider as usize;
        if found.is_empty() {
            return wrong("required", "Enter the name of at least one model.".to_owned());
        }
        if found.len() > most {
            return wrong(
                "too_many",
                format!("A provider offers at most {most} models. Remove some."),
            );
        }
        Ok(Self(found))
    }

    fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|known| known == name)
    }
}

/// A new provider, by an admin.
pub async fn create(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    key: &ServerKey,
    member: &Member,
    draft: &ProviderDraft,
) -> Result<ModelProvider> {
    let member = orgs::lock(db, member).await?;
    member.at_least(Role::Admin)?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from model_providers where org_id = $1"#,
        member.org_id.0
    )
    .fetch_one(&mut *db)
    .await?;
    if count >= i64::from(limits.model_providers_per_org) {
        return Err(Error::Limited {
            code: "too_many_model_providers",
            message: format!("This organisation has reached the limit of {count} model providers. Delete one first."),
            retry_after_s: None,
        });
    }
    check_default(&draft.models, draft.default_model.as_deref())?;
    let id = ModelProviderId::new();
    let url = draft.url.as_url().as_str();
    let sealed = draft.key.as_ref().map(|secret| seal(key, id, draft.kind, url, secret));
    if draft.default_model.is_some() {
        clear_default(db, &member).await?;
    }
    sqlx::query!(
        "insert into model_providers (id, org_id, name, kind, url, key_sealed, models, default_model, members_may_use,
                                      created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        id.0,
        member.org_id.0,
        draft.name.as_str(),
        draft.kind as Kind,
        url,
        sealed.transpose()?,
        &draft.models.0,
        draft.default_model,
        draft.members_may_use,
        member.user_id.0,
        now,
    )
    .execute(&mut *db)
    .await
    .map_err(|error| name_taken(error, draft.name.as_str()))?;
    get(db, &member, id).await
}

/// The organisation's providers, the newest first: at most `limit` of those behind `after`. For admins.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    after: Option<ModelProviderId>,
    limit: u32,
) -> Result<Vec<ModelProvider>> {
    member.at_least(Role::Admin)?;
    let providers = sqlx::query_as!(
        ModelProvider,
        r#"select id, org_id, name, kind as "kind: Kind", url, key_sealed is not null as "has_key!", models, default_model,
                  members_may_use, created_by as "created_by: UserId", created_at, updated_at
           from model_providers where org_id = $1 and id < $2 order by id desc limit $3"#,
        member.org_id.0,
        after.map_or(Uuid::max(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(providers)
}

/// One provider, for admins.
pub async fn get(db: &mut PgConnection, member: &Member, id: ModelProviderId) -> Result<ModelProvider> {
    member.at_least(Role::Admin)?;
    find(db, member, id).await?.ok_or(Error::Missing("model provider"))
}

/// Changes it, by an admin. Where the key would go elsewhere, it has to be entered again.
pub async fn update(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    key: &ServerKey,
    member: &Member,
    id: ModelProviderId,
    changes: &ProviderUpdate,
) -> Result<ModelProvider> {
    let member = orgs::lock(db, member).await?;
    let before = get(db, &member, id).await?;
    let name = changes.name.as_ref().map_or(before.name.as_str(), ProviderName::as_str);
    let url = changes
        .url
        .as_ref()
        .map_or(before.url.as_str(), |url| url.as_url().as_str());
    if url != before.url && before.has_key && changes.key.is_none() {
        let message = "Enter the key again, because the address has changed.";
        return Err(Error::invalid("key", "required", message));
    }
    let models = changes.models.clone().unwrap_or(ModelNames(before.models));
    let default_model = match &changes.default_model {
        Some(model) => model.clone(),
        // One that is no longer offered is no default.
        None => before.default_model.filter(|model| models.contains(model)),
    };
    check_default(&models, default_model.as_deref())?;
    if default_model.is_some() {
        clear_default(db, &member).await?;
    }
    let sealed = match &changes.key {
        Some(Some(secret)) => Some(seal(key, id, before.kind, url, secret)?),
        Some(None) | None => None,
    };
    sqlx::query!(
        "update model_providers set name = $3, url = $4, models = $5, default_model = $6, members_may_use = $7,
             key_sealed = case when $8 then $9 else key_sealed end, updated_at = $10
         where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
        name,
        url,
        &models.0,
        default_model,
        changes.members_may_use.unwrap_or(before.members_may_use),
        changes.key.is_some(),
        sealed,
        now,
    )
    .execute(&mut *db)
    .await
    .map_err(|error| name_taken(error, name))?;
    get(db, &member, id).await
}

/// Deletes it with its key, by an admin. Questions that wait for it are told so.
pub async fn delete(db: &mut PgConnection, member: &Member, id: ModelProviderId) -> Result<()> {
    member.at_least(Role::Admin)?;
    let deleted = sqlx::query!(
        "delete from model_providers where org_id = $1 and id = $2",
        member.org_id.0,
        id.0
    )
    .execute(db)
    .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::Missing("model provider"));
    }
    Ok(())
}

async fn find(db: &mut PgConnection, member: &Member, id: ModelProviderId) -> Result<Option<ModelProvider>> {
    let found = sqlx::query_as!(
        ModelProvider,
        r#"select id, org_id, name, kind as "kind: Kind", url, key_sealed is not null as "has_key!", models, default_model,
                  members_may_use, created_by as "created_by: UserId", created_at, updated_at
           from model_providers where org_id = $1 and id = $2"#,
        member.org_id.0,
        id.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

async fn clear_default(db: &mut PgConnection, member: &Member) -> Result<()> {
    sqlx::query!(
        "update model_providers set default_model = null where org_id = $1 and default_model is not null",
        member.org_id.0
    )
    .execute(db)
    .await?;
    Ok(())
}

fn check_default(models: &ModelNames, default_model: Option<&str>) -> Result<()> {
    if default_model.is_none_or(|model| models.contains(model)) {
        return Ok(());
    }
    let message = "Choose one of the provider's models, or none.";
    Err(Error::invalid("default_model", "unknown", message))
}

fn seal(key: &ServerKey, id: ModelProviderId, kind: Kind, url: &str, secret: &ApiKey) -> Result<Vec<u8>> {
    with_binding(id, kind, url, |binding| {
        key.seal(PURPOSE, binding, secret.0.expose().as_bytes())
    })
}

/// To what a key is bound: whose it is, and where it goes.
fn with_binding<T>(id: ModelProviderId, kind: Kind, url: &str, act: impl FnOnce(&[&[u8]]) -> T) -> T {
    let kind = Provider::from(kind).as_str();
    act(&[id.0.as_bytes(), kind.as_bytes(), url.as_bytes()])
}

fn name_taken(error: sqlx::Error, name: &str) -> Error {
    if broken(&error, "model_providers_name_key") {
        let message = format!("A model provider named {name} already exists. Choose another name.");
        return Error::conflict("name_taken", message);
    }
    error.into()
}
