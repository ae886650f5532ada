//! How often somebody may ask: by user, or by address where nobody is logged in, in three classes.
//!
//! Every request counts in the general class but those that ask after the server's health. What takes a password, a
//! code or a mail address counts by address and endpoint as well, and what begins an upload by user. A class is a
//! bucket that refills evenly (GCRA), so after a burst there is no wall to wait at. Every answer has the fields
//! `RateLimit-Limit`, `-Remaining`, `-Reset` and `-Policy` of draft-ietf-httpapi-ratelimit-headers-06, of its strictest
//! class; later drafts fold them into one structured field that few clients read yet.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{Quota, RateLimiter, middleware::StateInformationMiddleware, state::keyed::DashMapStateStore};

use super::{address::ClientAddress, error::Failure};
use crate::{accounts::Caller, app::App, clock::Clock, config::ServerLimits, error::Error, ids::UserId};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What takes a password, a code, a token or a mail address, and so invites guessing or flooding.
const CREDENTIALS: [(Method, &str); 28] = [
    // They call addresses that people name.
    (Method::POST, "/api/v1/model-providers/{model_provider_id}/check"),
    (Method::POST, "/api/v1/orgs/{org_id}/model-provider-checks"),
    (Method::POST, "/api/v1/orgs/{org_id}/source-checks"),
    (Method::POST, "/api/v1/sources/{source_id}/check"),
    (Method::POST, "/api/v1/accounts"),
    (Method::DELETE, "/api/v1/account"),
    (Method::PUT, "/api/v1/account/email"),
    (Method::POST, "/api/v1/account/google"),
    (Method::PUT, "/api/v1/account/password"),
    (Method::POST, "/api/v1/email-verifications"),
    (Method::POST, "/api/v1/email-verifications/confirm"),
    (Method::GET, "/api/v1/google/login"),
    (Method::GET, "/auth/google/callback"),
    (Method::POST, "/api/v1/invitations/accept"),
    (Method::POST, "/api/v1/orgs/{org_id}/invitations"),
    (Method::POST, "/api/v1/password-resets"),
    (Method::POST, "/api/v1/password-resets/{password_reset_id}/confirm"),
    (Method::POST, "/api/v1/sessions"),
    (Method::POST, "/api/v1/shared-dashboards/{share_token}"),
    (Method::POST, "/api/v1/shared-dashboards/{share_token}/export"),
    (
        Method::POST,
        "/api/v1/shared-dashboards/{share_token}/tiles/{tile_id}/table",
    ),
    (Method::POST, "/api/v1/tokens"),
    (Method::POST, "/api/login"),
    (Method::POST, "/api/signup"),
    (Method::POST, "/login"),
    (Method::POST, "/register"),
    (Method::POST, "/users/login"),
    (Method::POST, "/users/register"),
];

/// What begins an upload.
const UPLOADS: [(Method, &str); 5] = [
    (Method::POST, "/api/v1/projects/{project_id}/conversations/import"),
    (Method::POST, "/api/v1/projects/{project_id}/files"),
    (Method::POST, "/api/v1/projects/{project_id}/uploads"),
    (Method::POST, "/projects/{project_id}/files"),
    (Method::POST, "/v1/files"),
];

/// What is asked by machines that watch over the server.
const UNLIMITED: [&str; 3] = ["/health", "/livez", "/readyz"];

/// Between two clean-ups of what is remembered.
const SWEEP_EVERY: Duration = Duration::from_secs(30);

/// Callers remembered at once in a class. More than that within a minute are a flood, and share one bucket.
const MAX_CALLERS: usize = 100_000;

/// The address of all who are too many to be told apart.
const CROWD: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);

/// The state of every limit. Cheap to clone; one server counts for itself.
#[derive(Clone)]
pub(super) struct RateLimits(Arc<Classes>);

struct Classes {
    general: Class<Who>,
    credentials: Class<(IpAddr, &'static str)>,
    uploads: Class<Who>,
    clock: Clock,
    /// Seconds of the clock at the last clean-up.
    swept_s: AtomicU64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Who {
    User(UserId),
    Address(IpAddr),
}

impl RateLimits {
    pub(super) fn new(limits: &ServerLimits, clock: &Clock) -> Self {
        Self(Arc::new(Classes {
            general: Class::new(limits.requests_per_minute, clock),
            credentials: Class::new(limits.credential_requests_per_minute, clock),
            uploads: Class::new(limits.uploads_per_minute, clock),
            clock: clock.clone(),
            swept_s: AtomicU64::new(clock.elapsed().as_secs()),
        }))
    }

    /// Counts the request. What it answers last is the strictest.
    fn count(&self, method: &Method, route: &str, who: Who, address: IpAddr) -> Counted {
        self.sweep();
        let Classes {
            general,
            credentials,
            uploads,
            ..
        } = &*self.0;
        let listed = |list: &'static [(Method, &'static str)]| {
            let found = list.iter().find(|(m, r)| m == method && *r == route);
            found.map(|(_, route)| *route)
        };
        // Whoever is logged in is never counted with a crowd of strangers.
        let stranger = matches!(who, Who::Address(_)) && general.limiter.len() >= MAX_CALLERS;
        let mut counted = general.count(if stranger { Who::Address(CROWD) } else { who });
        if let Some(route) = listed(&CREDENTIALS).filter(|_| counted.may_go()) {
            let crowded = credentials.limiter.len() >= MAX_CALLERS;
            counted = credentials.count((if crowded { CROWD } else { address }, route));
        }
        if listed(&UPLOADS).is_some() && counted.may_go() {
            counted = uploads.count(who);
        }
        counted
    }

