//! The operations: who may, a request that goes well, and what can be wrong with it.

use glovebox::orgs::Role::{Admin, Member, Owner, Viewer};
use serde_json::json;

use super::{
    Flaw::{Body, Header, Query},
    Route,
    Who::{self, Anyone, User},
    call,
};
use crate::test_app::PASSWORD;

const BAD_PAGES: &[(super::Flaw, u16, &str)] = &[
    (Query("limit=0"), 422, "invalid"),
    (Query("limit=101"), 422, "invalid"),
    (Query("limit=many"), 422, "invalid"),
    (Query("cursor=nowhere"), 422, "invalid"),
];

const BAD_COUNTS: &[(super::Flaw, u16, &str)] = &[
    (Query("limit=0"), 422, "invalid"),
    (Query("limit=7"), 422, "invalid"),
    (Query("limit=many"), 422, "invalid"),
];

const BAD_WHOLE_TABLES: &[(super::Flaw, u16, &str)] = &[
    (Query("limit=0"), 422, "invalid"),
    (Query("limit=501"), 422, "invalid"),
    (Query("offset=-1"), 422, "invalid"),
    (Query("format=xlsx"), 422, "invalid"),
];

const BAD_NAMES: &[(super::Flaw, u16, &str)] = &[
    (Body(r#"{"name": ""}"#), 422, "invalid"),
    (Body(r#"{"name": " \t "}"#), 422, "invalid"),
    (Body(r#"{"name": 7}"#), 422, "invalid"),
    (Body(r#"{"name": "a\u0000b"}"#), 422, "invalid"),
];

const BAD_TITLES: &[(super::Flaw, u16, &str)] = &[
    (Body(r#"{"title": ""}"#), 422, "invalid"),
    (Body(r#"{"title": "a\nb"}"#), 422, "invalid"),
    (Body(r#"{"title": 7}"#), 422, "invalid"),
];

const BAD_ADDRESSES: &[(super::Flaw, u16, &str)] = &[
    (Body(r#"{"email": "nobody"}"#), 422, "invalid"),
    (Body(r#"{"email": ""}"#), 422, "invalid"),
];

const BAD_MODEL_PROVIDERS: &[(super::Flaw, u16, &str)] = &[
    (
        Body(r#"{"name": "a", "kind": "oracle", "url": "https://a.example", "models": ["a"]}"#),
        422,
        "invalid",
    ),
    (
        Body(r#"{"name": "a", "kind": "openai", "url": "https://169.254.169.254", "models": ["a"]}"#),
        422,
        "invalid",
    ),
    (
        Body(r#"{"name": "openai", "kind": "openai", "url": "https://a.example", "models": ["a"]}"#),
        422,
        "invalid",
    ),
    (
        Body(r#"{"name": "a", "kind": "openai", "url": "https://a.example", "models": []}"#),
        422,
        "invalid",
    ),
];

const BAD_SOURCES: &[(super::Flaw, u16, &str)] = &[
    (
        Body(r#"{"name": "a", "engine": "oracle", "host": "a", "database": "a", "user": "a", "password": "a"}"#),
        422,
        "invalid",
    ),
    (
        Body(r#"{"name": "a", "engine": "mysql", "host": "a/b", "database": "a", "user": "a", "password": "a"}"#),
        422,
        "invalid",
    ),
    (
        Body(
            r#"{"name": "a", "engine": "mysql", "host": "a", "port": 0, "database": "a", "user": "a", "password": "a"}"#,
        ),
        422,
        "invalid",
    ),
    (
        Body(r#"{"name": "a", "engine": "mysql", "host": "a", "database": "", "user": "a", "password": "a"}"#),
        422,
        "invalid",
    ),
    (
        Body(r#"{"name": "a", "engine": "mysql", "host": "a", "database": "a", "user": "a"}"#),
        422,
        "invalid",
    ),
];

const BAD_TUS: &[(super::Flaw, u16, &str)] = &[(Header("tus-resumable", "0.2.2"), 412, "tus_version")];

const VIEWER: Who = Who::Role(Viewer);
const MEMBER: Who = Who::Role(Member);
const ADMIN: Who = Who::Role(Admin);
const OWNER: Who = Who::Role(Owner);

macro_rules! route {
    ($method:ident $path:literal, $who:expr, $success:literal, |$world:ident| $call:expr, $bad:expr) => {
        Route {
            method: stringify!($method),
            path: $path,
            who: $who,
            success: $success,
            prepare: |$world| Box::pin(async move { $call }),
            bad: $bad,
        }
    };
}

pub(super) const ROUTES: &[Route] = &[
    // Accounts.
    route!(POST "/api/v1/accounts", Anyone, 202, |w| {
        call("/api/v1/accounts").json(json!({"email": w.address(), "password": PASSWORD, "name": "Ada"}))
    }, &[
        (Body(r#"{"email": "nobody", "password": "correct horse 7 battery"}"#), 422, "invalid"),
        (Body(r#"{"email": "a@example.com", "password": "short7"}"#), 422, "invalid"),
        (Body(r#"{"email": "a@example.com", "password": "password1"}"#), 422, "invalid"),
        (Body(r#"{"email": "a@example.com"}"#), 422, "invalid"),
    ]),
    route!(GET "/api/v1/account", User, 200, |w| call("/api/v1/account").by(w.user().await), &[]),
    route!(PATCH "/api/v1/account", User, 200, |w| {
        call("/api/v1/account").by(w.user().await).json(json!({"name": "Grace"}))
    }, &[(Body(r#"{"name": 7}"#), 422, "invalid")]),
    route!(DELETE "/api/v1/account", User, 204, |w| {
        call("/api/v1/account").by(w.user().await).json(json!({"password": PASSWORD}))
    }, &[(Body(r#"{"password": "wrong"}"#), 422, "invalid")]),
    route!(PUT "/api/v1/account/password", User, 204, |w| {
        let body = json!({"current_password": PASSWORD, "password": "another horse 8 battery"});
        call("/api/v1/account/password").by(w.user().await).json(body)
    }, &[
        (Body(r#"{"current_password": "wrong", "password": "another horse 8 battery"}"#), 422, "invalid"),
        (Body(r#"{"current_password": "correct horse 7 battery", "password": "short7"}"#), 422, "invalid"),
    ]),
    route!(PUT "/api/v1/account/email", User, 202, |w| {
        call("/api/v1/account/email").by(w.user().await).json(json!({"email": w.address(), "password": PASSWORD}))
    }, &[
        (Body(r#"{"email": "nobody", "password": "correct horse 7 battery"}"#), 422, "invalid"),
        (Body(r#"{"email": "a@example.com", "password": "wrong"}"#), 422, "invalid"),
    ]),
    route!(POST "/api/v1/email-verifications", Anyone, 202, |w| {
        call("/api/v1/email-verifications").json(json!({"email": w.address()}))
    }, BAD_ADDRESSES),
    route!(POST "/api/v1/email-verifications/confirm", Anyone, 204, |w| {
        let address = w.address();
        let body = json!({"email": address, "password": PASSWORD});
        w.app.anonymous().post("/api/v1/accounts", body).await.expect(202);
        call("/api/v1/email-verifications/confirm").json(json!({"token": w.app.mail(&address).await.token()}))
    }, &[(Body(r#"{"token": "wrong"}"#), 422, "invalid")]),
    route!(POST "/api/v1/password-resets", Anyone, 202, |w| {
        call("/api/v1/password-resets").json(json!({"email": w.address()}))
    }, BAD_ADDRESSES),
    route!(POST "/api/v1/password-resets/{password_reset_id}/confirm", Anyone, 204, |w| {
        let address = w.address();
        w.app.user(&address).await;
        let reset = w.app.anonymous().post("/api/v1/password-resets", json!({"email": address})).await.expect(202);
        let body = json!({"code": w.app.mail(&address).await.code(), "password": "another horse 8 battery"});
        call(format!("/api/v1/password-resets/{}/confirm", reset["id"].as_str().unwrap())).json(body)
    }, &[
        (Body(r#"{"code": "12345", "password": "another horse 8 battery"}"#), 422, "invalid"),
        (Body(r#"{"code": "123456", "password": "short7"}"#), 422, "invalid"),
    ]),
    // Sessions, tokens and keys.
    route!(POST "/api/v1/sessions", Anyone, 201, |w| {
        let address = w.address();
        w.app.user(&address).await;
        call("/api/v1/sessions").json(json!({"email": address, "password": PASSWORD, "remember": true}))
    }, &[
        (Body(r#"{"email": "a@example.com", "password": "wrong"}"#), 401, "unauthenticated"),
        (Body(r#"{"email": "a@example.com"}"#), 422, "invalid"),
    ]),
    route!(GET "/api/v1/sessions", User, 200, |w| call("/api/v1/sessions").by(w.user().await), BAD_PAGES),
    route!(DELETE "/api/v1/sessions", User, 204, |w| call("/api/v1/sessions").by(w.user().await), &[]),
    route!(DELETE "/api/v1/sessions/current", User, 204, |w| call("/api/v1/sessions/current").by(w.user().await), &[]),
    route!(DELETE "/api/v1/sessions/{session_id}", User, 204, |w| {
        let user = w.user().await;
        let sessions = user.get("/api/v1/sessions").await.expect(200);
        call(format!("/api/v1/sessions/{}", sessions["items"][0]["id"].as_str().unwrap())).by(user)
    }, &[]),
    route!(POST "/api/v1/tokens", Anyone, 200, |w| {
        let address = w.address();
        w.app.user(&address).await;
        call("/api/v1/tokens").json(json!({"email": address, "password": PASSWORD}))
    }, &[(Body(r#"{"email": "a@example.com", "password": "wrong"}"#), 401, "unauthenticated")]),
    route!(GET "/api/v1/api-keys", User, 200, |w| call("/api/v1/api-keys").by(w.user().await), BAD_PAGES),
    route!(POST "/api/v1/api-keys", User, 201, |w| {
        call("/api/v1/api-keys").by(w.user().await).json(json!({"name": "laptop"}))
    }, BAD_NAMES),
    route!(DELETE "/api/v1/api-keys/{api_key_id}", User, 204, |w| {
        let user = w.user().await;
        let key = user.post("/api/v1/api-keys", json!({"name": "laptop"})).await.expect(201);
        call(format!("/api/v1/api-keys/{}", key["id"].as_str().unwrap())).by(user)
    }, &[]),
    // Google.
    route!(GET "/api/v1/google", Anyone, 200, |_w| call("/api/v1/google"), &[]),
    route!(GET "/api/v1/google/login", Anyone, 303, |_w| call("/api/v1/google/login"), &[
        (Query("return_to=//evil.example"), 422, "invalid"),
    ]),
    route!(GET "/auth/google/callback", Anyone, 303, |_w| call("/auth/google/callback?state=a&code=b"), &[]),
    route!(POST "/api/v1/account/google", User, 200, |w| {
        call("/api/v1/account/google").by(w.user().await).json(json!({"password": PASSWORD, "return_to": "/account"}))
    }, &[
        (Body(r#"{"password": "wrong"}"#), 422, "invalid"),
        (Body(r#"{"password": "correct horse 7 battery", "return_to": "https://evil.example"}"#), 422, "invalid"),
    ]),
    route!(DELETE "/api/v1/account/google", User, 204, |w| {
        let user = w.user().await;
        let update = sqlx::query("update users set google_subject = $1 where id = $2");
        update.bind(w.name()).bind(user.user.unwrap().0).execute(&w.app.app.db).await.unwrap();
        call("/api/v1/account/google").by(user)
    }, &[]),
    // Organisations.
    route!(GET "/api/v1/orgs", User, 200, |w| call("/api/v1/orgs").by(w.user().await), BAD_PAGES),
    route!(POST "/api/v1/orgs", User, 201, |w| {
        call("/api/v1/orgs").by(w.user().await).json(json!({"name": w.name()}))
    }, BAD_NAMES),
    route!(GET "/api/v1/orgs/{org_id}", VIEWER, 200, |w| call(&w.org), &[]),
    route!(PATCH "/api/v1/orgs/{org_id}", ADMIN, 200, |w| call(&w.org).json(json!({"name": w.name()})), BAD_NAMES),
    route!(DELETE "/api/v1/orgs/{org_id}", OWNER, 204, |w| call(w.an_org().await), &[]),
    route!(GET "/api/v1/orgs/{org_id}/usage", VIEWER, 200, |w| call(format!("{}/usage", w.org)), &[]),
    route!(GET "/api/v1/orgs/{org_id}/members", VIEWER, 200, |w| call(format!("{}/members", w.org)), BAD_PAGES),
    route!(PATCH "/api/v1/orgs/{org_id}/members/{user_id}", ADMIN, 200, |w| {
        call(w.a_member().await).json(json!({"role": "viewer"}))
    }, &[(Body(r#"{"role": "king"}"#), 422, "invalid")]),
    route!(DELETE "/api/v1/orgs/{org_id}/members/{user_id}", ADMIN, 204, |w| call(w.a_member().await), &[]),
    route!(GET "/api/v1/orgs/{org_id}/invitations", ADMIN, 200, |w| call(format!("{}/invitations", w.org)), BAD_PAGES),
    route!(POST "/api/v1/orgs/{org_id}/invitations", ADMIN, 201, |w| {
        call(format!("{}/invitations", w.org)).json(json!({"email": w.address(), "role": "viewer"}))
    }, &[
        (Body(r#"{"email": "nobody", "role": "viewer"}"#), 422, "invalid"),
        (Body(r#"{"email": "a@example.com", "role": "king"}"#), 422, "invalid"),
    ]),
    route!(DELETE "/api/v1/orgs/{org_id}/invitations/{invitation_id}", ADMIN, 204, |w| {
        let path = format!("{}/invitations", w.org);
        let id = w.create(path.clone(), json!({"email": w.address(), "role": "viewer"})).await;
        call(format!("{path}/{id}"))
    }, &[]),
    route!(POST "/api/v1/invitations/look", Anyone, 200, |w| {
        let address = w.address();
        w.create(format!("{}/invitations", w.org), json!({"email": address, "role": "viewer"})).await;
        call("/api/v1/invitations/look").json(json!({"token": w.app.mail(&address).await.token()}))
    }, &[(Body(r#"{"token": 7}"#), 422, "invalid")]),
    route!(POST "/api/v1/invitations/accept", User, 200, |w| {
        let address = w.address();
        let user = w.app.user(&address).await;
        w.create(format!("{}/invitations", w.org), json!({"email": address, "role": "viewer"})).await;
        call("/api/v1/invitations/accept").by(user).json(json!({"token": w.app.mail(&address).await.token()}))
    }, &[(Body(r#"{"token": "wrong"}"#), 404, "not_found")]),
    // Projects and prompts.
    route!(GET "/api/v1/orgs/{org_id}/projects", VIEWER, 200, |w| call(format!("{}/projects", w.org)), BAD_PAGES),
    route!(POST "/api/v1/orgs/{org_id}/projects", MEMBER, 201, |w| {
        call(format!("{}/projects", w.org)).json(json!({"name": w.name(), "description": "Of last year"}))
    }, BAD_NAMES),
    route!(GET "/api/v1/projects/{project_id}", VIEWER, 200, |w| call(&w.project), &[]),
    route!(PATCH "/api/v1/projects/{project_id}", MEMBER, 200, |w| {
        call(w.a_project().await).json(json!({"name": w.name()}))
    }, BAD_NAMES),
    route!(DELETE "/api/v1/projects/{project_id}", MEMBER, 204, |w| call(w.a_project().await), &[]),
    route!(GET "/api/v1/projects/{project_id}/prompts", VIEWER, 200, |w| call(format!("{}/prompts", w.project)), BAD_PAGES),
    route!(POST "/api/v1/projects/{project_id}/prompts", MEMBER, 201, |w| {
        let body = json!({"name": w.name(), "text": "Answer in pounds.", "enabled": true});
        call(format!("{}/prompts", w.a_project().await)).json(body)
    }, &[(Body(r#"{"name": "", "text": "x"}"#), 422, "invalid"), (Body(r#"{"name": "x"}"#), 422, "invalid")]),
    route!(PUT "/api/v1/projects/{project_id}/prompts/order", MEMBER, 204, |w| {
        let project = w.a_project().await;
        let (one, other) = (w.a_prompt(&project).await, w.a_prompt(&project).await);
        call(format!("{project}/prompts/order")).json(json!({"prompt_ids": [other, one]}))
    }, &[(Body(r#"{"prompt_ids": ["one"]}"#), 422, "invalid")]),
    route!(PATCH "/api/v1/prompts/{prompt_id}", MEMBER, 200, |w| {
        let prompt = w.a_prompt(&w.a_project().await).await;
        call(format!("/api/v1/prompts/{prompt}")).json(json!({"enabled": false}))
    }, BAD_NAMES),
    route!(DELETE "/api/v1/prompts/{prompt_id}", MEMBER, 204, |w| {
        call(format!("/api/v1/prompts/{}", w.a_prompt(&w.a_project().await).await))
    }, &[]),
    // Files.
    route!(GET "/api/v1/projects/{project_id}/files", VIEWER, 200, |w| call(format!("{}/files", w.project)), BAD_PAGES),
    route!(POST "/api/v1/projects/{project_id}/files", MEMBER, 201, |w| w.an_upload_of_a_form(), &[
        (Body("{}"), 422, "invalid"),
    ]),
    route!(GET "/api/v1/files/{file_id}", VIEWER, 200, |w| call(&w.table), &[]),
    route!(PATCH "/api/v1/files/{file_id}", MEMBER, 200, |w| {
        call(w.a_file().await).json(json!({"name": format!("{}.csv", w.name())}))
    }, BAD_NAMES),
    route!(DELETE "/api/v1/files/{file_id}", MEMBER, 204, |w| call(w.a_file().await), &[]),
    route!(POST "/api/v1/files/{file_id}/restore", MEMBER, 200, |w| {
        let file = w.a_file().await;
        w.as_role(Owner).delete(&file).await.expect(204);
        call(format!("{file}/restore"))
    }, &[]),
    route!(PUT "/api/v1/files/{file_id}/reading", MEMBER, 200, |w| {
        call(format!("{}/reading", w.a_file().await)).json(json!({"decimal": ",", "columns": {"a": "text"}}))
    }, &[
        (Body(r#"{"skip_rows": 201}"#), 422, "invalid"),
        (Body(r#"{"decimal": ";"}"#), 422, "invalid"),
        (Body(r#"{"unknown": 1}"#), 422, "invalid"),
    ]),
    route!(GET "/api/v1/files/{file_id}/versions", VIEWER, 200, |w| call(format!("{}/versions", w.table)), &[]),
    route!(GET "/api/v1/files/{file_id}/content", VIEWER, 200, |w| call(format!("{}/content", w.table)), &[
        (Query("version=0"), 404, "not_found"),
        (Query("version=one"), 422, "invalid"),
        (Header("range", "bytes=1000-2000"), 416, "range"),
    ]),
    route!(GET "/api/v1/files/{file_id}/rows", VIEWER, 200, |w| call(format!("{}/rows", w.table)), &[
        (Query("limit=0"), 422, "invalid"),
        (Query("limit=501"), 422, "invalid"),
        (Query("offset=-1"), 422, "invalid"),
        (Query("version=99"), 404, "not_found"),
    ]),
    route!(GET "/api/v1/files/{file_id}/profile", VIEWER, 200, |w| call(format!("{}/profile", w.table)), &[
        (Query("version=99"), 404, "not_found"),
    ]),
    route!(GET "/api/v1/files/{file_id}/insights", VIEWER, 200, |w| {
        w.an_insight().await;
        call(format!("/api/v1/files/{}/insights", w.sales))
    }, &[]),
    // Resumable uploads.
    route!(OPTIONS "/api/v1/projects/{project_id}/uploads", VIEWER, 204, |w| call(format!("{}/uploads", w.project)), &[]),
    route!(POST "/api/v1/projects/{project_id}/uploads", MEMBER, 201, |w| {
        call(format!("{}/uploads", w.project)).tus().upload(&w.name())
    }, &[
        (Header("tus-resumable", "0.2.2"), 412, "tus_version"),
        (Header("upload-length", "many"), 422, "invalid"),
        (Header("upload-metadata", "filename ***"), 422, "invalid"),
    ]),
    route!(HEAD "/api/v1/uploads/{upload_id}", VIEWER, 200, |w| call(w.an_upload().await).tus(), BAD_TUS),
    route!(PATCH "/api/v1/uploads/{upload_id}", MEMBER, 204, |w| {
        let part = call(w.an_upload().await).tus().header("upload-offset", "0");
        part.bytes(b"city\nBonn\n".to_vec(), "application/offset+octet-stream")
    }, &[
        (Header("upload-offset", "5"), 409, "offset_mismatch"),
        (Header("upload-offset", "-5"), 422, "invalid"),
        (Header("tus-resumable", "0.2.2"), 412, "tus_version"),
        (Body("city"), 415, "content_type"),
    ]),
    route!(DELETE "/api/v1/uploads/{upload_id}", MEMBER, 204, |w| call(w.an_upload().await).tus(), BAD_TUS),
    // Conversations.
    route!(GET "/api/v1/projects/{project_id}/conversations", VIEWER, 200, |w| {
        call(format!("{}/conversations", w.project))
    }, &[
        (Query("limit=0"), 422, "invalid"),
        (Query("limit=101"), 422, "invalid"),
        (Query("cursor=nowhere"), 422, "invalid"),
        (Query("archived=perhaps"), 422, "invalid"),
        (Query("search=a%00b"), 422, "invalid"),
    ]),
    route!(POST "/api/v1/projects/{project_id}/conversations", MEMBER, 201, |w| {
        call(format!("{}/conversations", w.project)).json(json!({"title": w.name()}))
    }, BAD_TITLES),
    route!(POST "/api/v1/projects/{project_id}/conversations/import", MEMBER, 201, |w| {
        let export = w.as_role(Owner).get(&format!("{}/export", w.a_conversation().await.0)).await.expect(200);
        call(format!("{}/conversations/import", w.project)).json(export)
    }, &[(Body(r#"{"format": "glovebox.conversation", "version": 1}"#), 422, "invalid")]),
    route!(GET "/api/v1/projects/{project_id}/suggestions", VIEWER, 200, |w| {
        call(format!("{}/suggestions", w.project))
    }, BAD_COUNTS),
    route!(GET "/api/v1/conversations/{conversation_id}/suggestions", VIEWER, 200, |w| {
        call(format!("{}/suggestions", w.a_conversation().await.0))
    }, BAD_COUNTS),
    route!(GET "/api/v1/conversations/{conversation_id}", VIEWER, 200, |w| call(w.a_conversation().await.0), &[]),
    route!(PATCH "/api/v1/conversations/{conversation_id}", MEMBER, 200, |w| {
        call(w.a_conversation().await.0).json(json!({"title": w.name(), "archived": true}))
    }, BAD_TITLES),
    route!(DELETE "/api/v1/conversations/{conversation_id}", MEMBER, 204, |w| call(w.a_conversation().await.0), &[]),
    route!(GET "/api/v1/conversations/{conversation_id}/export", VIEWER, 200, |w| {
        call(format!("{}/export", w.a_conversation().await.0))
    }, &[(Query("format=docx"), 422, "invalid")]),
    route!(GET "/api/v1/conversations/{conversation_id}/messages", VIEWER, 200, |w| {
        call(format!("{}/messages", w.a_conversation().await.0))
    }, BAD_PAGES),
    // Turns.
    route!(GET "/api/v1/models", User, 200, |w| call("/api/v1/models").by(w.user().await), &[]),
    route!(POST "/api/v1/conversations/{conversation_id}/messages", MEMBER, 201, |w| {
        call(format!("{}/messages", w.a_conversation().await.0)).json(json!({"text": "How many rows?"}))
    }, &[
        (Body(r#"{"text": ""}"#), 422, "invalid"),
        (Body(r#"{"text": "x", "file_ids": ["one"]}"#), 422, "invalid"),
        (Body(r#"{"text": "x", "model": {"provider": "nobody"}}"#), 422, "invalid"),
    ]),
    route!(GET "/api/v1/messages/{message_id}/stream", VIEWER, 200, |w| {
        call(format!("{}/stream", w.a_stopped_answer().await))
    }, &[(Query("after=-1"), 422, "invalid"), (Header("last-event-id", "last"), 422, "invalid")]),
    route!(POST "/api/v1/messages/{message_id}/stop", MEMBER, 200, |w| {
        call(format!("{}/stop", w.a_stopped_answer().await))
    }, &[]),
    route!(POST "/api/v1/messages/{message_id}/retry", MEMBER, 201, |w| {
        call(format!("{}/retry", w.a_stopped_answer().await)).json(json!({}))
    }, &[(Body(r#"{"model": {"provider": "nobody"}}"#), 422, "invalid")]),
    route!(GET "/api/v1/messages/{message_id}", VIEWER, 200, |w| {
        call(format!("/api/v1/messages/{}", w.a_conversation().await.1.question))
    }, &[]),
    route!(PUT "/api/v1/messages/{message_id}/feedback", MEMBER, 200, |w| {
        let answer = w.a_conversation().await.1.answer;
        call(format!("/api/v1/messages/{answer}/feedback")).json(json!({"value": "up", "text": "Thanks"}))
    }, &[
        (Body(r#"{"value": "sideways"}"#), 422, "invalid"),
        (Body(r#"{"value": "up", "text": "a\u0000b"}"#), 422, "invalid"),
    ]),
    route!(PUT "/api/v1/messages/{message_id}/pin", MEMBER, 200, |w| {
        call(format!("/api/v1/messages/{}/pin", w.a_conversation().await.1.answer))
    }, &[]),
    route!(DELETE "/api/v1/messages/{message_id}/pin", MEMBER, 204, |w| {
        call(format!("/api/v1/messages/{}/pin", w.a_conversation().await.1.answer))
    }, &[]),
    route!(GET "/api/v1/messages/{message_id}/runs/{run_id}/tables/{number}", VIEWER, 200, |w| {
        call(format!("/api/v1/messages/{}/runs/1/tables/0", w.a_table_answer().await))
    }, BAD_WHOLE_TABLES),
    route!(GET "/api/v1/conversations/{conversation_id}/files", VIEWER, 200, |w| {
        call(format!("{}/files", w.a_conversation().await.0))
    }, BAD_PAGES),
    route!(GET "/api/v1/generated-files/{generated_file_id}", VIEWER, 200, |w| {
        call(format!("/api/v1/generated-files/{}", w.a_generated_file().await))
    }, &[]),
    route!(DELETE "/api/v1/generated-files/{generated_file_id}", MEMBER, 204, |w| {
        call(format!("/api/v1/generated-files/{}", w.a_generated_file().await))
    }, &[]),
    route!(GET "/api/v1/generated-files/{generated_file_id}/content", VIEWER, 200, |w| {
        call(format!("/api/v1/generated-files/{}/content", w.a_generated_file().await))
    }, &[(Header("range", "bytes=1000-2000"), 416, "range")]),
    route!(GET "/api/v1/generated-files/{generated_file_id}/rows", VIEWER, 200, |w| {
        call(format!("/api/v1/generated-files/{}/rows", w.a_generated_file().await))
    }, &[
        (Query("limit=0"), 422, "invalid"),
        (Query("limit=501"), 422, "invalid"),
        (Query("offset=-1"), 422, "invalid"),
    ]),
    route!(PUT "/api/v1/conversations/{conversation_id}/share", MEMBER, 200, |w| {
        call(format!("{}/share", w.a_conversation().await.0))
    }, &[]),
    route!(DELETE "/api/v1/conversations/{conversation_id}/share", MEMBER, 204, |w| {
        call(format!("{}/share", w.a_conversation().await.0))
    }, &[]),
    route!(GET "/api/v1/shares/{share_token}", Anyone, 200, |w| {
        call(w.a_share(&w.a_conversation().await.0).await)
    }, BAD_PAGES),
    route!(GET "/api/v1/shares/{share_token}/files/{generated_file_id}/content", Anyone, 200, |w| {
        let id = w.a_generated_file().await;
        let file = w.as_role(Owner).get(&format!("/api/v1/generated-files/{id}")).await.expect(200);
        let share = w.a_share(&format!("/api/v1/conversations/{}", file["conversation_id"].as_str().unwrap())).await;
        call(format!("{share}/files/{id}/content"))
    }, &[(Header("range", "bytes=1000-2000"), 416, "range")]),
    route!(GET "/api/v1/shares/{share_token}/messages/{message_id}/runs/{run_id}/tables/{number}", Anyone, 200, |w| {
        let id = w.a_table_answer().await;
        let answer = w.as_role(Owner).get(&format!("/api/v1/messages/{id}")).await.expect(200);
        let share = w.a_share(&format!("/api/v1/conversations/{}", answer["conversation_id"].as_str().unwrap())).await;
        call(format!("{share}/messages/{id}/runs/1/tables/0"))
    }, BAD_WHOLE_TABLES),
    // Dashboards.
    route!(GET "/api/v1/projects/{project_id}/dashboards", VIEWER, 200, |w| call(format!("{}/dashboards", w.project)), BAD_PAGES),
    route!(POST "/api/v1/projects/{project_id}/dashboards", MEMBER, 201, |w| {
        call(format!("{}/dashboards", w.project)).json(json!({"name": w.name()}))
    }, BAD_NAMES),
    route!(POST "/api/v1/projects/{project_id}/dashboards/import", MEMBER, 201, |w| {
        let yaml = format!("format: glovebox.dashboard\nversion: 1\nname: {}\ntabs:\n- id: main\n  title: ''\n  items: []\n", w.name());
        call(format!("{}/dashboards/import", w.project)).json(json!({"yaml": yaml}))
    }, &[(Body(r#"{"yaml": "format: other"}"#), 422, "invalid"), (Body(r#"{"yaml": "{"}"#), 422, "invalid")]),
    route!(POST "/api/v1/projects/{project_id}/dashboards/generate", MEMBER, 201, |w| {
        call(format!("{}/dashboards/generate", w.project)).json(json!({"file_id": w.sales, "name": w.name()}))
    }, &[(Body(r#"{"file_id": "one"}"#), 422, "invalid")]),
    route!(GET "/api/v1/dashboards/{dashboard_id}", VIEWER, 200, |w| call(w.a_dashboard().await.0), &[]),
    route!(PUT "/api/v1/dashboards/{dashboard_id}", MEMBER, 200, |w| {
        let document = json!({"tabs": [{"id": "main", "title": "", "items": []}], "filters": []});
        call(w.a_dashboard().await.0).header("if-match", "\"2\"").json(json!({"document": document}))
    }, &[
        (Header("if-match", "\"1\""), 412, "outdated"),
        (Header("if-match", "newest"), 422, "invalid"),
        (Body(r#"{"document": {"tabs": []}}"#), 422, "invalid"),
    ]),
    route!(PATCH "/api/v1/dashboards/{dashboard_id}", MEMBER, 200, |w| {
        call(w.a_dashboard().await.0).json(json!({"name": w.name()}))
    }, BAD_NAMES),
    route!(DELETE "/api/v1/dashboards/{dashboard_id}", MEMBER, 204, |w| call(w.a_dashboard().await.0), &[]),
    route!(GET "/api/v1/dashboards/{dashboard_id}/versions", VIEWER, 200, |w| {
        call(format!("{}/versions", w.a_dashboard().await.0))
    }, BAD_PAGES),
    route!(GET "/api/v1/dashboards/{dashboard_id}/versions/{version}", VIEWER, 200, |w| {
        call(format!("{}/versions/1", w.a_dashboard().await.0))
    }, &[]),
    route!(POST "/api/v1/dashboards/{dashboard_id}/revert", MEMBER, 200, |w| {
        call(format!("{}/revert", w.a_dashboard().await.0)).json(json!({"version": 1}))
    }, &[(Body(r#"{"version": 99}"#), 404, "not_found"), (Body(r#"{"version": "one"}"#), 422, "invalid")]),
    route!(GET "/api/v1/dashboards/{dashboard_id}/export", VIEWER, 200, |w| {
        call(format!("{}/export", w.a_dashboard().await.0))
    }, &[
        (Query("format=pdf&filters=region"), 422, "invalid"),
        (Query("format=docx"), 422, "invalid"),
    ]),
    route!(POST "/api/v1/dashboards/{dashboard_id}/tiles", MEMBER, 201, |w| {
        let answer = w.a_table_answer().await;
        call(format!("{}/tiles", w.a_dashboard().await.0)).json(json!({"message_id": answer, "run_id": "1", "output": "table"}))
    }, &[
        (Body(r#"{"message_id": "one", "run_id": "1", "output": "table"}"#), 422, "invalid"),
        (Body(r#"{"message_id": "01890000-0000-7000-8000-000000000000", "run_id": "1", "output": "table"}"#), 422, "invalid"),
    ]),
    route!(POST "/api/v1/dashboards/{dashboard_id}/insights", MEMBER, 201, |w| {
        let sentence = w.an_insight().await;
        call(format!("{}/insights", w.a_dashboard().await.0)).json(json!({"file_id": w.sales, "number": 0, "sentence": sentence}))
    }, &[
        (Body(r#"{"file_id": "01890000-0000-7000-8000-000000000000", "number": 0, "sentence": "x"}"#), 422, "invalid"),
        (Body(r#"{"number": -1}"#), 422, "invalid"),
    ]),
    route!(GET "/api/v1/dashboards/{dashboard_id}/tiles/{tile_id}", VIEWER, 200, |w| call(w.a_dashboard().await.1), &[]),
    route!(GET "/api/v1/dashboards/{dashboard_id}/tiles/{tile_id}/result", VIEWER, 200, |w| {
        call(format!("{}/result", w.a_kept_tile("table").await))
    }, &[(Query("key=zz"), 422, "invalid")]),
    route!(GET "/api/v1/dashboards/{dashboard_id}/tiles/{tile_id}/table", VIEWER, 200, |w| {
        call(format!("{}/table", w.a_kept_tile("table").await))
    }, &[(Query("key=zz"), 422, "invalid")]),
    route!(GET "/api/v1/dashboards/{dashboard_id}/tiles/{tile_id}/image", VIEWER, 200, |w| {
        call(format!("{}/image", w.a_kept_tile("chart").await))
    }, &[(Query("key=zz"), 422, "invalid")]),
    route!(POST "/api/v1/dashboards/{dashboard_id}/results", VIEWER, 200, |w| {
        call(format!("{}/results", w.a_dashboard().await.0)).json(json!({}))
    }, &[(Body(r#"{"filters": {"nothing": {"type": "all"}}}"#), 422, "invalid")]),
    route!(GET "/api/v1/dashboards/{dashboard_id}/shares", MEMBER, 200, |w| {
        call(format!("{}/shares", w.a_dashboard().await.0))
    }, &[]),
    route!(POST "/api/v1/dashboards/{dashboard_id}/shares", ADMIN, 201, |w| {
        call(format!("{}/shares", w.a_dashboard().await.0)).json(json!({"origins": ["https://example.com"]}))
    }, &[
        (Body(r#"{"origins": ["https://example.com/page"]}"#), 422, "invalid"),
        (Body(r#"{"expires_at": "2020-01-01T00:00:00Z"}"#), 422, "invalid"),
        (Body(r#"{"password": "short"}"#), 422, "invalid"),
    ]),
    route!(DELETE "/api/v1/dashboards/{dashboard_id}/shares/{share_id}", ADMIN, 204, |w| {
        let dashboard = w.a_dashboard().await.0;
        let share = w.create(format!("{dashboard}/shares"), json!({})).await;
        call(format!("{dashboard}/shares/{share}"))
    }, &[]),
    route!(POST "/api/v1/shared-dashboards/{share_token}", Anyone, 200, |w| {
        let path = format!("{}/shares", w.a_dashboard().await.0);
        let link = w.as_role(Owner).post(&path, json!({})).await.expect(201);
        call(format!("/api/v1/shared-dashboards/{}", link["token"].as_str().unwrap())).json(json!({}))
    }, &[]),
    route!(POST "/api/v1/shared-dashboards/{share_token}/export", Anyone, 200, |w| {
        let path = format!("{}/shares", w.a_dashboard().await.0);
        let link = w.as_role(Owner).post(&path, json!({})).await.expect(201);
        call(format!("/api/v1/shared-dashboards/{}/export", link["token"].as_str().unwrap())).json(json!({}))
    }, &[]),
    route!(POST "/api/v1/shared-dashboards/{share_token}/tiles/{tile_id}/table", Anyone, 200, |w| {
        let tile = w.a_kept_tile("table").await;
        let (dashboard, id) = tile.split_once("/tiles/").unwrap();
        let link = w.as_role(Owner).post(&format!("{dashboard}/shares"), json!({})).await.expect(201);
        call(format!("/api/v1/shared-dashboards/{}/tiles/{id}/table", link["token"].as_str().unwrap())).json(json!({}))
    }, BAD_WHOLE_TABLES),
    // Data sources.
    route!(GET "/api/v1/orgs/{org_id}/sources", VIEWER, 200, |w| call(format!("{}/sources", w.org)), BAD_PAGES),
    route!(POST "/api/v1/orgs/{org_id}/sources", ADMIN, 201, |w| {
        call(format!("{}/sources", w.org)).json(w.a_source_body().await)
    }, BAD_SOURCES),
    route!(POST "/api/v1/orgs/{org_id}/source-checks", ADMIN, 200, |w| {
        call(format!("{}/source-checks", w.org)).json(w.a_source_body().await)
    }, BAD_SOURCES),
    route!(GET "/api/v1/sources/{source_id}", VIEWER, 200, |w| call(w.a_source().await), &[]),
    route!(PATCH "/api/v1/sources/{source_id}", ADMIN, 200, |w| {
        call(w.a_source().await).json(json!({"name": w.name()}))
    }, &[
        (Body(r#"{"name": ""}"#), 422, "invalid"),
        (Body(r#"{"host": "elsewhere.example.com"}"#), 422, "invalid"),
        (Body(r#"{"tls_ca": "nothing"}"#), 422, "invalid"),
    ]),
    route!(DELETE "/api/v1/sources/{source_id}", ADMIN, 204, |w| call(w.a_source().await), &[]),
    route!(POST "/api/v1/sources/{source_id}/check", ADMIN, 200, |w| call(format!("{}/check", w.a_source().await)), &[]),
    route!(GET "/api/v1/sources/{source_id}/schema", MEMBER, 200, |w| {
        let path = format!("{}/schema", w.a_source().await);
        w.as_role(Owner).post(&path, json!({})).await.expect(200);
        call(path)
    }, &[]),
    route!(POST "/api/v1/sources/{source_id}/schema", MEMBER, 200, |w| call(format!("{}/schema", w.a_source().await)), &[]),
    route!(POST "/api/v1/sources/{source_id}/query", MEMBER, 200, |w| {
        call(format!("{}/query", w.a_source().await)).json(json!({"sql": "select 1"}))
    }, &[
        (Body(r#"{"sql": ""}"#), 422, "invalid"),
        (Body(r#"{"sql": "delete from orders"}"#), 422, "invalid"),
        (Body(r#"{"sql": "select {{a}}"}"#), 422, "invalid"),
    ]),
    route!(GET "/api/v1/sources/{source_id}/extracts", MEMBER, 200, |w| {
        call(format!("{}/extracts", w.a_source().await))
    }, BAD_PAGES),
    route!(POST "/api/v1/sources/{source_id}/extracts", MEMBER, 201, |w| {
        call(format!("{}/extracts", w.a_source().await)).json(w.an_extract_body())
    }, &[(Body(r#"{"sql": "select 1", "project_id": "0193a5c0-0000-7000-8000-000000000000", "file_name": ""}"#), 422, "invalid")]),
    route!(POST "/api/v1/sources/{source_id}/extracts/{extract_id}/refresh", MEMBER, 201, |w| {
        let path = format!("{}/extracts", w.a_source().await);
        let taken = w.as_role(Owner).post(&path, w.an_extract_body()).await.expect(201);
        call(format!("{path}/{}/refresh", taken["extract"]["id"].as_str().unwrap()))
    }, &[]),
    // Models.
    route!(GET "/api/v1/orgs/{org_id}/models", VIEWER, 200, |w| call(format!("{}/models", w.org)), &[]),
    route!(GET "/api/v1/orgs/{org_id}/model-providers", ADMIN, 200, |w| call(format!("{}/model-providers", w.org)), BAD_PAGES),
    route!(POST "/api/v1/orgs/{org_id}/model-providers", ADMIN, 201, |w| {
        call(format!("{}/model-providers", w.org)).json(w.a_model_provider_body())
    }, BAD_MODEL_PROVIDERS),
    route!(POST "/api/v1/orgs/{org_id}/model-provider-checks", ADMIN, 200, |w| {
        call(format!("{}/model-provider-checks", w.org)).json(w.a_model_provider_body())
    }, BAD_MODEL_PROVIDERS),
    route!(GET "/api/v1/model-providers/{model_provider_id}", ADMIN, 200, |w| call(w.a_model_provider().await), &[]),
    route!(PATCH "/api/v1/model-providers/{model_provider_id}", ADMIN, 200, |w| {
        call(w.a_model_provider().await).json(json!({"name": w.name()}))
    }, &[
        (Body(r#"{"name": "a/b"}"#), 422, "invalid"),
        (Body(r#"{"models": []}"#), 422, "invalid"),
        (Body(r#"{"default_model": "b"}"#), 422, "invalid"),
    ]),
    route!(DELETE "/api/v1/model-providers/{model_provider_id}", ADMIN, 204, |w| call(w.a_model_provider().await), &[]),
    route!(POST "/api/v1/model-providers/{model_provider_id}/check", ADMIN, 200, |w| {
        call(format!("{}/check", w.a_model_provider().await)).json(json!({}))
    }, &[(Body(r#"{"model": "b"}"#), 422, "invalid")]),
    route!(GET "/api/v1/orgs/{org_id}/model-spending", VIEWER, 200, |w| call(format!("{}/model-spending", w.org)), &[]),
    route!(PUT "/api/v1/orgs/{org_id}/model-cap", ADMIN, 200, |w| {
        call(format!("{}/model-cap", w.org)).json(json!({"tokens": 1_000_000_000}))
    }, &[(Body(r#"{"tokens": 0}"#), 422, "invalid"), (Body(r#"{"cost_micro_usd": -1}"#), 422, "invalid")]),
    // Alerts.
    route!(GET "/api/v1/projects/{project_id}/alerts", VIEWER, 200, |w| call(format!("{}/alerts", w.project)), BAD_PAGES),
    route!(POST "/api/v1/projects/{project_id}/alerts", MEMBER, 201, |w| {
        let tile = w.a_kept_tile("table").await;
        let tile = tile.rsplit('/').next().unwrap();
        call(format!("{}/alerts", w.project)).json(json!({"tile_id": tile, "name": "Any", "condition": {"type": "any_row"},
            "schedule": "weekdays at 9", "time_zone": "Europe/Berlin"}))
    }, &[
        (Body(r#"{"name": "Any"}"#), 422, "invalid"),
        (Body(r#"{"tile_id": "01890000-0000-7000-8000-000000000000", "name": "Any", "condition": {"type": "any_row"}, "schedule": "hourly", "time_zone": "UTC"}"#), 422, "invalid"),
        (Body(r#"{"tile_id": "01890000-0000-7000-8000-000000000000", "name": "Any", "condition": {"type": "any_row"}, "schedule": "never", "time_zone": "UTC"}"#), 422, "invalid"),
        (Body(r#"{"tile_id": "01890000-0000-7000-8000-000000000000", "name": "Any", "condition": {"type": "any_row"}, "schedule": "hourly", "time_zone": "Mars"}"#), 422, "invalid"),
    ]),
    route!(POST "/api/v1/projects/{project_id}/alerts/preview", MEMBER, 200, |w| {
        let tile = w.a_kept_tile("table").await;
        let tile = tile.rsplit('/').next().unwrap();
        call(format!("{}/alerts/preview", w.project)).json(json!({"tile_id": tile, "condition": {"type": "any_row"}}))
    }, &[(Body(r#"{"tile_id": "one", "condition": {"type": "any_row"}}"#), 422, "invalid")]),
    route!(GET "/api/v1/projects/{project_id}/alert-events", VIEWER, 200, |w| {
        call(format!("{}/alert-events", w.project))
    }, BAD_PAGES),
    route!(GET "/api/v1/alerts/{alert_id}", VIEWER, 200, |w| call(w.an_alert().await), &[]),
    route!(PUT "/api/v1/alerts/{alert_id}", MEMBER, 200, |w| {
        call(w.an_alert().await).json(json!({"name": "Other", "condition": {"type": "no_data"}, "schedule": "0 9 * * *", "time_zone": "UTC"}))
    }, &[
        (Body(r#"{"name": "", "condition": {"type": "no_data"}, "schedule": "0 9 * * *", "time_zone": "UTC"}"#), 422, "invalid"),
        (Body(r#"{"name": "a", "condition": {"type": "no_data"}, "schedule": "0 9 * * *", "time_zone": "UTC", "rules": {"remind_s": 1}}"#), 422, "invalid"),
        (Body(r#"{"name": "a", "condition": {"type": "no_data"}, "schedule": "0 9 * * *", "time_zone": "UTC", "channel_ids": ["01890000-0000-7000-8000-000000000000"]}"#), 422, "invalid"),
    ]),
    route!(DELETE "/api/v1/alerts/{alert_id}", MEMBER, 204, |w| call(w.an_alert().await), &[]),
    route!(POST "/api/v1/alerts/{alert_id}/check", MEMBER, 202, |w| call(format!("{}/check", w.an_alert().await)), &[]),
    route!(POST "/api/v1/alerts/{alert_id}/pause", MEMBER, 200, |w| {
        call(format!("{}/pause", w.an_alert().await)).json(json!({"paused": true}))
    }, &[(Body(r#"{"paused": "yes"}"#), 422, "invalid")]),
    route!(POST "/api/v1/alerts/{alert_id}/snooze", MEMBER, 200, |w| {
        call(format!("{}/snooze", w.an_alert().await)).json(json!({"until": null}))
    }, &[(Body(r#"{"until": "2020-01-01T00:00:00Z"}"#), 422, "invalid")]),
    route!(POST "/api/v1/alerts/{alert_id}/acknowledge", MEMBER, 204, |w| {
        let alert = w.an_alert().await;
        w.a_firing_label(&alert).await;
        call(format!("{alert}/acknowledge")).json(json!({"note": "I know."}))
    }, &[(Body(r#"{"label": "nothing"}"#), 409, "nothing_to_acknowledge"), (Body(r#"{"note": 7}"#), 422, "invalid")]),
    route!(GET "/api/v1/alerts/{alert_id}/events", VIEWER, 200, |w| call(format!("{}/events", w.an_alert().await)), BAD_PAGES),
    route!(GET "/api/v1/alerts/{alert_id}/history", VIEWER, 200, |w| call(format!("{}/history", w.an_alert().await)), &[]),
    route!(GET "/api/v1/alerts/{alert_id}/checks/{check_id}", VIEWER, 200, |w| {
        let alert = w.an_alert().await;
        let check = w.a_check(&alert).await;
        call(format!("{alert}/checks/{check}"))
    }, &[]),
    route!(GET "/api/v1/alerts/{alert_id}/deliveries", VIEWER, 200, |w| {
        call(format!("{}/deliveries", w.an_alert().await))
    }, BAD_PAGES),
    route!(GET "/api/v1/orgs/{org_id}/channels", VIEWER, 200, |w| call(format!("{}/channels", w.org)), BAD_PAGES),
    route!(POST "/api/v1/orgs/{org_id}/channels", ADMIN, 201, |w| {
        call(format!("{}/channels", w.org)).json(json!({"name": w.name(), "kind": "email", "address": "member@example.com"}))
    }, &[
        (Body(r#"{"name": "a", "kind": "email", "address": "nobody"}"#), 422, "invalid"),
        (Body(r#"{"name": "a", "kind": "webhook", "address": "http://169.254.169.254/"}"#), 422, "invalid"),
        (Body(r#"{"name": "a", "kind": "pigeon", "address": "a@example.com"}"#), 422, "invalid"),
        (Body(r#"{"name": "", "kind": "email", "address": "a@example.com"}"#), 422, "invalid"),
    ]),
    route!(DELETE "/api/v1/channels/{channel_id}", ADMIN, 204, |w| call(w.a_channel().await), &[]),
    route!(POST "/api/v1/channels/{channel_id}/test", ADMIN, 202, |w| call(format!("{}/test", w.a_channel().await)), &[]),
    route!(GET "/api/v1/channels/{channel_id}/deliveries", VIEWER, 200, |w| {
        call(format!("{}/deliveries", w.a_channel().await))
    }, BAD_PAGES),
    // Reports.
    route!(GET "/api/v1/dashboards/{dashboard_id}/reports", MEMBER, 200, |w| {
        call(format!("{}/reports", w.a_dashboard().await.0))
    }, BAD_PAGES),
    route!(POST "/api/v1/dashboards/{dashboard_id}/reports", MEMBER, 201, |w| {
        call(format!("{}/reports", w.a_dashboard().await.0))
            .json(json!({"name": "Any", "to_role": "viewer", "schedule": "daily at 7", "time_zone": "UTC"}))
    }, &[
        (Body(r#"{"name": "a", "to_role": "king", "schedule": "daily at 7", "time_zone": "UTC"}"#), 422, "invalid"),
        (Body(r#"{"name": "a", "addresses": ["nobody"], "schedule": "daily at 7", "time_zone": "UTC"}"#), 422, "invalid"),
        (Body(r#"{"name": "a", "to_role": "viewer", "schedule": "never", "time_zone": "UTC"}"#), 422, "invalid"),
        (Body(r#"{"name": "a", "to_role": "viewer", "schedule": "daily at 7", "time_zone": "Mars"}"#), 422, "invalid"),
        (Body(r#"{"name": "a", "to_role": "viewer", "schedule": "every 5 minutes", "time_zone": "UTC"}"#), 422, "invalid"),
        (Body(r#"{"name": "", "to_role": "viewer", "schedule": "daily at 7", "time_zone": "UTC"}"#), 422, "invalid"),
    ]),
    route!(GET "/api/v1/reports/{report_id}", MEMBER, 200, |w| call(w.a_report().await), &[]),
    route!(PUT "/api/v1/reports/{report_id}", MEMBER, 200, |w| {
        call(w.a_report().await).json(json!({"name": "Other", "to_role": "owner", "schedule": "0 9 * * *", "time_zone": "UTC"}))
    }, &[(Body(r#"{"name": "a", "schedule": "0 9 * * *", "time_zone": "UTC"}"#), 422, "invalid")]),
    route!(DELETE "/api/v1/reports/{report_id}", MEMBER, 204, |w| call(w.a_report().await), &[]),
    route!(POST "/api/v1/reports/{report_id}/pause", MEMBER, 200, |w| {
        call(format!("{}/pause", w.a_report().await)).json(json!({"paused": true}))
    }, &[(Body(r#"{"paused": "yes"}"#), 422, "invalid")]),
    route!(POST "/api/v1/reports/{report_id}/send", MEMBER, 202, |w| call(format!("{}/send", w.a_report().await)), &[]),
    route!(GET "/api/v1/reports/{report_id}/preview", MEMBER, 200, |w| call(format!("{}/preview", w.a_report().await)), &[]),
    route!(GET "/api/v1/reports/{report_id}/sends", MEMBER, 200, |w| {
        call(format!("{}/sends", w.a_report().await))
    }, BAD_PAGES),
    route!(GET "/api/v1/unsubscribe/{unsubscribe_token}", Anyone, 200, |w| call(w.an_unsubscribe_link().await), &[]),
    route!(POST "/api/v1/unsubscribe/{unsubscribe_token}", Anyone, 200, |w| call(w.an_unsubscribe_link().await), &[]),
    // The server.
    route!(GET "/health", Anyone, 200, |_w| call("/health"), &[]),
    route!(GET "/livez", Anyone, 200, |_w| call("/livez"), &[]),
    route!(GET "/readyz", Anyone, 200, |_w| call("/readyz"), &[]),
];
