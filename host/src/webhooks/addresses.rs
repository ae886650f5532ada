//! Which addresses messages may go to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether a message may go to `ip`. Link-local addresses, where clouds keep their machines' credentials, are never
/// reached; loopback and private networks where `private` allows it.
pub(super) fn may_be_reached(ip: IpAddr, private: bool) -> bool {
    match ip {
        IpAddr::V4(ip) => v4(ip, private),
        IpAddr::V6(ip) => v6(ip, private),
    }
}

fn v4(ip: Ipv4Addr, private: bool) -> bool {
    let [a, b, c, _] = ip.octets();
    let never = a == 0 || a >= 224 || ip.is_link_local();
    let inside = ip.is_loopback()
        || ip.is_private()
        // Carrier-grade NAT (RFC 6598), protocol assignments, documentation, benchmarks.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 198 && (b == 18 || b == 19))
        || ip.is_documentation()
        // 6to4 relays, deprecated by RFC 7526.
        || (a == 192 && b == 88 && c == 99);
    !never && (private || !inside)
}

fn v6(ip: Ipv6Addr, private: bool) -> bool {
    if let Some(inner) = embedded(ip) {
        return v4(inner, private);
    }
    let first = ip.segments()[0];
    let never = ip.is_unspecified() || ip.is_multicast() || first & 0xffc0 == 0xfe80;
    // Only 2000::/3 is given out for the public internet.
    let public = first & 0xe000 == 0x2000 && !(first == 0x2001 && ip.segments()[1] < 0x0200) && first != 0x3fff;
    let documentation = first == 0x2001 && ip.segments()[1] == 0x0db8;
    !never && (private || (public && !documentation))
}

/// The address of IPv4 inside one of IPv6: mapped, compatible, NAT64 and 6to4.
fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = ip.segments();
    let tail = Ipv4Addr::from((u32::from(s[6]) << 16) | u32::from(s[7]));
    match s {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, ..] => Some(tail),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 || low > 1 => Some(tail),
        [0x2002, high, low, ..] => Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_reached_from_a_public_server() {
        let check = |text: &str, public: bool, private: bool| {
            let ip: IpAddr = text.parse().unwrap();
            assert_eq!(
                (may_be_reached(ip, false), may_be_reached(ip, true)),
                (public, private),
                "{text}"
            );
        };
        for open in [
            "93.184.215.14",
            "1.1.1.1",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
            "64:ff9b::101:101",
        ] {
            check(open, true, true);
        }
        for inside in [
            "127.0.0.1",
            "127.8.8.8",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "192.88.99.1",
            "::1",
            "fc00::1",
            "fd12::1",
            "::ffff:127.0.0.1",
            "::ffff:192.168.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2001:db8::1",
            "2001::1",
            "::127.0.0.1",
            "100::1",
        ] {
            check(inside, false, true);
        }
        for never in [
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "fe80::1",
            "febf::1",
            "ff02::1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
        ] {
            check(never, false, false);
        }
    }
}
