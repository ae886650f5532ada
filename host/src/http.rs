//! The HTTP face: `/api/v1`, its document, and what every answer has in common.
//!
//! A handler parses, begins a transaction, calls a product function and answers; it decides nothing. The list of
//! routes is the OpenAPI document, so a route cannot be there without its description.

mod accounts;
mod address;
mod api_keys;
mod cookies;
mod email_verifications;
mod error;
mod extract;
mod google;
mod files;
mod invitations;
mod members;
mod orgs;
mod page;
mod password_resets;
mod problems;
mod projects;
mod prompts;
mod sessions;
mod tokens;
mod uploads;

use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub use error::{Problem, ProblemField};

/// The document, but for the routes.
#[derive(OpenApi)]
#[openapi(info(
    title = "Glovebox",
    description = "Ask your CSV files in plain English; the answer's script runs in a hardened sandbox.",
))]
struct Document;

/// Every route of the API with its description.
fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(accounts::routes())
        .merge(email_verifications::routes())
        .merge(sessions::routes())
        .merge(tokens::routes())
        .merge(api_keys::routes())
        .merge(password_resets::routes())
        .merge(google::routes())
        .merge(orgs::routes())
        .merge(members::routes())
        .merge(invitations::routes())
        .merge(projects::routes())
        .merge(prompts::routes())
        .merge(files::routes())
        .merge(uploads::routes())
}

/// The OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

/// The server, ready to be served.
pub fn router(app: App) -> Router {
    let (router, _document) = routes().split_for_parts();
    router.with_state(app)
}
