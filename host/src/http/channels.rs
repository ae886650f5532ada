//! `/api/v1/orgs/{org_id}/channels` and `/api/v1/channels`.

use axum::{
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    error::Result,
    extract::{Json, Path, Query},
    page::{Page, PageQuery},
    problems::{Conflict, Forbidden},
};
use crate::{
    accounts::Caller,
    app::App,
    channels::{
        self, Channel, ChannelDraft, Kind,
        deliveries::{self, Delivery, Of},
    },
    ids::{ChannelId, DeliveryId, OrgId},
    orgs::{Owned, member_of},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(delete))
        .routes(routes!(test))
        .routes(routes!(deliveries))
}

/// A new channel.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewChannel {
    /// 1 to 100 characters in one line, unique among the organisation's channels.
    #[schema(min_length = 1, max_length = 100, example = "On call")]
    name: String,
    kind: Kind,
    /// An email address, or the URL of a webhook. It is not shown again.
    #[schema(max_length = 2_000, example = "ada@example.com")]
    address: String,
}

/// A newly created channel.
#[derive(Serialize, ToSchema)]
struct MadeChannel {
    #[serde(flatten)]
    channel: Channel,
    /// The key with which a webhook's receiver checks signatures (Standard Webhooks). It is shown only once; null for
    /// other kinds.
    secret: Option<String>,
}

/// List the channels of an organisation
///
/// Newest first, without their addresses and secrets.
#[utoipa::path(
    get,
    path = "/api/v1/orgs/{org_id}/channels",
    tag = "channels",
    operation_id = "list_channels",
    params(("org_id" = OrgId, Path, description = "The organisation"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Channel>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(org_id): Path<OrgId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<ChannelId>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Org(org_id)).await?;
    let found = channels::list(&mut db, &member, page.after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |channel| channel.id).answer(&uri))
}

/// Create a channel
///
/// The email address of a member of the organisation, or the URL of a webhook: your own, signed according to Standard Webhooks, Slack, or Microsoft
/// Teams. Hosts in private networks are refused. Requires the admin role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/orgs/{org_id}/channels",
    tag = "channels",
    operation_id = "create_channel",
    params(("org_id" = OrgId, Path, description = "The organisation")),
    request_body = NewChannel,
    responses(
        (status = CREATED, description = "Created", body = MadeChannel, headers(("Location" = String, description = "Its URL"))),
        Forbidden,
        Conflict,
    ),
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(org_id): Path<OrgId>,
    Json(body): Json<NewChannel>,
) -> Result<Response> {
    let draft = ChannelDraft::parse(&app.webhooks, &body.name, body.kind, &body.address)?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Org(org_id)).await?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let (channel, secret) = channels::create(&mut tx, now, limits, &app.signing_key, &member, &draft).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/channels/{}", channel.id))];
    Ok((
        StatusCode::CREATED,
        location,
        axum::Json(MadeChannel { channel, secret }),
    )
        .into_response())
}

/// Delete a channel
///
/// With the history of its messages. Requires the admin role or higher.
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{channel_id}",
    tag = "channels",
    operation_id = "delete_channel",
    params(("channel_id" = ChannelId, Path, description = "The channel")),
    responses((status = NO_CONTENT, description = "Deleted"), Forbidden),
)]
async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<ChannelId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Channel(id)).await?;
    channels::delete(&mut tx, &member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Test a channel
///
/// Sends an example, which takes a moment: the channel's deliveries show what the receiver answered. Requires the admin
/// role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/channels/{channel_id}/test",
    tag = "channels",
    operation_id = "test_channel",
    params(("channel_id" = ChannelId, Path, description = "The channel")),
    responses((status = ACCEPTED, description = "The test is being sent", body = Delivery), Forbidden),
)]
async fn test(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ChannelId>,
) -> Result<(StatusCode, axum::Json<Delivery>)> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Channel(id)).await?;
    let link = app.config.public_url.to_string();
    let delivery = deliveries::try_channel(&mut tx, app.clock.now(), &member, id, link).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, axum::Json(delivery)))
}

/// Messages sent to a channel
///
/// Newest first, with the receivers' answers.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{channel_id}/deliveries",
    tag = "channels",
    operation_id = "list_channel_deliveries",
    params(("channel_id" = ChannelId, Path, description = "The channel"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Delivery>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn deliveries(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ChannelId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<DeliveryId>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Channel(id)).await?;
    let found = deliveries::list(&mut db, &member, Of::Channel(id), page.after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |delivery| delivery.id).answer(&uri))
}
