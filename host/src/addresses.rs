//! Which addresses the server may call on behalf of people.
//!
//! Public ones always; those of private networks and of this machine only where the settings allow them; and never those
//! that nobody has a reason to name: link-local and multicast ones, the clouds' metadata, and our own listeners, database,
//! mail server and object store. An address is checked after its name is resolved, and the one that was checked is dialled.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    sync::Arc,
};

use ipnet::IpNet;
use tokio::net::lookup_host;

use crate::config::{DatabaseConfig, MailConfig, ObjectsConfig, ServerConfig};

/// What may be called. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Addresses(Arc<Rules>);

#[derive(Debug)]
struct Rules {
    /// Private networks that may be called.
    networks: Vec<IpNet>,
    /// Hosts and ports of our own.
    own: Vec<(String, u16)>,
}

/// Why no address can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The name has no address.
    Unknown,
    /// It has one that may not be called.
    Forbidden,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Public,
    /// Of a private network or of this machine.
    Private,
    /// Never to be called.
    Reserved,
}

impl Addresses {
    pub fn new(config: &ServerConfig) -> Self {
        let mut own = vec![(config.listen.ip().to_string(), config.listen.port())];
        own.extend(
            config
                .metrics_listen
                .map(|listen| (listen.ip().to_string(), listen.port())),
        );
        if let DatabaseConfig::Url(url) = &config.database {
            own.extend(host_of(url.expose(), 5432));
        }
        if let ObjectsConfig::S3(s3) = &config.objects {
            own.extend(host_of(&s3.endpoint, 443));
        }
        if let MailConfig::Smtp(smtp) = &config.mail {
            own.push((smtp.server.clone(), smtp.port));
        }
        let networks = config.private_networks.clone();
        Self(Arc::new(Rules { networks, own }))
    }

    /// The addresses of `host`, all of which may be called. One that may not refuses them all: a name that has both kinds
    /// is a trick.
    pub async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Refusal> {
        let found: Vec<_> = lookup_host((host, port)).await.map_err(|_| Refusal::Unknown)?.collect();
        if found.is_empty() {
            return Err(Refusal::Unknown);
        }
        let own = self.own().await;
        if found.iter().all(|address| self.allows(*address, &own)) {
            Ok(found)
        } else {
            Err(Refusal::Forbidden)
        }
    }

    /// Whether an address is one of a private network or of this machine.
    pub fn is_private(address: IpAddr) -> bool {
        kind(address) == Kind::Private
    }

    /// Whether an address may be called as far as it tells by itself; it may still be one of our own.
    pub fn may_be_called(&self, ip: IpAddr) -> bool {
        let ip = plain(ip);
        match kind(ip) {
            Kind::Public => true,
            Kind::Private => self.0.networks.iter().any(|network| network.contains(&ip)),
            Kind::Reserved => false,
        }
    }

    /// # Panics
    /// Where a network does not read.
    #[cfg(test)]
    pub fn of(networks: &[&str], own: &[(&str, u16)]) -> Self {
        Self(Arc::new(Rules {
            networks: networks.iter().map(|network| network.parse().unwrap()).collect(),
            own: own.iter().map(|(host, port)| ((*host).to_owned(), *port)).collect(),
        }))
    }

    fn allows(&self, address: SocketAddr, own: &[SocketAddr]) -> bool {
        let ip = plain(address.ip());
        let ours = own.iter().any(|own| {
            let own_ip = plain(own.ip());
            own.port() == address.port() && (own_ip == ip || (is_here(own_ip) && is_here(ip)))
        });
        !ours && self.may_be_called(ip)
    }

    async fn own(&self) -> Vec<SocketAddr> {
        let mut found = Vec::new();
        for (host, port) in &self.0.own {
            if let Ok(addresses) = lookup_host((host.as_str(), *port)).await {
                found.extend(addresses);
            }
        }
        found
    }
}

/// Whether an address is one of this machine's: only those can be bound.
fn is_here(ip: IpAddr) -> bool {
    ip.is_loopback() || ip.is_unspecified() || UdpSocket::bind((ip, 0)).is_ok()
}

/// The IPv4 address in an IPv6 one that only carries it.
fn plain(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(v6) => carried(v6).map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    }
}

/// Mapped (`::ffff:0:0/96`), compatible (`::/96`), translated (`64:ff9b::/96`) and tunnelled (`2002::/16`) addresses.
fn carried(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let last = |segments: [u16; 8]| {
        let [a, b] = segments[6].to_be_bytes();
        let [c, d] = segments[7].to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    let segments = ip.segments();
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, _, _] | [0x64, 0xff9b, 0, 0, 0, 0, _, _] => Some(last(segments)),
        [0x2002, high, low, ..] => Some(last([0, 0, 0, 0, 0, 0, high, low])),
        _ => None,
    }
}

