//! The HTTP face: `/api/v1`, its document, the browser app, and what every answer has in common.
//!
//! A handler parses, begins a transaction, calls a product function and answers; it decides nothing. The list of
//! routes is the OpenAPI document, so a route cannot be there without its description.

mod accounts;
mod address;
mod alerts;
mod api_keys;
mod channels;
mod conversations;
mod cookies;
mod cross_origin;
mod dashboards;
mod dialects;
mod docs;
mod documents;
mod email_verifications;
mod error;
mod extract;
mod files;
mod generated_files;
mod google;
mod health;
mod idempotency;
mod identity;
mod insights;
mod invitations;
mod layers;
mod legacy;
mod listen;
mod mcp;
mod members;
mod messages;
mod metrics;
mod model_providers;
mod openai;
mod orgs;
mod page;
mod password_resets;
mod problems;
mod projects;
mod prompts;
mod rate_limits;
mod reports;
mod request_log;
mod sessions;
mod shares;
mod sources;
mod suggestions;
mod tokens;
mod turns;
mod uploads;
mod web;
mod whole_tables;
mod workplace;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub use error::{Problem, ProblemField};
pub use listen::serve;
pub use metrics::metrics_router;

/// Every route of the API with its description, with the addresses of older systems or without.
fn routes(legacy_api: bool) -> OpenApiRouter<App> {
    let routes = OpenApiRouter::with_openapi(docs::document())
        .merge(orgs::routes())
        .merge(members::routes())
        .merge(invitations::routes())
        .merge(projects::routes())
        .merge(prompts::routes())
        .merge(accounts::routes())
        .merge(email_verifications::routes())
        .merge(sessions::routes())
        .merge(tokens::routes())
        .merge(api_keys::routes())
        .merge(password_resets::routes())
        .merge(google::routes())
        .merge(files::routes())
        .merge(uploads::routes())
        .merge(turns::routes())
        .merge(conversations::routes())
        .merge(messages::routes())
        .merge(whole_tables::routes())
        .merge(generated_files::routes())
        .merge(shares::routes())
        .merge(suggestions::routes())
        .merge(insights::routes())
        .merge(dashboards::routes())
        .merge(alerts::routes())
        .merge(reports::routes())
        .merge(channels::routes())
        .merge(sources::routes())
        .merge(model_providers::routes())
        .merge(openai::routes())
        .merge(health::routes());
    if legacy_api {
        routes.merge(legacy::routes())
    } else {
        routes
    }
}

/// The OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    docs::complete(routes(true).into_openapi())
}

/// The server, ready to be served.
pub fn router(app: App) -> Router {
    let (router, document) = routes(app.config.legacy_api).split_for_parts();
    let document = docs::complete(document);
    let router = web::with_missing(router.merge(docs::routes(&document)).merge(mcp::routes(&app)));
    layers::around(router, web::routes(), &app, docs::creations(&document)).with_state(app)
}
