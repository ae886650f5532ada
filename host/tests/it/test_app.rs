//! A whole server on loopback: a database of its own on a real PostgreSQL, objects on disk, the real sandbox.

use std::{path::Path, sync::OnceLock};

use glovebox::{
    accounts::{self, Email, passwords::Password, sessions},
    app::App,
    clock::Clock,
    config::{DatabaseConfig, MailConfig, ObjectsConfig, ServerConfig, ServerLimits},
    http,
    ids::{OrgId, UserId},
    jobs,
    llm::Catalog,
    sandbox::{Guest, Sandbox, Settings},
};
use reqwest::{Method, RequestBuilder, StatusCode, header};
use serde_json::Value;
use sqlx::PgPool;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

pub use crate::test_database::database;
use crate::test_sandbox::PROGRAM;

/// The password of everybody in the tests.
pub const PASSWORD: &str = "correct horse 7 battery";

/// A server and what it keeps. Its jobs are done when a test says so, by [`TestApp::settle`].
pub struct TestApp {
    pub app: App,
    pub url: String,
    pub folder: TempDir,
    http: reqwest::Client,
}

/// Somebody who sends requests: anonymous, or with what proves who they are.
#[derive(Clone)]
pub struct Client {
    pub url: String,
    pub http: reqwest::Client,
    pub authority: Option<(header::HeaderName, String)>,
    /// Who it is, and their personal organisation.
    pub user: Option<(UserId, OrgId)>,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub bytes: Vec<u8>,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// `change` changes the settings before the server starts.
    pub async fn start_with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        Self::start_with_models(Catalog::default(), change).await
    }

    /// The same, where questions are answered by `models`.
    pub async fn start_with_models(models: Catalog, change: impl FnOnce(&mut ServerConfig)) -> Self {
        // In a box, so that a test's own future stays small.
        Box::pin(async { Self::started(database().await, models, change).await }).await
    }

    /// On a database of the test's own, which has to be migrated.
    pub async fn start_on(pool: PgPool, change: impl FnOnce(&mut ServerConfig)) -> Self {
        Self::start_on_with_models(pool, Catalog::default(), change).await
    }

    /// Both.
    pub async fn start_on_with_models(pool: PgPool, models: Catalog, change: impl FnOnce(&mut ServerConfig)) -> Self {
        Box::pin(Self::started(pool, models, change)).await
    }

    async fn started(pool: PgPool, models: Catalog, change: impl FnOnce(&mut ServerConfig)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("http://{address}");
        let mut config = ServerConfig {
            data: folder.path().to_owned(),
            database: DatabaseConfig::Private,
            objects: ObjectsConfig::Disk,
            mail: MailConfig::Folder,
            google: None,
            secret_key: None,
            listen: address,
            metrics_listen: None,
            public_url: url.parse().unwrap(),
            // Most tests sign up by mail.
            first_account_opens: false,
            cors_origins: Vec::new(),
            behind_proxy: false,
            // Most tests begin with nothing.
            starter_project: false,
            weak_sandbox: false,
            legacy_api: true,
            private_networks: vec!["127.0.0.0/8".parse().unwrap()],
            limits: ServerLimits {
                requests_per_minute: 1_000_000,
                credential_requests_per_minute: 1_000_000,
                uploads_per_minute: 1_000_000,
                ..ServerLimits::default()
            },
        };
        change(&mut config);
        let sandbox = Sandbox::start(Settings {
            guest: guest(),
            worker_program: Path::new(PROGRAM).to_owned(),
            warm_workers: 0,
            runs_dir: folder.path().join("runs"),
            memory_max_bytes: u64::MAX,
        });
        let app = App::assemble(config, Clock::system(), pool, sandbox.await.unwrap(), models).unwrap();
        let router = http::router(app.clone());
        tokio::spawn(http::serve(listener, router, 1_000, CancellationToken::new()));
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { app, url, folder, http }
    }

    /// Does every job that is due.
    pub async fn settle(&self) {
        Box::pin(jobs::work_off(self.app.clone())).await.unwrap();
    }

    /// Somebody who is not logged in.
    pub fn anonymous(&self) -> Client {
        Client {
            url: self.url.clone(),
            http: self.http.clone(),
            authority: None,
            user: None,
        }
    }

    /// A new user with a verified address and [`PASSWORD`], logged in by a cookie.
    pub async fn user(&self, email: &str) -> Client {
        static HASH: OnceCell<String> = OnceCell::const_new();
        let hash = HASH.get_or_init(async || {
            Password::parse("password", PASSWORD, &[])
                .unwrap()
                .hash()
                .await
                .unwrap()
        });
        let hash = hash.await;
        let now = self.app.clock.now();
        let email = Email::parse("email", email).unwrap();
        let mut tx = self.app.db.begin().await.unwrap();
        let user = accounts::create(&mut tx, now, &email, Some(hash)).await.unwrap();
        sqlx::query("update users set email_verified_at = $2 where id = $1")
            .bind(user)
            .bind(now)
            .execute(&mut *tx)
            .await
            .unwrap();
        let (org,) = sqlx::query_as("select id from orgs where personal_user_id = $1")
            .bind(user)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        let limits = &self.app.config.limits;
        let (_, token) = sessions::open(&mut tx, now, limits, user, false, &sessions::Origin::default())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        Client {
            authority: Some((header::COOKIE, format!("glovebox_session={token}"))),
            user: Some((user, org)),
            ..self.anonymous()
        }
    }
}

impl Client {
    /// The same client with another proof of who it is, such as `("authorization", "Bearer …")`.
    pub fn with(&self, name: &'static str, value: impl Into<String>) -> Self {
        Self {
            authority: Some((header::HeaderName::from_static(name), value.into())),
            ..self.clone()
        }
    }

    /// The same user at another server of the same database.
    pub fn at(&self, url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ..self.clone()
        }
    }

    /// The personal organisation.
    pub fn org(&self) -> OrgId {
        self.user.unwrap().1
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.authority {
            Some((name, value)) => request.header(name, value),
            None => request,
        }
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        Answer {
            status: response.status(),
            headers: response.headers().clone(),
            bytes: response.bytes().await.unwrap().to_vec(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body of an answer that has to have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self}");
        if self.bytes.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// Asserts a problem of this status and code, and answers it.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self}");
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        problem
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status, String::from_utf8_lossy(&self.bytes))
    }
}

/// The real guest, compiled.
pub fn guest() -> Guest {
    static GUEST: OnceLock<Guest> = OnceLock::new();
    let prepare = || {
        let config = glovebox::config::Config::from_env().unwrap();
        glovebox::app::guest(&config.guest, &config.cache.join("compiled")).unwrap()
    };
    GUEST.get_or_init(prepare).clone()
}