fn kind(ip: IpAddr) -> Kind {
    match plain(ip) {
        IpAddr::V4(v4) => kind_of_v4(v4),
        IpAddr::V6(v6) => kind_of_v6(v6),
    }
}

fn kind_of_v4(ip: Ipv4Addr) -> Kind {
    // Metadata of Alibaba, Azure and Oracle; that of the others is link-local.
    const METADATA: [[u8; 4]; 3] = [[100, 100, 100, 200], [168, 63, 129, 16], [192, 0, 0, 192]];
    let octets = ip.octets();
    match octets {
        _ if METADATA.contains(&octets) || ip.is_link_local() || ip.is_multicast() => Kind::Reserved,
        // "This network", what is reserved with broadcast among it, and addresses of protocols, documents and benchmarks.
        [0 | 240..=255, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Kind::Reserved,
        // 100.64.0.0/10 is the carriers'.
        [100, 64..=127, ..] => Kind::Private,
        _ if ip.is_private() || ip.is_loopback() => Kind::Private,
        _ => Kind::Public,
    }
}

fn kind_of_v6(ip: Ipv6Addr) -> Kind {
    // Amazon's metadata, which has a unique local address.
    const METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
    let segments = ip.segments();
    // Documents, Teredo and ORCHID; the rest of what begins with 2 or 3 is public.
    let special = matches!(segments, [0x2001, 0..=0x1ff | 0xdb8, ..]);
    match segments {
        _ if ip == METADATA => Kind::Reserved,
        _ if ip.is_loopback() || ip.is_unique_local() => Kind::Private,
        [0x2000..=0x3fff, ..] if !special => Kind::Public,
        _ => Kind::Reserved,
    }
}

fn host_of(url: &str, default_port: u16) -> Option<(String, u16)> {
    let url = url::Url::parse(url).ok()?;
    let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
    Some((host, url.port_or_known_default().unwrap_or(default_port)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Addresses that a tenant could try, in all their spellings.
    const NEVER_PUBLIC: [&str; 64] = [
        "127.0.0.1",
        "127.0.0.2",
        "127.1.2.3",
        "127.255.255.254",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.255.255",
        "169.254.0.1",
        "169.254.169.254",
        "169.254.170.2",
        "100.64.0.1",
        "100.100.100.200",
        "100.127.255.255",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::10.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:192.168.1.1",
        "::ffff:0.0.0.0",
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "2002:a9fe:a9fe::",
        "2002:c0a8:1::",
        "2001::1",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "2001:10::1",
        "fc00::1",
        "fd00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::a9fe:a9fe",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ff05::2",
        "100::1",
        "4000::1",
        "5f00::1",
    ];

    #[tokio::test]
    async fn no_private_or_reserved_address_is_called_unless_it_is_allowed() {
        let strict = Addresses::of(&[], &[]);
        for ip in NEVER_PUBLIC {
            assert_eq!(strict.resolve(ip, 5432).await, Err(Refusal::Forbidden), "{ip}");
        }
        for ip in [
            "1.1.1.1",
            "100.128.0.1",
            "172.32.0.1",
            "2606:4700::1111",
            "64:ff9b::1.1.1.1",
        ] {
            assert!(strict.resolve(ip, 5432).await.is_ok(), "{ip}");
        }
        assert_eq!(strict.resolve("localhost", 5432).await, Err(Refusal::Forbidden));
        assert_eq!(
            strict.resolve("no-such-name.invalid", 5432).await,
            Err(Refusal::Unknown)
        );
    }

    #[tokio::test]
    async fn an_allowed_network_opens_neither_metadata_nor_what_is_our_own() {
        let open = Addresses::of(&["0.0.0.0/0", "::/0"], &[("127.0.0.1", 8080), ("0.0.0.0", 9464)]);
        for (ip, port, allowed) in [
            ("127.0.0.1", 5432, true),
            ("10.0.0.1", 5432, true),
            ("::1", 5432, true),
            ("127.0.0.1", 8080, false),
            ("127.0.0.2", 8080, false),
            ("::1", 8080, false),
            ("::ffff:127.0.0.1", 8080, false),
            ("127.0.0.1", 9464, false),
            ("169.254.169.254", 80, false),
            ("100.100.100.200", 80, false),
            ("fd00:ec2::254", 80, false),
            ("0.0.0.0", 5432, false),
        ] {
            assert_eq!(open.resolve(ip, port).await.is_ok(), allowed, "{ip} {port}");
        }
        let one = Addresses::of(&["10.1.0.0/16"], &[]);
        assert!(one.resolve("10.1.2.3", 1).await.is_ok());
        assert_eq!(one.resolve("10.2.2.3", 1).await, Err(Refusal::Forbidden));
    }
}
