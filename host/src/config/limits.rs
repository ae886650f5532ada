//! Every limit of the server with its default. `LIMITS.md` lists them for those who run one.

use anyhow::Result;

use super::parsed;

macro_rules! limits {
    ($($(#[doc = $doc:literal])* $name:ident: $type:ty = $default:expr, $variable:literal;)*) => {
        /// Every limit of the server: its unit is in its name, and `GLOVEBOX_` with the name in capitals sets it.
        #[derive(Clone, Debug)]
        pub struct ServerLimits {
            $($(#[doc = $doc])* pub $name: $type,)*
        }

        impl Default for ServerLimits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        impl ServerLimits {
            pub(super) fn read(env: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
                Ok(Self { $($name: parsed(env, $variable)?.unwrap_or($default),)* })
            }

            /// Each limit's variable, default and meaning.
            #[cfg(test)]
            fn described() -> Vec<(&'static str, u64, String)> {
                vec![$(($variable, { let default: $type = $default; u64::from(default) }, [$($doc),*].concat())),*]
            }
        }
    };
}

limits! {
    /// Bytes of one uploaded file.
    upload_max_bytes: u64 = 2 << 30, "GLOVEBOX_UPLOAD_MAX_BYTES";
    /// Bytes of a zipped table after unpacking.
    unpacked_max_bytes: u64 = 4 << 30, "GLOVEBOX_UNPACKED_MAX_BYTES";
    /// Hours until an unfinished resumable upload expires.
    upload_expiry_hours: u32 = 24, "GLOVEBOX_UPLOAD_EXPIRY_HOURS";
    /// Bytes of a request body, except for uploads.
    body_max_bytes: u64 = 1 << 20, "GLOVEBOX_BODY_MAX_BYTES";
    /// Seconds that a request may take, except for uploads.
    request_timeout_s: u32 = 30, "GLOVEBOX_REQUEST_TIMEOUT_S";
    /// Bytes that an organisation may store, unless an administrator set another limit for it.
    quota_bytes: u64 = 10 << 30, "GLOVEBOX_QUOTA_BYTES";
    /// Files that an organisation may store, unless an administrator set another limit for it.
    quota_files: u64 = 1_000, "GLOVEBOX_QUOTA_FILES";
    /// Versions of one file.
    versions_max: u32 = 100, "GLOVEBOX_VERSIONS_MAX";
    /// Minutes in which a deleted file can be restored.
    file_undo_minutes: u32 = 60, "GLOVEBOX_FILE_UNDO_MINUTES";
    /// Minutes without a request after which a session expires, unless it is remembered.
    session_idle_minutes: u32 = 30, "GLOVEBOX_SESSION_IDLE_MINUTES";
    /// Days after which a remembered session expires.
    session_remember_days: u32 = 30, "GLOVEBOX_SESSION_REMEMBER_DAYS";
    /// Minutes for which a bearer token is valid.
    bearer_minutes: u32 = 60, "GLOVEBOX_BEARER_MINUTES";
    /// Minutes for which an emailed reset code works.
    reset_code_minutes: u32 = 10, "GLOVEBOX_RESET_CODE_MINUTES";
    /// Wrong attempts after which a reset code stops working.
    reset_code_tries: u32 = 5, "GLOVEBOX_RESET_CODE_TRIES";
    /// Hours for which an emailed verification link works.
    verification_hours: u32 = 48, "GLOVEBOX_VERIFICATION_HOURS";
    /// Days for which an invitation works.
    invitation_days: u32 = 7, "GLOVEBOX_INVITATION_DAYS";
    /// Sessions of one user; beyond that, the least recently used one ends.
    sessions_per_user: u32 = 100, "GLOVEBOX_SESSIONS_PER_USER";
    /// Personal API keys of one user.
    api_keys_per_user: u32 = 50, "GLOVEBOX_API_KEYS_PER_USER";
    /// Minutes after a login in which somebody without a password may do what usually needs the password.
    fresh_login_minutes: u32 = 10, "GLOVEBOX_FRESH_LOGIN_MINUTES";
    /// Emails per hour of each kind (verification links, reset codes, invitations) to one address.
    mails_per_address_per_hour: u32 = 5, "GLOVEBOX_MAILS_PER_ADDRESS_PER_HOUR";
    /// Pending invitations of one organisation.
    invitations_per_org: u32 = 100, "GLOVEBOX_INVITATIONS_PER_ORG";
    /// Shared organisations that one user may own: each has its own quota.
    orgs_per_owner: u32 = 20, "GLOVEBOX_ORGS_PER_OWNER";
    /// Projects of one organisation.
    projects_per_org: u32 = 1_000, "GLOVEBOX_PROJECTS_PER_ORG";
    /// Prompts of one project.
    prompts_per_project: u32 = 50, "GLOVEBOX_PROMPTS_PER_PROJECT";
    /// Conversations of one project.
    conversations_per_project: u32 = 10_000, "GLOVEBOX_CONVERSATIONS_PER_PROJECT";
    /// Messages of one conversation, including answers.
    messages_per_conversation: u32 = 10_000, "GLOVEBOX_MESSAGES_PER_CONVERSATION";
    /// Pinned answers of one conversation.
    pins_per_conversation: u32 = 20, "GLOVEBOX_PINS_PER_CONVERSATION";
    /// Characters of one question.
    question_max_chars: u32 = 20_000, "GLOVEBOX_QUESTION_MAX_CHARS";
    /// Bytes of a script sent with a question.
    script_max_bytes: u32 = 65_536, "GLOVEBOX_SCRIPT_MAX_BYTES";
    /// Files of one question.
    files_per_question: u32 = 20, "GLOVEBOX_FILES_PER_QUESTION";
    /// Files that scripts may make in one conversation, including deleted ones.
    generated_files_per_conversation: u32 = 5_000, "GLOVEBOX_GENERATED_FILES_PER_CONVERSATION";
    /// Bytes at the start of a generated table that its preview reads.
    preview_max_bytes: u64 = 4 << 20, "GLOVEBOX_PREVIEW_MAX_BYTES";
    /// Bytes of a conversation export that can be imported.
    import_max_bytes: u64 = 32 << 20, "GLOVEBOX_IMPORT_MAX_BYTES";
    /// Failed logins in a row without a delay; each further one delays the next.
    login_free_failures: u32 = 3, "GLOVEBOX_LOGIN_FREE_FAILURES";
    /// Maximum delay of a login in seconds.
    login_max_delay_s: u32 = 900, "GLOVEBOX_LOGIN_MAX_DELAY_S";
    /// Requests per minute of one user, or of one IP address without a login.
    requests_per_minute: u32 = 600, "GLOVEBOX_REQUESTS_PER_MINUTE";
    /// Requests per minute of one IP address to each endpoint that takes a password, a code or an email address.
    credential_requests_per_minute: u32 = 20, "GLOVEBOX_CREDENTIAL_REQUESTS_PER_MINUTE";
    /// Uploads per minute of one user.
    uploads_per_minute: u32 = 60, "GLOVEBOX_UPLOADS_PER_MINUTE";
    /// Hours for which an idempotency key is remembered.
    idempotency_hours: u32 = 24, "GLOVEBOX_IDEMPOTENCY_HOURS";
    /// Seconds after which an idempotency key can be used again if its server died during the request.
    idempotency_lease_s: u32 = 60, "GLOVEBOX_IDEMPOTENCY_LEASE_S";
    /// Minutes after which an object without a database row counts as an orphan.
    orphan_minutes: u32 = 60, "GLOVEBOX_ORPHAN_MINUTES";
    /// Seconds that a call to the object store may take without transferring a byte.
    object_timeout_s: u32 = 30, "GLOVEBOX_OBJECT_TIMEOUT_S";
    /// Seconds that delivering one email to the mail server may take.
    mail_timeout_s: u32 = 60, "GLOVEBOX_MAIL_TIMEOUT_S";
    /// Seconds that one request to Google may take.
    google_timeout_s: u32 = 10, "GLOVEBOX_GOOGLE_TIMEOUT_S";
    /// Minutes in which a Google sign-in must be completed.
    google_login_minutes: u32 = 10, "GLOVEBOX_GOOGLE_LOGIN_MINUTES";
    /// Simultaneous client connections; further ones wait until one is free.
    connections: u32 = 2_000, "GLOVEBOX_CONNECTIONS";
    /// Seconds in which open requests may finish when the server stops.
    shutdown_grace_s: u32 = 20, "GLOVEBOX_SHUTDOWN_GRACE_S";
    /// Connections to the database.
    database_connections: u32 = 20, "GLOVEBOX_DATABASE_CONNECTIONS";
    /// Turns that one server runs at the same time.
    turns_per_server: u32 = 16, "GLOVEBOX_TURNS_PER_SERVER";
    /// Turns of one organisation that run at the same time; further ones wait.
    turns_per_org: u32 = 4, "GLOVEBOX_TURNS_PER_ORG";
    /// Waiting turns of one organisation.
    turns_waiting_per_org: u32 = 200, "GLOVEBOX_TURNS_WAITING_PER_ORG";
    /// Units of WebAssembly fuel that an organisation's turns may use per day (UTC).
    fuel_per_day: u64 = 20_000_000_000_000, "GLOVEBOX_FUEL_PER_DAY";
    /// Input and output tokens of the model that one turn may use.
    turn_model_tokens: u64 = 400_000, "GLOVEBOX_TURN_MODEL_TOKENS";
    /// Scripts that one turn may run.
    turn_runs: u32 = 12, "GLOVEBOX_TURN_RUNS";
    /// Failed runs in a row of one turn that may be retried.
    turn_repairs: u32 = 3, "GLOVEBOX_TURN_REPAIRS";
    /// Queries that one turn may run at data sources.
    turn_queries: u32 = 20, "GLOVEBOX_TURN_QUERIES";
    /// Units of WebAssembly fuel that one turn may use.
    turn_fuel: u64 = 500_000_000_000, "GLOVEBOX_TURN_FUEL";
    /// Seconds that one turn may take.
    turn_wall_s: u32 = 600, "GLOVEBOX_TURN_WALL_S";
    /// Tables of a project that a turn is given, starting with those that the conversation is about.
    turn_tables: u32 = 20, "GLOVEBOX_TURN_TABLES";
    /// Messages of a conversation that a turn can see.
    turn_history_messages: u32 = 200, "GLOVEBOX_TURN_HISTORY_MESSAGES";
    /// Bytes of the request body of a run without a conversation, including its files.
    run_body_max_bytes: u64 = 64 << 20, "GLOVEBOX_RUN_BODY_MAX_BYTES";
    /// Bytes of the files that a run without a conversation may make, because its response contains them.
    run_output_max_bytes: u64 = 16 << 20, "GLOVEBOX_RUN_OUTPUT_MAX_BYTES";
    /// Runs without a conversation at the same time on one server; further ones are refused.
    runs_per_server: u32 = 8, "GLOVEBOX_RUNS_PER_SERVER";
    /// Bytes of one message of a client of the Model Context Protocol, including a file that it uploads.
    mcp_body_max_bytes: u64 = 16 << 20, "GLOVEBOX_MCP_BODY_MAX_BYTES";
    /// Bytes of a file that a client of the Model Context Protocol reads as a resource.
    mcp_resource_max_bytes: u64 = 1 << 20, "GLOVEBOX_MCP_RESOURCE_MAX_BYTES";
    /// Sessions of the Model Context Protocol of one user on one server; beyond that, the least recently used one ends.
    mcp_sessions_per_user: u32 = 20, "GLOVEBOX_MCP_SESSIONS_PER_USER";
    /// Minutes without a request after which a session of the Model Context Protocol ends.
    mcp_session_idle_minutes: u32 = 720, "GLOVEBOX_MCP_SESSION_IDLE_MINUTES";
    /// Days for which a link to a chart or a file works in an answer to another program.
    link_days: u32 = 7, "GLOVEBOX_LINK_DAYS";
    /// Minutes for which the stream of a finished answer can still be read.
    stream_minutes: u32 = 60, "GLOVEBOX_STREAM_MINUTES";
    /// Bytes of memory for all scripts of one server together, each with its own limit; 0 means three quarters of the
    /// machine's memory.
    runs_memory_bytes: u64 = 0, "GLOVEBOX_RUNS_MEMORY_BYTES";
    /// Dashboards of one project.
    dashboards_per_project: u32 = 500, "GLOVEBOX_DASHBOARDS_PER_PROJECT";
    /// Tiles of one dashboard, including those that only its older versions show.
    tiles_per_dashboard: u32 = 500, "GLOVEBOX_TILES_PER_DASHBOARD";
    /// Versions of a dashboard that are kept, the newest first.
    dashboard_versions: u32 = 200, "GLOVEBOX_DASHBOARD_VERSIONS";
    /// Links to one dashboard.
    shares_per_dashboard: u32 = 50, "GLOVEBOX_SHARES_PER_DASHBOARD";
    /// Tile scripts that one server runs at the same time.
    refreshes_per_server: u32 = 2, "GLOVEBOX_REFRESHES_PER_SERVER";
    /// Tile scripts of one organisation that run at the same time; further ones wait.
    refreshes_per_org: u32 = 4, "GLOVEBOX_REFRESHES_PER_ORG";
    /// Waiting tile scripts of one organisation.
    refreshes_waiting_per_org: u32 = 500, "GLOVEBOX_REFRESHES_WAITING_PER_ORG";
    /// Units of WebAssembly fuel that one run for a tile may use.
    refresh_fuel: u64 = 100_000_000_000, "GLOVEBOX_REFRESH_FUEL";
    /// Units of WebAssembly fuel that an organisation's tiles may use per day (UTC), in addition to its turns.
    refresh_fuel_per_day: u64 = 20_000_000_000_000, "GLOVEBOX_REFRESH_FUEL_PER_DAY";
    /// Days for which a tile's result is kept if nobody views it.
    tile_result_days: u32 = 30, "GLOVEBOX_TILE_RESULT_DAYS";
    /// Alerts of one project.
    alerts_per_project: u32 = 200, "GLOVEBOX_ALERTS_PER_PROJECT";
    /// Labels that one alert watches.
    labels_per_alert: u32 = 1_000, "GLOVEBOX_LABELS_PER_ALERT";
    /// Minimum seconds between two checks of an alert.
    alert_interval_s: u32 = 60, "GLOVEBOX_ALERT_INTERVAL_S";
    /// Seconds for which a check waits for its tile's result before it counts as failed.
    alert_wait_s: u32 = 600, "GLOVEBOX_ALERT_WAIT_S";
    /// Failed checks in a row after which an alert is paused.
    alert_failures: u32 = 5, "GLOVEBOX_ALERT_FAILURES";
    /// Days for which the checks, events and deliveries of alerts are kept.
    alert_history_days: u32 = 90, "GLOVEBOX_ALERT_HISTORY_DAYS";
    /// Channels of one organisation.
    channels_per_org: u32 = 50, "GLOVEBOX_CHANNELS_PER_ORG";
    /// Messages per hour to one channel; further ones are not sent.
    messages_per_channel_per_hour: u32 = 60, "GLOVEBOX_MESSAGES_PER_CHANNEL_PER_HOUR";
    /// Seconds that the receiver of a webhook may take to answer.
    webhook_timeout_s: u32 = 10, "GLOVEBOX_WEBHOOK_TIMEOUT_S";
    /// Data sources of one organisation.
    sources_per_org: u32 = 100, "GLOVEBOX_SOURCES_PER_ORG";
    /// Seconds that connecting and logging in to a database may take.
    source_connect_s: u32 = 10, "GLOVEBOX_SOURCE_CONNECT_S";
    /// Seconds that one query at a source may take; it is also stopped there.
    source_query_s: u32 = 60, "GLOVEBOX_SOURCE_QUERY_S";
    /// Rows that are read of one query; the rest is left out, and the response says so.
    source_rows: u32 = 1_000_000, "GLOVEBOX_SOURCE_ROWS";
    /// Bytes, as CSV, that are read of one query; the rest is left out, and the response says so.
    source_bytes: u64 = 256 << 20, "GLOVEBOX_SOURCE_BYTES";
    /// Bytes of one value in a row; a larger one is refused.
    source_cell_bytes: u32 = 1 << 20, "GLOVEBOX_SOURCE_CELL_BYTES";
    /// Rows of a query preview.
    source_preview_rows: u32 = 1_000, "GLOVEBOX_SOURCE_PREVIEW_ROWS";
    /// Tables of a source whose columns are loaded.
    source_tables: u32 = 5_000, "GLOVEBOX_SOURCE_TABLES";
    /// Queries that one server runs at one source at the same time; further ones are refused.
    source_queries: u32 = 4, "GLOVEBOX_SOURCE_QUERIES";
    /// Queries that one server runs at all sources of an organisation at the same time; further ones are refused.
    source_queries_per_org: u32 = 8, "GLOVEBOX_SOURCE_QUERIES_PER_ORG";
    /// Model providers of one organisation.
    model_providers_per_org: u32 = 20, "GLOVEBOX_MODEL_PROVIDERS_PER_ORG";
    /// Models that one model provider of an organisation offers.
    models_per_provider: u32 = 50, "GLOVEBOX_MODELS_PER_PROVIDER";
    /// Seconds that the test of an organisation's model may take.
    model_check_s: u32 = 60, "GLOVEBOX_MODEL_CHECK_S";
    /// Reports of one dashboard.
    reports_per_dashboard: u32 = 20, "GLOVEBOX_REPORTS_PER_DASHBOARD";
    /// Addresses of one report, in addition to members by their role.
    report_addresses: u32 = 100, "GLOVEBOX_REPORT_ADDRESSES";
    /// Minimum seconds between two sendings of a report.
    report_interval_s: u32 = 3_600, "GLOVEBOX_REPORT_INTERVAL_S";
    /// Seconds for which a report waits for its dashboard's results; then it is sent with what is there.
    report_wait_s: u32 = 900, "GLOVEBOX_REPORT_WAIT_S";
    /// Failed sendings in a row after which a report is paused.
    report_failures: u32 = 5, "GLOVEBOX_REPORT_FAILURES";
    /// Days for which the sendings of reports are kept.
    report_history_days: u32 = 90, "GLOVEBOX_REPORT_HISTORY_DAYS";
    /// Bytes of all pictures inside one mail of a report; further ones are left out, and the mail says so.
    report_pictures_max_bytes: u64 = 4 << 20, "GLOVEBOX_REPORT_PICTURES_MAX_BYTES";
    /// Bytes of all files attached to one mail of a report; further ones are left out, and the mail says so.
    report_files_max_bytes: u64 = 10 << 20, "GLOVEBOX_REPORT_FILES_MAX_BYTES";
    /// Pages of a PDF; what is beyond them is left out, and the document says so.
    pdf_pages: u32 = 500, "GLOVEBOX_PDF_PAGES";
    /// Pictures of a PDF; further ones are left out, and the document says so.
    pdf_pictures: u32 = 200, "GLOVEBOX_PDF_PICTURES";
    /// Bytes of all pictures of a PDF together; further ones are left out, and the document says so.
    pdf_pictures_bytes: u64 = 64 << 20, "GLOVEBOX_PDF_PICTURES_BYTES";
    /// Pixels of one picture of a PDF; a larger one is replaced by its description.
    pdf_picture_max_pixels: u64 = 16_000_000, "GLOVEBOX_PDF_PICTURE_MAX_PIXELS";
    /// Rows of one table in a PDF; the document says how many there are.
    pdf_table_rows: u32 = 2_000, "GLOVEBOX_PDF_TABLE_ROWS";
    /// Columns of one table in a PDF; the document says how many there are.
    pdf_table_columns: u32 = 60, "GLOVEBOX_PDF_TABLE_COLUMNS";
    /// Characters of one cell in a PDF; a longer one is cut, and the document says so.
    pdf_cell_max_chars: u32 = 1_000, "GLOVEBOX_PDF_CELL_MAX_CHARS";
    /// Bytes above which a profile's statistics cover only the first rows.
    profile_exact_max_bytes: u64 = 256 << 20, "GLOVEBOX_PROFILE_EXACT_MAX_BYTES";
}

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use super::*;

    #[test]
    fn the_list_of_limits_is_complete() {
        let mut list = String::from(
            "# Limits of the server\n\nEach is a variable of the environment or of the file `.env`; its unit is in its name.\n\n\
             | variable | default | what it limits |\n| --- | --- | --- |\n",
        );
        for (variable, default, meaning) in ServerLimits::described() {
            let meaning = meaning.trim().trim_end_matches('.');
            list.extend(["| `", variable, "` | ", &default.to_string(), " | ", meaning, " |\n"]);
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/LIMITS.md");
        if env::var_os("UPDATE_LIMITS").is_some() {
            fs::write(path, &list).unwrap();
        }
        let committed = fs::read_to_string(path).unwrap();
        assert!(
            committed == list,
            "{path} is out of date; run the test again with UPDATE_LIMITS=1 and commit the file"
        );
    }
}
