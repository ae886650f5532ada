//! An OpenID provider on loopback in Google's place, strict about what it is asked and false when a test wants that.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock},
};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::TimeDelta;
use glovebox::{
    clock::Clock,
    config::{GoogleConfig, SecretText},
};
use openidconnect::{
    Audience, EmptyAdditionalClaims, EndUserEmail, EndUserName, IssuerUrl, JsonWebKeyId, Nonce, PrivateSigningKey,
    StandardClaims, SubjectIdentifier,
    core::{CoreHmacKey, CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey},
};
use rsa::pkcs1::{EncodeRsaPrivateKey, LineEnding};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const CLIENT_ID: &str = "glovebox.apps.example";
const CLIENT_SECRET: &str = "a secret that two share";

static PEMS: [OnceLock<String>; 3] = [const { OnceLock::new() }; 3];

/// What is wrong with what the provider says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    #[default]
    None,
    WrongNonce,
    NoNonce,
    WrongAudience,
    OneAudienceMore,
    WrongIssuer,
    Expired,
    /// Signed by a key that is not the provider's.
    ForeignKey,
    /// Signed by a key with an id that the provider does not have.
    UnknownKey,
    /// Signed with the client's secret instead of the provider's key.
    SharedSecret,
    Unsigned,
    NoToken,
    /// The person says no.
    Denied,
    /// The provider has a fault of its own.
    ServerError,
    /// The provider takes the code and never answers.
    Hangs,
    /// The answer to the code is a redirect elsewhere.
    Redirects,
    /// The answer to the code has no end.
    Endless,
}

/// Who sits at the browser, as the provider knows them.
#[derive(Clone, Debug)]
pub struct Person {
    pub subject: &'static str,
    pub email: &'static str,
    pub email_verified: bool,
    pub name: &'static str,
}

/// Somebody with a confirmed address.
pub const ADA: Person = Person {
    subject: "109876543210",
    email: "ada@example.com",
    email_verified: true,
    name: "Ada Lovelace",
};

#[derive(Clone)]
pub struct GoogleIssuer {
    pub url: String,
    state: Arc<Mutex<Provider>>,
}

struct Provider {
    clock: Clock,
    person: Person,
    fault: Fault,
    /// The id of the key; another one is another key.
    key_id: &'static str,
    codes: HashMap<String, Grant>,
}

struct Grant {
    redirect_uri: String,
    challenge: String,
    nonce: String,
}

impl GoogleIssuer {
    pub async fn start() -> Self {
        // Making keys takes longer than the server waits for an answer.
        let made = tokio::task::spawn_blocking(|| (0..PEMS.len()).for_each(|which| drop(key("", which))));
        made.await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            state: Arc::new(Mutex::new(Provider {
                clock: Clock::system(),
                person: ADA,
                fault: Fault::None,
                key_id: "first",
                codes: HashMap::new(),
            })),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/keys", get(keys))
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        issuer
    }

    pub fn config(&self) -> GoogleConfig {
        GoogleConfig {
            client_id: CLIENT_ID.to_owned(),
            client_secret: SecretText::new(CLIENT_SECRET),
            issuer: self.url.clone(),
        }
    }

    /// The provider tells the time by this clock.
    pub fn set_clock(&self, clock: Clock) {
        self.state.lock().unwrap().clock = clock;
    }

    pub fn set_person(&self, person: Person) {
        self.state.lock().unwrap().person = person;
    }

    pub fn set_fault(&self, fault: Fault) {
        self.state.lock().unwrap().fault = fault;
    }

    /// From now on another key signs.
    pub fn change_key(&self) {
        self.state.lock().unwrap().key_id = "second";
    }

    fn id_token(&self, provider: &Provider, nonce: &str) -> Option<String> {
        let (fault, person) = (provider.fault, &provider.person);
        let audiences = match fault {
            Fault::WrongAudience => vec!["somebody.else"],
            Fault::OneAudienceMore => vec![CLIENT_ID, "somebody.else"],
            _ => vec![CLIENT_ID],
        };
        let issuer = if fault == Fault::WrongIssuer {
            "https://accounts.google.com"
        } else {
            &self.url
        };
        let now = provider.clock.now();
        let lasts = if fault == Fault::Expired {
            TimeDelta::minutes(-1)
        } else {
            TimeDelta::hours(1)
        };
        let nonce = match fault {
            Fault::WrongNonce => Some("of another sign-in".to_owned()),
            Fault::NoNonce => None,
            _ => Some(nonce.to_owned()),
        };
        let said = StandardClaims::new(SubjectIdentifier::new(person.subject.to_owned()))
            .set_email(Some(EndUserEmail::new(person.email.to_owned())))
            .set_email_verified(Some(person.email_verified))
            .set_name(Some(EndUserName::new(person.name.to_owned()).into()));
        let claims = CoreIdTokenClaims::new(
            IssuerUrl::new(issuer.to_owned()).unwrap(),
            audiences
                .into_iter()
                .map(|audience| Audience::new(audience.to_owned()))
                .collect(),
            now + lasts,
            now,
            said,
            EmptyAdditionalClaims {},
        )
        .set_nonce(nonce.map(Nonce::new));
        let by_key = |key: &CoreRsaPrivateSigningKey| {
            let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
            CoreIdToken::new(claims.clone(), key, algorithm, None, None)
                .unwrap()
                .to_string()
        };
        Some(match fault {
            Fault::NoToken => return None,
            Fault::ForeignKey => by_key(&key(provider.key_id, 2)),
            Fault::UnknownKey => by_key(&key("unknown", 2)),
            Fault::SharedSecret => {
                let (key, algorithm) = (CoreHmacKey::new(CLIENT_SECRET), CoreJwsSigningAlgorithm::HmacSha256);
                CoreIdToken::new(claims, &key, algorithm, None, None)
                    .unwrap()
                    .to_string()
            }
            Fault::Unsigned => {
                let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
                let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims).unwrap());
                format!("{head}.{body}.")
            }
            _ => by_key(&provider_key(provider.key_id)),
        })
    }
}