    /// Forgets who has not asked for so long that it makes no difference, now and then.
    fn sweep(&self) {
        let classes = &*self.0;
        let now = classes.clock.elapsed().as_secs();
        let swept = classes.swept_s.load(Ordering::Relaxed);
        let due = now >= swept + SWEEP_EVERY.as_secs();
        let taken = |()| {
            let exchange = classes
                .swept_s
                .compare_exchange(swept, now, Ordering::Relaxed, Ordering::Relaxed);
            exchange.is_ok()
        };
        if due && taken(()) {
            classes.general.forget_idle();
            classes.credentials.forget_idle();
            classes.uploads.forget_idle();
        }
    }
}

/// Lets the request go on, or answers 429 and when to come back.
pub(super) async fn limit(State((app, limits)): State<(App, RateLimits)>, request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str);
    if UNLIMITED.contains(&route) {
        return next.run(request).await;
    }
    let ClientAddress(address) = ClientAddress::of(&app.config, request.headers(), request.extensions());
    let address = network(address);
    let who = match request.extensions().get::<Caller>() {
        Some(caller) => Who::User(caller.user_id),
        None => Who::Address(address),
    };
    let counted = limits.count(request.method(), route, who, address);
    let mut response = match counted.retry_after_s {
        None => next.run(request).await,
        Some(seconds) => Failure(Error::Limited {
            code: "rate_limited",
            message: format!("Too many requests. Try again in {seconds} seconds."),
            retry_after_s: Some(seconds),
        })
        .into_response(),
    };
    counted.write(response.headers_mut());
    response
}

/// The part of an address that one customer of a network has: the whole of IPv4, the first 64 bits of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

/// A clock for the limiter, which is not interested in dates.
#[derive(Clone)]
struct Ticks(Clock);

impl governor::clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A bucket for each caller.
struct Class<K: Clone + Eq + Hash> {
    limiter: RateLimiter<K, DashMapStateStore<K>, Ticks, StateInformationMiddleware>,
    per_minute: NonZeroU32,
}

impl<K: Clone + Eq + Hash> Class<K> {
    fn new(per_minute: u32, clock: &Clock) -> Self {
        let per_minute = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(per_minute);
        Self {
            limiter: RateLimiter::new(quota, DashMapStateStore::default(), Ticks(clock.clone())),
            per_minute,
        }
    }

    fn count(&self, key: K) -> Counted {
        let limit = self.per_minute.get();
        match self.limiter.check_key(&key) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let full_in = Quota::per_minute(self.per_minute).replenish_interval() * (limit - remaining.min(limit));
                Counted {
                    limit,
                    remaining,
                    reset_s: ceil_s(full_in),
                    retry_after_s: None,
                }
            }
            Err(not_until) => {
                let now = governor::clock::Clock::now(self.limiter.clock());
                let wait_s = ceil_s(not_until.wait_time_from(now)).max(1);
                Counted {
                    limit,
                    remaining: 0,
                    reset_s: wait_s,
                    retry_after_s: Some(wait_s),
                }
            }
        }
    }

    fn forget_idle(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

/// Where somebody stands after a request.
struct Counted {
    limit: u32,
    remaining: u32,
    /// Seconds until all may be asked again, or, as the draft wants it, what `Retry-After` says.
    reset_s: u64,
    retry_after_s: Option<u64>,
}

impl Counted {
    fn may_go(&self) -> bool {
        self.retry_after_s.is_none()
    }

    fn write(&self, headers: &mut HeaderMap) {
        headers.insert(LIMIT, self.limit.into());
        headers.insert(REMAINING, self.remaining.into());
        headers.insert(RESET, self.reset_s.into());
        if let Ok(policy) = HeaderValue::try_from(format!("{};w=60", self.limit)) {
            headers.insert(POLICY, policy);
        }
    }
}

fn ceil_s(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn limits(requests_per_minute: u32) -> (RateLimits, Clock) {
        let clock = Clock::system();
        let limits = ServerLimits {
            requests_per_minute,
            ..ServerLimits::default()
        };
        (RateLimits::new(&limits, &clock), clock)
    }

    #[test]
    fn those_who_have_not_asked_for_a_while_are_forgotten() {
        let (limits, clock) = limits(60);
        for host in 0..1000_u32 {
            let address = IpAddr::V4(host.into());
            limits.count(&Method::GET, "/", Who::Address(address), address);
        }
        assert_eq!(limits.0.general.limiter.len(), 1000);
        clock.skip(TimeDelta::minutes(2));
        let address = IpAddr::V4(7.into());
        limits.count(&Method::GET, "/", Who::Address(address), address);
        assert_eq!(limits.0.general.limiter.len(), 1);
    }

    #[test]
    fn a_flood_of_callers_shares_one_bucket() {
        let (limits, _) = limits(1);
        for host in 0..MAX_CALLERS as u32 {
            let address = IpAddr::V4(host.into());
            assert!(limits.count(&Method::GET, "/", Who::Address(address), address).may_go());
        }
        let goes = (0..10).filter(|host| {
            let address = IpAddr::V4((u32::MAX - host).into());
            limits.count(&Method::GET, "/", Who::Address(address), address).may_go()
        });
        assert_eq!(goes.count(), 1);
        let user = Who::User(UserId::new());
        assert!(limits.count(&Method::GET, "/", user, CROWD).may_go());
        assert!(limits.0.general.limiter.len() <= MAX_CALLERS + 2);
    }

    #[test]
    fn neighbours_in_an_ipv6_network_are_one() {
        let check = |one: &str, other: &str, same: bool| {
            let network = |text: &str| network(text.parse().unwrap());
            assert_eq!(network(one) == network(other), same, "{one} {other}");
        };
        check("2001:db8::1", "2001:db8::2", true);
        check("2001:db8::1", "2001:db8:0:1::1", false);
        check("192.0.2.1", "192.0.2.2", false);
    }
}
