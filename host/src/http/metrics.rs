//! The listener that Prometheus asks, apart from the one for people.

use axum::{Router, http::header, routing::get};
use sqlx::PgPool;

use crate::metrics::Exporter;

/// `/metrics` and nothing else.
pub fn metrics_router(exporter: Exporter, pool: PgPool) -> Router {
    let render = async move || {
        let content_type = "text/plain; version=0.0.4; charset=utf-8";
        ([(header::CONTENT_TYPE, content_type)], exporter.render(&pool))
    };
    Router::new().route("/metrics", get(render))
}
