//! `/api/v1/orgs/{org_id}/invitations` and `/api/v1/invitations/accept`: how people come into an organisation.

use axum::{
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    error::Result,
    extract::{Json, Path, Query},
    page::{Page, PageQuery},
    problems::{Conflict, Forbidden, Missing},
};
use crate::{
    accounts::{Caller, Email},
    app::App,
    ids::{InvitationId, OrgId, ProjectId},
    orgs::{
        Org, Owned, Role,
        invitations::{self, Invitation, InvitationContext, InvitationSeen},
        member_of,
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, invite))
        .routes(routes!(revoke))
        .routes(routes!(look))
        .routes(routes!(accept))
}

/// Who is invited, and in which role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InvitationBody {
    #[schema(format = "email", max_length = 254, example = "ada@example.com")]
    email: String,
    /// At most the inviter's own role.
    role: Role,
    /// The project in which the invited person starts; by default the first one.
    #[schema(value_type = Option<Uuid>)]
    project_id: Option<ProjectId>,
}

/// The token of the link in the email.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AcceptBody {
    token: String,
}

/// List the invitations of an organisation
///
/// Pending invitations, newest first. Requires the admin role or higher.
#[utoipa::path(
    get,
    path = "/api/v1/orgs/{org_id}/invitations",
    tag = "invitations",
    operation_id = "list_invitations",
    params(("org_id" = OrgId, Path, description = "The organisation"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Invitation>, headers(("Link" = String, description = "The next page"))),
        Forbidden,
    ),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(org_id): Path<OrgId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Org(org_id)).await?;
    let after = page.after.map(InvitationId);
    let found = invitations::list(&mut db, app.clock.now(), &member, after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |invitation| invitation.id.0).answer(&uri))
}

/// Invite somebody
///
/// Sends a link to the address. A pending invitation for the same address is replaced. Requires the admin role or
/// higher in a shared organisation (409 `personal_org` in a personal one); members cannot be invited again: 409
/// `already_member`.
#[utoipa::path(
    post,
    path = "/api/v1/orgs/{org_id}/invitations",
    tag = "invitations",
    operation_id = "create_invitation",
    params(("org_id" = OrgId, Path, description = "The organisation")),
    request_body = InvitationBody,
    responses(
        (
            status = CREATED,
            description = "The email is on its way",
            body = Invitation,
            headers(("Location" = String, description = "Where to revoke it")),
        ),
        Forbidden,
        Conflict,
    ),
)]
async fn invite(
    State(app): State<App>,
    caller: Caller,
    Path(org_id): Path<OrgId>,
    Json(body): Json<InvitationBody>,
) -> Result<Response> {
    let email = Email::parse("email", &body.email)?;
    let post = InvitationContext {
        now: app.clock.now(),
        limits: &app.config.limits,
        key: &app.signing_key,
        public_url: &app.config.public_url,
    };
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Org(org_id)).await?;
    let invitation = invitations::invite(&mut tx, post, &member, &email, body.role, body.project_id).await?;
    tx.commit().await?;
    let location = format!("/api/v1/orgs/{org_id}/invitations/{}", invitation.id);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        axum::Json(invitation),
    )
        .into_response())
}

/// Revoke an invitation
///
/// Its link stops working. Requires the admin role or higher.
#[utoipa::path(
    delete,
    path = "/api/v1/orgs/{org_id}/invitations/{invitation_id}",
    tag = "invitations",
    operation_id = "delete_invitation",
    params(
        ("org_id" = OrgId, Path, description = "The organisation"),
        ("invitation_id" = InvitationId, Path, description = "The invitation"),
    ),
    responses((status = NO_CONTENT, description = "Revoked"), Forbidden),
)]
async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path((org_id, invitation_id)): Path<(OrgId, InvitationId)>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Org(org_id)).await?;
    invitations::revoke(&mut tx, &member, invitation_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Get an invitation
///
/// With the token of the link in the email, before logging in: who invites whom, to what, in which role.
#[utoipa::path(
    post,
    path = "/api/v1/invitations/look",
    tag = "invitations",
    operation_id = "look_at_invitation",
    request_body = AcceptBody,
    responses((status = OK, description = "The invitation", body = InvitationSeen), Missing),
    security(()),
)]
async fn look(State(app): State<App>, Json(body): Json<AcceptBody>) -> Result<axum::Json<InvitationSeen>> {
    let mut db = app.db.acquire().await?;
    Ok(axum::Json(
        invitations::look(&mut db, app.clock.now(), &body.token).await?,
    ))
}

/// Accept an invitation
///
/// With the token of the link in the email, logged in with the invited address, which must be confirmed. It works once.
/// Existing members keep the higher role.
#[utoipa::path(
    post,
    path = "/api/v1/invitations/accept",
    tag = "invitations",
    operation_id = "accept_invitation",
    request_body = AcceptBody,
    responses((status = OK, description = "The organisation, and the role in it", body = Org), Forbidden, Missing),
)]
async fn accept(State(app): State<App>, caller: Caller, Json(body): Json<AcceptBody>) -> Result<axum::Json<Org>> {
    let mut tx = app.db.begin().await?;
    let org = invitations::accept(&mut tx, app.clock.now(), &caller, &body.token).await?;
    tx.commit().await?;
    Ok(axum::Json(org))
}
