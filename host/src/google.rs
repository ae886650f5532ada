//! Google Sign-In: sends people to Google and reads who came back (OpenID Connect Core 1.0, the code flow with PKCE).
//!
//! An identity is what a signed token says whose issuer, audience, nonce, time and signature were all checked; the
//! token came straight from Google over TLS, for a code that only this server's secret and this sign-in's verifier
//! could trade in. Whom an identity lets in is not known here.

mod fetch;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError, TokenResponse,
    core::{
        CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm,
        CoreProviderMetadata,
    },
};
use tokio::sync::Mutex;
use url::Url;

use crate::{
    config::{SecretText, ServerConfig},
    error::{Error, Result},
    secret,
};

use fetch::{Fetch, is_private};

/// Where people come back to, after the server's public URL.
pub const CALLBACK_PATH: &str = "/auth/google/callback";

/// How long Google's addresses and keys are used before they are asked for again.
fn metadata_lasts() -> TimeDelta {
    TimeDelta::hours(1)
}

/// How old they are at least when a token with an unknown key makes them be asked for again: made-up tokens are no
/// reason to ask more often.
fn metadata_rests() -> TimeDelta {
    TimeDelta::minutes(1)
}

/// Whether people can sign in by Google. Cheap to clone.
#[derive(Clone)]
pub enum Google {
    Off,
    On(Arc<Provider>),
}

/// Google, or another provider that speaks OpenID Connect.
pub struct Provider {
    client_id: ClientId,
    client_secret: SecretText,
    issuer: IssuerUrl,
    come_back: RedirectUrl,
    fetch: Fetch,
    discovered: Mutex<Option<Discovered>>,
    /// How often nothing was discovered.
    failures: AtomicU64,
}

struct Discovered {
    metadata: Arc<CoreProviderMetadata>,
    at: DateTime<Utc>,
}

/// A sign-in that begins: the address to go to, and what has to be remembered until somebody comes back.
pub struct Start {
    pub url: Url,
    /// Comes back in the address; the browser shows by it that it is the one that left.
    pub state: String,
    /// Comes back in the token.
    pub nonce: String,
    /// Goes with the code (RFC 7636).
    pub pkce_verifier: String,
}

/// Somebody as Google knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Google's id of the person, which never changes and is never given to somebody else.
    pub subject: String,
    pub email: Option<String>,
    /// Whether Google made sure that the address is the person's.
    pub email_verified: bool,
    pub name: Option<String>,
}

impl Google {
    /// As the settings say; nothing is asked yet.
    pub fn open(config: &ServerConfig) -> anyhow::Result<Self> {
        let Some(google) = &config.google else {
            return Ok(Self::Off);
        };
        let issuer = Url::parse(&google.issuer)
            .ok()
            .filter(is_private)
            .with_context(|| format!("GOOGLE_ISSUER is {:?}; it has to start with https://", google.issuer))?;
        if issuer.query().is_some() || issuer.fragment().is_some() {
            bail!("GOOGLE_ISSUER is {issuer}; it has to be an address without ? and #");
        }
        let come_back = config.public_url.join(CALLBACK_PATH).context("GLOVEBOX_PUBLIC_URL")?;
        Ok(Self::On(Arc::new(Provider {
            client_id: ClientId::new(google.client_id.clone()),
            client_secret: google.client_secret.clone(),
            // As it was written: issuers are compared by letters (OpenID Connect Discovery 1.0, 4.3).
            issuer: IssuerUrl::new(google.issuer.clone()).context("GOOGLE_ISSUER")?,
            come_back: RedirectUrl::from_url(come_back),
            fetch: Fetch::new(config.limits.google_timeout_s)?,
            discovered: Mutex::new(None),
            failures: AtomicU64::new(0),
        })))
    }

    /// A sign-in for somebody who is about to go to Google.
    pub async fn start(&self, now: DateTime<Utc>) -> Result<Start> {
        self.on()?.start(now).await
    }

    /// Who came back with this code, from the sign-in with this nonce and verifier. What does not hold up is
    /// [`Error::Unauthenticated`]; the log says why.
    pub async fn finish(
        &self,
        now: DateTime<Utc>,
        code: String,
        nonce: &str,
        pkce_verifier: String,
    ) -> Result<Identity> {
        self.on()?.finish(now, code, nonce, pkce_verifier).await
    }

    /// Whether Google answers, where it is on.
    pub async fn check(&self, now: DateTime<Utc>) -> Result<()> {
        match self {
            Self::Off => Ok(()),
            Self::On(provider) => provider.metadata(now, TimeDelta::zero()).await.map(drop),
        }
    }

    /// Whether the server was set up with Google.
    pub const fn available(&self) -> bool {
        matches!(self, Self::On(_))
    }

    /// Stops whoever needs Google where it is off.
    pub fn needed(&self) -> Result<()> {
        self.on().map(drop)
    }

    fn on(&self) -> Result<&Provider> {
        match self {
            Self::On(provider) => Ok(provider),
            Self::Off => Err(Error::conflict(
                "google_off",
                "Google Sign-In is not set up on this server. Use your email address and password; the people who run \
                 the server can turn it on with GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET.",
            )),
        }
    }
}

