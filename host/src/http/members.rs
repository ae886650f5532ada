//! `/api/v1/orgs/{org_id}/members`: who belongs to an organisation.

use axum::{
    extract::State,
    http::{StatusCode, Uri},
    response::Response,
};
use serde::Deserialize;
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
    ids::{OrgId, UserId},
    orgs::{
        Owned, Role, member_of,
        members::{self, Membership},
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(change_role, remove))
}

/// A member's new role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RoleBody {
    role: Role,
}

/// List the members of an organisation
///
/// All members, with name and address; newest accounts first.
#[utoipa::path(
    get,
    path = "/api/v1/orgs/{org_id}/members",
    tag = "members",
    operation_id = "list_members",
    params(("org_id" = OrgId, Path, description = "The organisation"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Membership>, headers(("Link" = String, description = "The next page"))),
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
    let found = members::list(&mut db, &member, page.after.map(UserId), page.limit + 1).await?;
    Ok(Page::new(found, &page, |member| member.user_id.0).answer(&uri))
}

/// Change a member's role
///
/// Requires the admin role or higher; only owners can add or remove owners. The last owner cannot be changed: 409
/// `last_owner`.
#[utoipa::path(
    patch,
    path = "/api/v1/orgs/{org_id}/members/{user_id}",
    tag = "members",
    operation_id = "update_member",
    params(
        ("org_id" = OrgId, Path, description = "The organisation"),
        ("user_id" = UserId, Path, description = "The member"),
    ),
    request_body = RoleBody,
    responses((status = OK, description = "The updated member", body = Membership), Forbidden, Conflict),
)]
async fn change_role(
    State(app): State<App>,
    caller: Caller,
    Path((org_id, user_id)): Path<(OrgId, UserId)>,
    Json(body): Json<RoleBody>,
) -> Result<axum::Json<Membership>> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Org(org_id)).await?;
    let changed = members::change_role(&mut tx, &member, user_id, body.role).await?;
    tx.commit().await?;
    Ok(axum::Json(changed))
}

/// Remove a member, or leave
///
/// Anybody may leave; admins and owners may remove others, and only owners may remove owners. The last owner cannot
/// leave: 409 `last_owner`.
#[utoipa::path(
    delete,
    path = "/api/v1/orgs/{org_id}/members/{user_id}",
    tag = "members",
    operation_id = "remove_member",
    params(
        ("org_id" = OrgId, Path, description = "The organisation"),
        ("user_id" = UserId, Path, description = "The member"),
    ),
    responses((status = NO_CONTENT, description = "Removed"), Forbidden, Conflict),
)]
async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path((org_id, user_id)): Path<(OrgId, UserId)>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Org(org_id)).await?;
    members::remove(&mut tx, &member, user_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
