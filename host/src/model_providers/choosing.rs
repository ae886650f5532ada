//! Who answers a question: the rules, a model of the server, or one of the organisation's own.

use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ApiKey, Kind, ModelProvider, PURPOSE, ProviderDraft, find, with_binding};
use crate::{
    addresses::Addresses,
    config::SecretText,
    error::{Error, Result},
    ids::{ModelProviderId, UserId},
    llm::{Account, BaseUrl, Catalog, Choice, Model, OFFLINE, Patience, Settings},
    orgs::{Member, Role},
    secret::ServerKey,
};

/// A model that may be chosen.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OfferedModel {
    /// `offline`, a provider of the server, or the ID of one of the organisation's own.
    pub provider: String,
    /// The model's name at the provider; null for the rules.
    pub model: Option<String>,
    /// The name of the organisation's provider; null for the server's own.
    pub account: Option<String>,
}

/// Who is to answer.
#[derive(Clone, Debug)]
pub enum Chosen {
    Rules,
    /// One of the server's; `None` is the server's own choice.
    Server(Option<Choice>),
    Own {
        provider: Box<ModelProvider>,
        model: String,
    },
}

/// A model of an organisation, with what it takes to ask it.
#[derive(Clone, Debug)]
pub struct OwnModel {
    pub id: Uuid,
    pub name: String,
    pub kind: Kind,
    pub url: BaseUrl,
    pub key: Option<ApiKey>,
    pub model: String,
}

impl Chosen {
    /// As a turn keeps it, so that it stays the same until the turn begins.
    pub fn kept(&self) -> Option<Choice> {
        match self {
            Self::Rules => Some(Choice {
                provider: OFFLINE.to_owned(),
                model: None,
            }),
            Self::Server(choice) => choice.clone(),
            Self::Own { provider, model } => Some(Choice {
                provider: provider.id.to_string(),
                model: Some(model.clone()),
            }),
        }
    }

    /// Whether a model is asked, which may cost something.
    pub fn is_model(&self) -> bool {
        !matches!(self, Self::Rules)
    }
}

/// What `member` may choose from. What answers where nobody chooses comes first.
pub async fn offers(db: &mut PgConnection, catalog: &Catalog, member: &Member) -> Result<Vec<OfferedModel>> {
    let (mut first, mut own) = (Vec::new(), Vec::new());
    for provider in usable(db, member).await? {
        for model in &provider.models {
            let is_default = provider.default_model.as_ref() == Some(model);
            let place = if is_default { &mut first } else { &mut own };
            place.push(OfferedModel {
                provider: provider.id.to_string(),
                model: Some(model.clone()),
                account: Some(provider.name.clone()),
            });
        }
    }
    let mut server: Vec<_> = catalog
        .offers()
        .into_iter()
        .map(|Choice { provider, model }| OfferedModel {
            provider,
            model,
            account: None,
        })
        .collect();
    if first.is_empty() {
        first.push(server.remove(0));
    }
    first.extend(own);
    first.extend(server);
    Ok(first)
}

/// Who answers `member` by `choice`, or where nobody chose.
pub async fn choose(
    db: &mut PgConnection,
    catalog: &Catalog,
    member: &Member,
    choice: Option<&Choice>,
) -> Result<Chosen> {
    let Some(choice) = choice else {
        let mut usable = usable(db, member).await?.into_iter();
        let own = usable.find_map(|provider| Some((provider.default_model.clone()?, provider)));
        if let Some((model, provider)) = own {
            let provider = Box::new(provider);
            return Ok(Chosen::Own { provider, model });
        }
        return Ok(match catalog.choose(None)? {
            Some(_) => Chosen::Server(None),
            None => Chosen::Rules,
        });
    };
    if choice.provider == OFFLINE {
        return Ok(Chosen::Rules);
    }
    let own = if let Ok(id) = choice.provider.parse() {
        Some(find(db, member, ModelProviderId(id)).await?.ok_or_else(deleted)?)
    } else {
        let mut all = usable(db, member).await?.into_iter();
        all.find(|provider| provider.name == choice.provider)
    };
    if let Some(provider) = own {
        return own_model(member, provider, choice.model.as_deref());
    }
    catalog.choose(Some(choice))?;
    Ok(Chosen::Server(Some(choice.clone())))
}