impl Provider {
    async fn start(&self, now: DateTime<Utc>) -> Result<Start> {
        let metadata = self.metadata(now, metadata_lasts()).await?;
        let (state, nonce, pkce_verifier) = (secret::token()?, secret::token()?, secret::token()?);
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(pkce_verifier.clone()));
        let (to_state, to_nonce) = (CsrfToken::new(state.clone()), Nonce::new(nonce.clone()));
        let client = CoreClient::from_provider_metadata((*metadata).clone(), self.client_id.clone(), None)
            .set_redirect_uri(self.come_back.clone());
        let (url, _, _) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || to_state, || to_nonce)
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .add_prompt(CoreAuthPrompt::SelectAccount)
            .set_pkce_challenge(challenge)
            .url();
        if !is_private(&url) {
            return Err(unavailable(anyhow!("it sends people to {url}, which is not https")));
        }
        Ok(Start {
            url,
            state,
            nonce,
            pkce_verifier,
        })
    }

    async fn finish(&self, now: DateTime<Utc>, code: String, nonce: &str, pkce_verifier: String) -> Result<Identity> {
        let metadata = self.metadata(now, metadata_lasts()).await?;
        let token = self.trade_in(&metadata, code, pkce_verifier).await?;
        let nonce = Nonce::new(nonce.to_owned());
        let claims = match self.verify(&metadata, now, &token, &nonce) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                // Google may have changed its keys since they were asked for.
                let metadata = self.metadata(now, metadata_rests()).await?;
                self.verify(&metadata, now, &token, &nonce)
            }
            verified => verified,
        };
        let claims = claims.map_err(doubtful)?;
        let name = claims.name().and_then(|name| name.get(None));
        Ok(Identity {
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()),
            email_verified: claims.email_verified() == Some(true),
            name: name.map(|name| name.to_string()),
        })
    }

    /// The identity token for a code. The code is worth nothing afterwards.
    async fn trade_in(
        &self,
        metadata: &CoreProviderMetadata,
        code: String,
        pkce_verifier: String,
    ) -> Result<CoreIdToken> {
        let client = CoreClient::from_provider_metadata(
            metadata.clone(),
            self.client_id.clone(),
            Some(ClientSecret::new(self.client_secret.expose().to_owned())),
        )
        .set_redirect_uri(self.come_back.clone());
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(unavailable)?
            .set_pkce_verifier(PkceCodeVerifier::new(pkce_verifier))
            .request_async(&self.fetch)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(_) => doubtful(error),
                _ => unavailable(error),
            })?;
        let token = answer.id_token().cloned();
        token.ok_or_else(|| doubtful(anyhow!("there is no identity token in the answer")))
    }

    fn verify(
        &self,
        metadata: &CoreProviderMetadata,
        now: DateTime<Utc>,
        token: &CoreIdToken,
        nonce: &Nonce,
    ) -> std::result::Result<CoreIdTokenClaims, ClaimsVerificationError> {
        let client = CoreClient::from_provider_metadata(metadata.clone(), self.client_id.clone(), None);
        let verifier = client
            .id_token_verifier()
            // Never what the token itself or a secret that both sides know would do.
            .set_allowed_algs([CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256])
            .set_time_fn(|| now);
        token.claims(&verifier, nonce).cloned()
    }

    /// Google's addresses and keys, not older than `max_age`. Those who ask at the same moment wait for
    /// one answer, or for one failure.
    async fn metadata(&self, now: DateTime<Utc>, max_age: TimeDelta) -> Result<Arc<CoreProviderMetadata>> {
        let failures = self.failures.load(Ordering::Relaxed);
        let mut kept = self.discovered.lock().await;
        if let Some(discovered) = &*kept
            && now - discovered.at < max_age
        {
            return Ok(Arc::clone(&discovered.metadata));
        }
        if self.failures.load(Ordering::Relaxed) != failures {
            return Err(unavailable(anyhow!("it did not answer the one before")));
        }
        let discovered = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.fetch).await;
        let metadata = discovered.map_err(|error| {
            self.failures.fetch_add(1, Ordering::Relaxed);
            unavailable(error)
        })?;
        let metadata = Arc::new(metadata);
        *kept = Some(Discovered {
            metadata: Arc::clone(&metadata),
            at: now,
        });
        Ok(metadata)
    }
}

fn unavailable(why: impl Into<anyhow::Error>) -> Error {
    tracing::error!(
        error = format!("{:#}", why.into()),
        "Google does not answer as it should"
    );
    Error::Unavailable("Google does not answer. Try again in a moment, or log in with your password.".to_owned())
}

fn doubtful(why: impl Into<anyhow::Error>) -> Error {
    tracing::warn!(
        error = format!("{:#}", why.into()),
        "a Google sign-in could not be verified"
    );
    Error::Unauthenticated("Your Google sign-in could not be verified. Try to sign in again.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_reached_in_private_or_on_this_machine() {
        let check = |url: &str, expected: bool| {
            assert_eq!(is_private(&Url::parse(url).unwrap()), expected, "{url}");
        };
        check("https://accounts.google.com", true);
        check("http://accounts.google.com", false);
        check("http://127.0.0.1:4000", true);
        check("http://[::1]:4000", true);
        check("http://localhost:4000", true);
        check("http://localhost.example.com", false);
        check("http://127.0.0.1.example.com", false);
        check("http://127.0.0.1@example.com", false);
        check("ftp://localhost", false);
    }
}
