//! What handlers take from a request: who calls, and bodies, paths and queries that say in the problem's own words
//! what is wrong with them.

use std::{fmt, marker::PhantomData};

use axum::{
    extract::{FromRequest, FromRequestParts, Request, rejection::JsonRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use axum_extra::extract::CookieJar;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{address::ClientAddress, error::Failure};
use crate::{
    accounts::{
        Caller, api_keys, bearer,
        sessions::{self, Origin},
    },
    app::App,
    error::Error,
};

/// The cookie of a session. With HTTPS it has the prefix that binds it to this host (RFC 6265bis, 4.1.3.2).
pub(super) fn session_cookie_name(https: bool) -> &'static str {
    if https {
        "__Host-glovebox_session"
    } else {
        "glovebox_session"
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        if let Some(caller) = parts.extensions.get::<Self>() {
            return Ok(caller.clone());
        }
        let caller = caller(&parts.headers, app).await?;
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}

/// Who sends a request with these headers. The header `Authorization` counts alone where it is there: a request that
/// names its own authority does not get that of a cookie, which browsers add by themselves.
pub(super) async fn caller(headers: &HeaderMap, app: &App) -> Result<Caller, Failure> {
    let now = app.clock.now();
    let found = if let Some(value) = headers.get(header::AUTHORIZATION) {
        let Some(token) = value.to_str().ok().and_then(bearer_token) else {
            return Err(unauthenticated(
                "The Authorization header is not valid. Send: Bearer, a space, and the token.",
            ));
        };
        let mut db = app.db.acquire().await?;
        if token.starts_with(api_keys::PREFIX) {
            api_keys::find(&mut db, now, token).await?
        } else {
            bearer::find(&mut db, now, &app.signing_key, issuer(app), token).await?
        }
    } else if let Some(token) = session_token(headers, app) {
        let mut db = app.db.acquire().await?;
        sessions::find(&mut db, now, &app.config.limits, &token).await?
    } else {
        return Err(unauthenticated("Log in, or send a token in the Authorization header."));
    };
    found.ok_or_else(|| unauthenticated("Your session or token has expired. Log in again."))
}

/// The token of the session's cookie, if there is one.
pub(super) fn session_token(headers: &HeaderMap, app: &App) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    let cookie = jar.get(session_cookie_name(app.config.https()))?;
    Some(cookie.value().to_owned())
}

/// By what name this server signs bearer tokens.
pub(super) fn issuer(app: &App) -> &str {
    app.config.public_url.as_str()
}

impl FromRequestParts<App> for Origin {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let user_agent = parts.headers.get(header::USER_AGENT);
        Ok(Self {
            user_agent: user_agent.map_or_else(String::new, |name| {
                String::from_utf8_lossy(name.as_bytes()).into_owned()
            }),
            address: ClientAddress::of(&app.config, &parts.headers, &parts.extensions)
                .0
                .to_string(),
        })
    }
}

fn bearer_token(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn unauthenticated(message: &str) -> Failure {
    Error::Unauthenticated(message.to_owned()).into()
}

/// A JSON body.
pub(super) struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        match axum::Json::<Body<T>>::from_request(request, app).await {
            Ok(axum::Json(Body(body))) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Error::invalid(
                "",
                "content_type",
                format!("Send JSON, with the header {}: application/json.", header::CONTENT_TYPE),
            )
            .into()),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Error::TooLarge("The body is larger than this endpoint takes.".to_owned()).into())
            }
            Err(rejection) => Err(Error::invalid("", "body", rejection.body_text()).into()),
        }
    }
}

/// A JSON object. What is derived takes an array for an object as well, whose fields come in order.
struct Body<T>(T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Body<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for ObjectVisitor<T> {
    type Value = Body<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Body)
    }
}

/// The parameters in the path. One that does not read names nothing that is there.
pub(super) struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, app).await;
        path.map(|path| Self(path.0))
            .map_err(|_| Error::Missing("resource: this ID is not valid").into())
    }
}

/// The parameters in the query.
pub(super) struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, app).await;
        query
            .map(|query| Self(query.0))
            .map_err(|rejection| Error::invalid("", "query", rejection.body_text()).into())
    }
}
