//! What handlers take from a request: who calls, and bodies, paths and queries that say in the problem's own words
//! what is wrong with them.

use axum::{
    extract::{FromRequest, FromRequestParts, Request, rejection::JsonRejection},
    http::{StatusCode, header, request::Parts},
};
use axum_extra::extract::CookieJar;
use serde::de::DeserializeOwned;

use super::error::Failure;
use crate::{
    accounts::{Caller, sessions},
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
        let jar = CookieJar::from_headers(&parts.headers);
        if let Some(cookie) = jar.get(session_cookie_name(app.config.https())) {
            let mut db = app.db.acquire().await?;
            let found = sessions::find(&mut db, app.clock.now(), &app.config.limits, cookie.value()).await?;
            if let Some(caller) = found {
                return Ok(caller);
            }
        }
        Err(Error::Unauthenticated("Log in, or send a token in the header Authorization.".to_owned()).into())
    }
}

/// A JSON body.
pub(super) struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        match axum::Json::<T>::from_request(request, app).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
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

/// The parameters in the path. One that does not read names nothing that is there.
pub(super) struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, app).await;
        path.map(|path| Self(path.0))
            .map_err(|_| Error::Missing("thing: its id does not read").into())
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