/// What it takes to ask `model` of the provider.
pub async fn open(
    db: &mut PgConnection,
    key: &ServerKey,
    member: &Member,
    provider: &ModelProvider,
    model: &str,
) -> Result<OwnModel> {
    let sealed = sqlx::query_scalar!(
        "select key_sealed from model_providers where org_id = $1 and id = $2",
        member.org_id.0,
        provider.id.0
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(deleted)?;
    let unseal = |sealed: Vec<u8>| {
        let opened = with_binding(provider.id, provider.kind, &provider.url, |binding| {
            key.open(PURPOSE, binding, &sealed)
        });
        let text = opened.and_then(|bytes| String::from_utf8(bytes).ok());
        text.map(|text| ApiKey(SecretText::new(text))).ok_or_else(|| {
            let message = format!(
                "The stored key of {} cannot be decrypted, because SECRET_KEY or the provider has changed. An admin \
                 has to enter it again.",
                provider.name
            );
            Error::conflict("secret_unreadable", message)
        })
    };
    Ok(OwnModel {
        id: provider.id.0,
        name: provider.name.clone(),
        kind: provider.kind,
        url: BaseUrl::stored(&provider.url)?,
        key: sealed.map(unseal).transpose()?,
        model: model.to_owned(),
    })
}

impl ProviderDraft {
    /// Its first model, to be tried before anything is stored.
    pub fn first_model(self) -> OwnModel {
        OwnModel {
            id: Uuid::nil(),
            name: self.name.as_str().to_owned(),
            kind: self.kind,
            url: self.url,
            key: self.key,
            model: self.models.0.into_iter().next().unwrap_or_default(),
        }
    }
}

impl OwnModel {
    /// The model, whose host is resolved and checked now.
    pub async fn dial(self, addresses: &Addresses, patience: Option<Patience>) -> Result<Model> {
        let resolved = self.url.resolve(addresses).await?;
        let provider = self.kind.into();
        Ok(Model::from_settings(Settings {
            provider,
            model: self.model,
            url: self.url.as_url().clone(),
            key: self.key.map(|key| key.0),
            patience: patience.unwrap_or_else(|| Patience::for_provider(provider)),
            account: Some(Account {
                id: self.id,
                name: self.name,
                addresses: resolved,
            }),
        })?)
    }
}

/// The organisation's providers that `member` may use, by name.
async fn usable(db: &mut PgConnection, member: &Member) -> Result<Vec<ModelProvider>> {
    let providers = sqlx::query_as!(
        ModelProvider,
        r#"select id, org_id, name, kind as "kind: Kind", url, key_sealed is not null as "has_key!", models, default_model,
                  members_may_use, created_by as "created_by: UserId", created_at, updated_at
           from model_providers where org_id = $1 and (members_may_use or $2) order by lower(name)"#,
        member.org_id.0,
        member.role >= Role::Admin,
    )
    .fetch_all(db)
    .await?;
    Ok(providers)
}

fn own_model(member: &Member, provider: ModelProvider, model: Option<&str>) -> Result<Chosen> {
    if !provider.members_may_use && member.role < Role::Admin {
        let message = format!("Only admins may use {}. Choose another model.", provider.name);
        return Err(Error::invalid("model", "admins_only", message));
    }
    let model = match model {
        Some(model) => provider.models.iter().find(|known| *known == model).cloned(),
        None => provider
            .default_model
            .clone()
            .or_else(|| provider.models.first().cloned()),
    };
    let model = model.ok_or_else(|| {
        let message = format!("{} no longer offers this model. Choose another one.", provider.name);
        Error::invalid("model", "unknown", message)
    })?;
    let provider = Box::new(provider);
    Ok(Chosen::Own { provider, model })
}

fn deleted() -> Error {
    let message = "The chosen model is no longer available: its provider was deleted. Choose another model.";
    Error::invalid("model", "deleted", message)
}
