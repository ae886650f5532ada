//! The settings, read from the environment once.
//!
//! A variable that is set and wrong stops the program with the variable's name. Secrets are never printed: no type
//! here shows one by `Debug`.

mod limits;
mod variables;

use std::{env, fmt, net::SocketAddr, path::PathBuf, str::FromStr};

use anyhow::{Context, Result, anyhow, bail};
use ipnet::IpNet;
use url::Url;

pub use limits::ServerLimits;
pub use variables::Variables;

/// Where things are on this machine, for every command.
#[derive(Clone, Debug)]
pub struct Config {
    /// The pre-initialised guest module: `GLOVEBOX_GUEST`, else `guest.wasm` beside this program.
    pub guest: PathBuf,
    /// What can be made again: `GLOVEBOX_CACHE`, else `glovebox` in the user's cache folder.
    pub cache: PathBuf,
    /// This program, which is its own worker.
    pub program: PathBuf,
}

/// The settings of the server: `glovebox serve` and the commands that work on its data.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct ServerConfig {
    /// Everything the server keeps by itself: `GLOVEBOX_DATA`, else `./data`.
    pub data: PathBuf,
    /// `DATABASE_URL`, else a private cluster in the data folder.
    pub database: DatabaseConfig,
    /// `R2_*` or `S3_*`, else the data folder.
    pub objects: ObjectsConfig,
    /// `EMAIL_*`, else the log and the data folder.
    pub mail: MailConfig,
    /// `GOOGLE_CLIENT_ID` and `GOOGLE_CLIENT_SECRET`, else Google Sign-In is off.
    pub google: Option<GoogleConfig>,
    /// What signs tokens: `SECRET_KEY`, else a random one that is kept in the data folder.
    pub secret_key: Option<SecretText>,
    /// Where the server listens: `GLOVEBOX_LISTEN`, else 127.0.0.1:8080.
    pub listen: SocketAddr,
    /// Where Prometheus finds the metrics: `GLOVEBOX_METRICS_LISTEN`, else 127.0.0.1:9464; `off` for nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// How people reach the server: `GLOVEBOX_PUBLIC_URL`, else `http://localhost:` and the port.
    pub public_url: Url,
    /// Whether a server without any account opens the first one at once, for somebody on this machine: where the public
    /// URL leads to this machine alone.
    pub first_account_opens: bool,
    /// Other origins whose pages may call the API with cookies: `CORS_ORIGINS`, separated by commas.
    pub cors_origins: Vec<String>,
    /// Whether the address of a client is what the last proxy says in `X-Forwarded-For`: `GLOVEBOX_BEHIND_PROXY`.
    pub behind_proxy: bool,
    /// Whether a new account begins with a project of two example files: unless `GLOVEBOX_STARTER_PROJECT` is `off`.
    pub starter_project: bool,
    /// Whether scripts may run where the kernel has no Landlock or no seccomp: `GLOVEBOX_WEAK_SANDBOX`, else not.
    pub weak_sandbox: bool,
    /// Whether the addresses of older systems are there: unless `GLOVEBOX_LEGACY_API` is `off`.
    pub legacy_api: bool,
    /// Private networks where people may name databases, webhooks and model providers: `GLOVEBOX_PRIVATE_NETWORKS`,
    /// separated by commas, or `off`; else all where people reach the server without HTTPS, and none where they do.
    pub private_networks: Vec<IpNet>,
    pub limits: ServerLimits,
}

/// Where the rows are.
#[derive(Clone, Debug)]
pub enum DatabaseConfig {
    /// A PostgreSQL that somebody runs.
    Url(SecretText),
    /// A cluster of the server's own, in the data folder.
    Private,
}

/// Where the bytes are.
#[derive(Clone, Debug)]
pub enum ObjectsConfig {
    Disk,
    S3(S3Config),
}

/// A bucket of Cloudflare R2 or of any other server that speaks S3.
#[derive(Clone, Debug)]
pub struct S3Config {
    pub endpoint: String,
    pub region: String,
    pub bucket: String,
    pub access_key_id: String,
    pub secret_access_key: SecretText,
}

/// How mail leaves.
#[derive(Clone, Debug)]
pub enum MailConfig {
    /// Into the log and the folder `mail` of the data folder.
    Folder,
    Smtp(SmtpConfig),
}