async fn configuration(State(issuer): State<GoogleIssuer>) -> Json<Value> {
    let at = |path| format!("{}/{path}", issuer.url);
    Json(json!({
        "issuer": issuer.url,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "jwks_uri": at("keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // More than the server should take, so that it is the server that says no.
        "id_token_signing_alg_values_supported": ["RS256", "HS256"],
    }))
}

async fn keys(State(issuer): State<GoogleIssuer>) -> Json<Value> {
    let key = provider_key(issuer.state.lock().unwrap().key_id);
    Json(json!({ "keys": [key.as_verification_key()] }))
}

#[derive(Deserialize)]
struct Asked {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    scope: String,
    state: String,
    nonce: String,
    code_challenge: String,
    code_challenge_method: String,
}

/// Everybody agrees at once, unless the fault is that they do not.
async fn authorize(State(issuer): State<GoogleIssuer>, Query(asked): Query<Asked>) -> Response {
    assert_eq!(asked.response_type, "code");
    assert_eq!(asked.client_id, CLIENT_ID);
    assert_eq!(asked.code_challenge_method, "S256");
    let scopes: Vec<&str> = asked.scope.split(' ').collect();
    assert!(
        ["openid", "email", "profile"]
            .iter()
            .all(|scope| scopes.contains(scope)),
        "{scopes:?}"
    );

    let mut provider = issuer.state.lock().unwrap();
    let mut back = url::Url::parse(&asked.redirect_uri).unwrap();
    back.query_pairs_mut().append_pair("state", &asked.state);
    let (name, value) = match provider.fault {
        Fault::Denied => ("error", "access_denied".to_owned()),
        Fault::ServerError => ("error", "server_error".to_owned()),
        _ => {
            let code = format!("code-{}", provider.codes.len());
            let grant = Grant {
                redirect_uri: asked.redirect_uri,
                challenge: asked.code_challenge,
                nonce: asked.nonce,
            };
            provider.codes.insert(code.clone(), grant);
            ("code", code)
        }
    };
    back.query_pairs_mut().append_pair(name, &value);
    (StatusCode::FOUND, [(header::LOCATION, back.to_string())]).into_response()
}

async fn token(State(issuer): State<GoogleIssuer>, headers: HeaderMap, body: String) -> Response {
    let no = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let fault = issuer.state.lock().unwrap().fault;
    match fault {
        Fault::Hangs => std::future::pending().await,
        Fault::Redirects => {
            return (
                StatusCode::TEMPORARY_REDIRECT,
                [(header::LOCATION, format!("{}/keys", issuer.url))],
            )
                .into_response();
        }
        Fault::Endless => {
            let endless = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 1 << 16]));
            let head = [(header::CONTENT_TYPE, "application/json")];
            return (head, axum::body::Body::from_stream(endless)).into_response();
        }
        _ => {}
    }
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(CLIENT_ID), encoded(CLIENT_SECRET));
    let authorization = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap());
    if authorization != Some(&format!("Basic {}", STANDARD.encode(pair))) {
        return no("invalid_client");
    }
    let mut provider = issuer.state.lock().unwrap();
    let trade: HashMap<_, _> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    // A code is good for one try.
    let Some(grant) = provider.codes.remove(&trade["code"]) else {
        return no("invalid_grant");
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&trade["code_verifier"]));
    if trade["grant_type"] != "authorization_code"
        || trade["redirect_uri"] != grant.redirect_uri
        || challenge != grant.challenge
        || trade["code_verifier"].len() < 43
    {
        return no("invalid_grant");
    }
    let mut answer = json!({ "access_token": "unused", "token_type": "Bearer", "expires_in": 3600 });
    if let Some(token) = issuer.id_token(&provider, &grant.nonce) {
        answer["id_token"] = json!(token);
    }
    Json(answer).into_response()
}

fn provider_key(id: &'static str) -> CoreRsaPrivateSigningKey {
    key(id, usize::from(id == "second"))
}

/// One of three keys, under whichever id.
fn key(id: &str, which: usize) -> CoreRsaPrivateSigningKey {
    let pem = PEMS[which].get_or_init(|| {
        let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
        key.to_pkcs1_pem(LineEnding::LF).unwrap().to_string()
    });
    CoreRsaPrivateSigningKey::from_pem(pem, Some(JsonWebKeyId::new(id.to_owned()))).unwrap()
}
