//! The models that a server offers: those whose keys or addresses its settings have, and the rules that need none.
//!
//! Which address is asked is the settings' matter alone: people choose among names.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Model, Provider, Settings};
use crate::error::Error;

/// The name of the rules that answer without a model.
pub const OFFLINE: &str = "offline";

/// Characters of a model's name.
const NAME_MAX_CHARS: usize = 200;

/// The environment variables by which a provider is set up.
const VARIABLES: [&str; 10] = [
    "GLOVEBOX_MODEL_PROVIDER",
    "GLOVEBOX_MODEL_URL",
    "GLOVEBOX_MODEL_KEY",
    "GLOVEBOX_MODEL",
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_BASE_URL",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "GOOGLE_API_KEY",
    "GOOGLE_GEMINI_BASE_URL",
];

/// The requested model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// A provider that the server offers (`offline`, `anthropic`, `openai`, `gemini` or `compatible`), or the ID or name of
    /// one of the organisation's own.
    pub provider: String,
    /// The model's name at the provider; by default the server chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub model: Option<String>,
}

/// What the settings offer. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    variables: BTreeMap<&'static str, String>,
}

impl Catalog {
    /// What `env` has.
    ///
    /// # Errors
    /// Names the variable that is missing or wrong.
    pub fn read(env: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let set = VARIABLES.into_iter().filter_map(|name| Some((name, env(name)?)));
        let catalog = Self {
            variables: set.filter(|(_, value)| !value.is_empty()).collect(),
        };
        // A mistake is told at the start, and not to whoever asks first.
        if let Some(settings) = Settings::read(&|name| catalog.variable(name))? {
            Model::from_settings(settings)?;
        }
        Ok(catalog)
    }

    /// What there is to choose from, the server's own choice first.
    pub fn offers(&self) -> Vec<Choice> {
        let own = self.own();
        let others = [
            Provider::Anthropic,
            Provider::OpenAi,
            Provider::Gemini,
            Provider::Compatible,
        ];
        let others = others
            .into_iter()
            .filter_map(|provider| self.settings(provider.as_str(), None));
        let others = others.map(|settings| Choice {
            provider: settings.provider.as_str().to_owned(),
            model: Some(settings.model),
        });
        let offline = Choice {
            provider: OFFLINE.to_owned(),
            model: None,
        };
        let mut offers = vec![own.clone()];
        offers.extend(others.chain([offline]).filter(|offer| offer.provider != own.provider));
        offers
    }

    /// The model of `choice`, or the server's own; `None` for the rules.
    pub fn choose(&self, choice: Option<&Choice>) -> Result<Option<Model>, Error> {
        let Some(choice) = choice else {
            let settings = Settings::read(&|name| self.variable(name))?;
            return Ok(settings.map(Model::from_settings).transpose()?);
        };
        if choice.provider == OFFLINE {
            return Ok(None);
        }
        let offered = self.offers().iter().any(|offer| offer.provider == choice.provider);
        let settings = offered
            .then(|| self.settings(&choice.provider, choice.model.as_deref()))
            .flatten();
        let settings = settings.ok_or_else(|| {
            let offers: Vec<_> = self.offers().into_iter().map(|offer| offer.provider).collect();
            let message = format!("There is no such provider. Choose one of: {}.", offers.join(", "));
            Error::invalid("model", "unknown", message)
        })?;
        if settings.model.is_empty() || settings.model.chars().count() > NAME_MAX_CHARS {
            return Err(Error::invalid("model", "length", "This is not a valid model name."));
        }
        Ok(Some(Model::from_settings(settings)?))
    }

    fn own(&self) -> Choice {
        let settings = Settings::read(&|name| self.variable(name)).ok().flatten();
        settings.map_or_else(
            || Choice {
                provider: OFFLINE.to_owned(),
                model: None,
            },
            |settings| Choice {
                provider: settings.provider.as_str().to_owned(),
                model: Some(settings.model),
            },
        )
    }

    fn settings(&self, provider: &str, model: Option<&str>) -> Option<Settings> {
        let named = [
            Provider::Anthropic,
            Provider::OpenAi,
            Provider::Gemini,
            Provider::Compatible,
        ]
        .into_iter()
        .any(|known| known.as_str() == provider);
        let settings = named.then(|| Settings::choose(provider, model, &|name| self.variable(name)));
        settings?.ok().flatten()
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(variables: &[(&str, &str)]) -> Catalog {
        let find = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Catalog::read(&find).unwrap()
    }

    fn choice(provider: &str, model: Option<&str>) -> Choice {
        Choice {
            provider: provider.to_owned(),
            model: model.map(str::to_owned),
        }
    }

    #[test]
    fn without_settings_the_rules_answer() {
        let catalog = catalog(&[]);
        assert_eq!(catalog.offers(), [choice("offline", None)]);
        assert!(catalog.choose(None).unwrap().is_none());
    }

    #[test]
    fn whoever_has_a_key_is_offered_and_the_first_is_the_servers_choice() {
        let catalog = catalog(&[("OPENAI_API_KEY", "k"), ("GOOGLE_API_KEY", "k")]);
        let names: Vec<_> = catalog.offers().into_iter().map(|offer| offer.provider).collect();
        assert_eq!(names, ["openai", "gemini", "offline"]);
        assert_eq!(catalog.choose(None).unwrap().unwrap().provider(), Provider::OpenAi);
        let gemini = catalog
            .choose(Some(&choice("gemini", Some("gemini-x"))))
            .unwrap()
            .unwrap();
        assert_eq!((gemini.provider(), gemini.name()), (Provider::Gemini, "gemini-x"));
        assert!(catalog.choose(Some(&choice("offline", None))).unwrap().is_none());
    }

    #[test]
    fn nobody_chooses_an_address_or_what_is_not_offered() {
        let catalog = catalog(&[("OPENAI_API_KEY", "k")]);
        for provider in ["http://169.254.169.254/", "anthropic", "", "other"] {
            let error = catalog.choose(Some(&choice(provider, None))).unwrap_err().to_string();
            assert!(error.contains("openai, offline"), "{error}");
        }
    }
}