#[derive(Clone, Debug)]
pub struct SmtpConfig {
    pub sender: String,
    pub server: String,
    /// 465 is TLS from the start, any other port is STARTTLS.
    pub port: u16,
    pub password: Option<SecretText>,
    /// TLS, unless `EMAIL_SMTP_TLS` is `off`, for a server on this machine.
    pub tls: bool,
}

#[derive(Clone, Debug)]
pub struct GoogleConfig {
    pub client_id: String,
    pub client_secret: SecretText,
    /// `GOOGLE_ISSUER`, else Google's.
    pub issuer: String,
}

/// Text that is not to be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(String);

impl SecretText {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

impl Config {
    /// # Errors
    /// Names the variable that is needed where neither it nor its default is there.
    pub fn from_env() -> Result<Self> {
        let program = env::current_exe().context("finding this program's own file")?;
        let guest = path("GLOVEBOX_GUEST").unwrap_or_else(|| program.with_file_name("guest.wasm"));
        let cache = path("GLOVEBOX_CACHE")
            .or_else(|| path("XDG_CACHE_HOME").map(|cache| cache.join("glovebox")))
            .or_else(|| path("HOME").map(|home| home.join(".cache/glovebox")))
            .context("neither GLOVEBOX_CACHE nor HOME is set; set GLOVEBOX_CACHE to a folder of your own")?;
        Ok(Self { guest, cache, program })
    }
}

impl ServerConfig {
    /// The settings in the environment and, where that has none, in the file `.env` of the current folder.
    ///
    /// # Errors
    /// Names the variable that is wrong or that another one needs.
    pub fn from_env() -> Result<Self> {
        Self::from_env_and(&[])
    }

    /// The same, where `flags` win: values of variables that were given on the command line.
    pub fn from_env_and(flags: &[(&str, Option<String>)]) -> Result<Self> {
        let variables = Variables::read()?;
        for name in ["GLOVEBOX_CACHE", "GLOVEBOX_GUEST"] {
            if variables.file_alone_has(name) {
                bail!(
                    "the file .env sets {name}, which decides where programs are loaded from; set it in the \
                     environment instead"
                );
            }
        }
        Self::read(&|name| {
            let flag = flags
                .iter()
                .find(|(flag, _)| *flag == name)
                .and_then(|(_, value)| value.clone());
            flag.or_else(|| variables.get(name)).filter(|value| !value.is_empty())
        })
    }

    fn read(env: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let listen = parsed(env, "GLOVEBOX_LISTEN")?.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let public_url = match parsed::<Url>(env, "GLOVEBOX_PUBLIC_URL")? {
            Some(url) if !["http", "https"].contains(&url.scheme()) => {
                bail!("GLOVEBOX_PUBLIC_URL is {url}; it has to start with http:// or https://")
            }
            Some(url) => url,
            None => Url::parse(&format!("http://localhost:{}", listen.port())).context("making the public URL")?,
        };
        let metrics_listen = match env("GLOVEBOX_METRICS_LISTEN").as_deref() {
            Some("off") => None,
            _ => Some(parsed(env, "GLOVEBOX_METRICS_LISTEN")?.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 9464)))),
        };
        let private_networks = private_networks(env, public_url.scheme() == "https")?;
        let secret_key = env("SECRET_KEY").map(SecretText);
        if secret_key.as_ref().is_some_and(|key| key.expose().len() < 32) {
            bail!("SECRET_KEY is too short; give it 32 random characters or more, such as from `openssl rand -hex 32`");
        }
        Ok(Self {
            data: env("GLOVEBOX_DATA").map_or_else(|| PathBuf::from("data"), PathBuf::from),
            database: env("DATABASE_URL").map_or(DatabaseConfig::Private, |url| DatabaseConfig::Url(SecretText(url))),
            objects: objects(env)?,
            mail: mail(env)?,
            google: google(env)?,
            secret_key,
            listen,
            metrics_listen,
            first_account_opens: is_own_machine(&public_url),
            public_url,
            cors_origins: env("CORS_ORIGINS")
                .map(|origins| cors_origins(&origins))
                .transpose()?
                .unwrap_or_default(),
            behind_proxy: parsed(env, "GLOVEBOX_BEHIND_PROXY")?.unwrap_or(false),
            starter_project: switch(env, "GLOVEBOX_STARTER_PROJECT", true)?,
            weak_sandbox: switch(env, "GLOVEBOX_WEAK_SANDBOX", false)?,
            legacy_api: switch(env, "GLOVEBOX_LEGACY_API", true)?,
            private_networks,
            limits: ServerLimits::read(env)?,
        })
    }

    /// Whether people reach the server by HTTPS.
    pub fn https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

/// Whether an address leads to the machine that it is used on, and nowhere else.
pub fn is_own_machine(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn objects(env: &dyn Fn(&str) -> Option<String>) -> Result<ObjectsConfig> {
    if let Some(account) = env("R2_ACCOUNT_ID") {
        return Ok(ObjectsConfig::S3(S3Config {
            endpoint: env("S3_ENDPOINT_URL").unwrap_or_else(|| format!("https://{account}.r2.cloudflarestorage.com")),
            region: "auto".to_owned(),
            bucket: needed(env, "R2_BUCKET_NAME", "R2_ACCOUNT_ID")?,
            access_key_id: needed(env, "R2_ACCESS_KEY_ID", "R2_ACCOUNT_ID")?,
            secret_access_key: SecretText(needed(env, "R2_SECRET_ACCESS_KEY", "R2_ACCOUNT_ID")?),
        }));
    }
    if let Some(endpoint) = env("S3_ENDPOINT_URL") {
        return Ok(ObjectsConfig::S3(S3Config {
            endpoint,
            region: env("S3_REGION").unwrap_or_else(|| "us-east-1".to_owned()),
            bucket: needed(env, "S3_BUCKET_NAME", "S3_ENDPOINT_URL")?,
            access_key_id: needed(env, "S3_ACCESS_KEY_ID", "S3_ENDPOINT_URL")?,
            secret_access_key: SecretText(needed(env, "S3_SECRET_ACCESS_KEY", "S3_ENDPOINT_URL")?),
        }));
    }
    Ok(ObjectsConfig::Disk)
}

fn mail(env: &dyn Fn(&str) -> Option<String>) -> Result<MailConfig> {
    let Some(server) = env("EMAIL_SMTP_SERVER") else {
        return Ok(MailConfig::Folder);
    };
    Ok(MailConfig::Smtp(SmtpConfig {
        sender: needed(env, "EMAIL_SENDER_ADDRESS", "EMAIL_SMTP_SERVER")?,
        server,
        port: parsed(env, "EMAIL_SMTP_PORT")?.unwrap_or(587),
        password: env("EMAIL_SENDER_PASSWORD").map(SecretText),
        tls: env("EMAIL_SMTP_TLS").as_deref() != Some("off"),
    }))
}

fn google(env: &dyn Fn(&str) -> Option<String>) -> Result<Option<GoogleConfig>> {
    let Some(client_id) = env("GOOGLE_CLIENT_ID") else {
        return Ok(None);
    };
    Ok(Some(GoogleConfig {
        client_id,
        client_secret: SecretText(needed(env, "GOOGLE_CLIENT_SECRET", "GOOGLE_CLIENT_ID")?),
        issuer: env("GOOGLE_ISSUER").unwrap_or_else(|| "https://accounts.google.com".to_owned()),
    }))
}

fn cors_origins(list: &str) -> Result<Vec<String>> {
    list.split(',')
        .map(str::trim)
        .filter(|origin| !origin.is_empty())
        .map(|origin| match Url::parse(origin) {
            Ok(url) if url.has_host() => Ok(url.origin().ascii_serialization()),
            _ => Err(anyhow!(
                "CORS_ORIGINS names {origin}; write each origin as https://app.example.com, with commas between"
            )),
        })
        .collect()
}

fn private_networks(env: &dyn Fn(&str) -> Option<String>, https: bool) -> Result<Vec<IpNet>> {
    let list = match env("GLOVEBOX_PRIVATE_NETWORKS") {
        Some(list) => list,
        None if https => "off".to_owned(),
        None => "0.0.0.0/0, ::/0".to_owned(),
    };
    if list.trim() == "off" {
        return Ok(Vec::new());
    }
    let networks = list.split(',').map(str::trim).filter(|network| !network.is_empty());
    networks
        .map(|network| {
            network
                .parse()
                .map_err(|_| anyhow!("GLOVEBOX_PRIVATE_NETWORKS names {network}; write each network as 10.1.0.0/16"))
        })
        .collect()
}

/// `on` or `off`.
fn switch(env: &dyn Fn(&str) -> Option<String>, name: &str, default: bool) -> Result<bool> {
    match env(name).as_deref().map(str::trim) {
        None => Ok(default),
        Some("on" | "true") => Ok(true),
        Some("off" | "false") => Ok(false),
        Some(other) => bail!("{name} is {other:?}; write on or off"),
    }
}

fn needed(env: &dyn Fn(&str) -> Option<String>, name: &str, by: &str) -> Result<String> {
    env(name).with_context(|| format!("{by} is set and {name} is not; set {name} as well"))
}

fn parsed<T: FromStr<Err: fmt::Display>>(env: &dyn Fn(&str) -> Option<String>, name: &str) -> Result<Option<T>> {
    env(name)
        .map(|text| {
            text.trim()
                .parse()
                .map_err(|error| anyhow!("{name} is {text:?}, which is not valid: {error}"))
        })
        .transpose()
}

fn path(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &[(&str, &str)]) -> Result<ServerConfig> {
        ServerConfig::read(&|name| {
            let found = settings.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn without_settings_everything_is_embedded() {
        let config = read(&[]).unwrap();
        assert!(matches!(config.database, DatabaseConfig::Private));
        assert!(matches!(config.objects, ObjectsConfig::Disk));
        assert!(matches!(config.mail, MailConfig::Folder));
        assert!(config.google.is_none());
        assert!(config.starter_project);
        assert_eq!(config.public_url.as_str(), "http://localhost:8080/");
    }

    #[test]
    fn a_wrong_or_missing_setting_is_named() {
        let check = |settings: &[(&str, &str)], expected: &str| {
            let error = format!("{:#}", read(settings).expect_err(expected));
            assert!(error.contains(expected), "{error}");
        };
        check(&[("R2_ACCOUNT_ID", "a")], "R2_BUCKET_NAME");
        check(&[("GOOGLE_CLIENT_ID", "a")], "GOOGLE_CLIENT_SECRET");
        check(&[("EMAIL_SMTP_SERVER", "localhost")], "EMAIL_SENDER_ADDRESS");
        check(&[("GLOVEBOX_LISTEN", "8080")], "GLOVEBOX_LISTEN");
        check(&[("GLOVEBOX_UPLOAD_MAX_BYTES", "1GB")], "GLOVEBOX_UPLOAD_MAX_BYTES");
        check(&[("SECRET_KEY", "short")], "SECRET_KEY");
        check(&[("CORS_ORIGINS", "example.com")], "CORS_ORIGINS");
        check(
            &[("GLOVEBOX_PRIVATE_NETWORKS", "10.1.0.0")],
            "GLOVEBOX_PRIVATE_NETWORKS",
        );
        check(&[("GLOVEBOX_STARTER_PROJECT", "maybe")], "GLOVEBOX_STARTER_PROJECT");
        check(&[("GLOVEBOX_PUBLIC_URL", "ftp://example.com")], "GLOVEBOX_PUBLIC_URL");
    }

    #[test]
    fn private_networks_are_open_only_without_https_or_by_name() {
        let check = |settings: &[(&str, &str)], networks: usize| {
            assert_eq!(read(settings).unwrap().private_networks.len(), networks, "{settings:?}");
        };
        check(&[], 2);
        check(&[("GLOVEBOX_PRIVATE_NETWORKS", "off")], 0);
        check(&[("GLOVEBOX_PUBLIC_URL", "https://example.com")], 0);
        let https = ("GLOVEBOX_PUBLIC_URL", "https://example.com");
        check(&[https, ("GLOVEBOX_PRIVATE_NETWORKS", "10.1.0.0/16, fd00::/8, ")], 2);
    }

    #[test]
    fn r2_is_found_by_its_account() {
        let config = read(&[
            ("R2_ACCOUNT_ID", "abc"),
            ("R2_BUCKET_NAME", "glovebox"),
            ("R2_ACCESS_KEY_ID", "key"),
            ("R2_SECRET_ACCESS_KEY", "hush"),
        ]);
        let config = config.unwrap();
        let ObjectsConfig::S3(s3) = &config.objects else {
            panic!("not S3: {:?}", config.objects);
        };
        assert_eq!(s3.endpoint, "https://abc.r2.cloudflarestorage.com");
        assert!(!format!("{config:?}").contains("hush"));
    }
}
