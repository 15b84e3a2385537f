//! Whose request is this? The network address of the client, believed only as far as trusted proxies vouch for it.
//!
//! A client can write any `X-Forwarded-For` it likes, so the list is read from its right end, the one our own
//! proxies wrote: each trusted hop vouches for the entry before it, and the first address that is not a trusted
//! proxy is the client. Everything further left is hearsay and dropped.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::HeaderMap;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// The header in which proxies note whom they speak for.
pub(crate) const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// Networks of the proxies in front of Vestibule whose `X-Forwarded-For` is believed. Empty: nobody's is.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

/// Where a request came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAddress {
    client: IpAddr,
    /// The trusted hops between the client and Vestibule, nearest to the client first.
    proxies: Vec<IpAddr>,
}

impl TrustedProxies {
    /// Trusts the given networks. IPv4 networks also match their IPv4-mapped IPv6 form.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Is this address one of our own proxies?
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client behind `peer`, the other end of the connection: `peer` itself unless it is a trusted proxy,
    /// otherwise the rightmost entry of `X-Forwarded-For` that is not one.
    ///
    /// An entry that is no address ends the search: the last address that was vouched for stands. If every entry is
    /// a trusted proxy, the leftmost one stands.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let mut client = peer.to_canonical();
        let mut proxies = Vec::new();
        if !self.0.is_empty() {
            let mut entries = forwarded_for(headers);
            while self.trusts(client) {
                let Some(before) = entries.next().and_then(address) else { break };
                proxies.push(client);
                client = before;
            }
            proxies.reverse();
        }
        ClientAddress { client, proxies }
    }
}

impl ClientAddress {
    /// The client's address; an IPv4-mapped IPv6 address is given as IPv4.
    #[must_use]
    pub fn address(&self) -> IpAddr {
        self.client
    }

    /// What limits count by: one IPv4 address, or the /64 that a single IPv6 customer commonly holds whole.
    #[must_use]
    pub fn network(&self) -> IpNet {
        match self.client {
            IpAddr::V4(address) => Ipv4Net::from(address).into(),
            IpAddr::V6(address) => {
                let prefix = u128::from(address) >> 64 << 64;
                Ipv6Net::new(Ipv6Addr::from(prefix), 64).unwrap_or_else(|_| Ipv6Net::from(address)).into()
            }
        }
    }

    /// The believed part of the chain as an `X-Forwarded-For` value: the client, then the proxies it came through.
    #[must_use]
    pub fn forwarded_for(&self) -> String {
        let mut chain = self.client.to_string();
        for proxy in &self.proxies {
            chain.push_str(", ");
            chain.push_str(&proxy.to_string());
        }
        chain
    }
}

/// The entries of all `X-Forwarded-For` lines, last one first.
fn forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines: Vec<_> = headers.get_all(X_FORWARDED_FOR).iter().collect();
    lines.into_iter().rev().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','))
}

/// Reads `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let entry = std::str::from_utf8(entry).ok()?.trim();
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    let address = bare.parse().or_else(|_| entry.parse::<SocketAddr>().map(|socket| socket.ip())).ok()?;
    Some(IpAddr::to_canonical(&address))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn proxies() -> TrustedProxies {
        TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap(), "2001:db8:ffff::/48".parse().unwrap()])
    }

    fn client(peer: &str, lines: &[&str]) -> ClientAddress {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        proxies().client(peer.parse().unwrap(), &headers)
    }

    #[track_caller]
    fn chain(peer: &str, lines: &[&str], expected: &str) {
        assert_eq!(client(peer, lines).forwarded_for(), expected);
    }

    #[test]
    fn a_stranger_is_never_believed() {
        chain("203.0.113.9", &["198.51.100.1"], "203.0.113.9");
        chain("203.0.113.9", &["10.0.0.1"], "203.0.113.9");
        chain("203.0.113.9", &[], "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_is_believed_for_its_own_entry_only() {
        chain("10.0.0.1", &["198.51.100.1"], "198.51.100.1, 10.0.0.1");
        chain("10.0.0.1", &["1.1.1.1, 198.51.100.1"], "198.51.100.1, 10.0.0.1");
        chain("10.0.0.1", &["1.1.1.1", "198.51.100.1"], "198.51.100.1, 10.0.0.1");
        chain("10.0.0.1", &["1.1.1.1, 198.51.100.1,10.0.0.2"], "198.51.100.1, 10.0.0.2, 10.0.0.1");
    }

    #[test]
    fn a_forged_inside_address_before_a_stranger_stays_unread() {
        chain("10.0.0.1", &["10.9.9.9, 198.51.100.1"], "198.51.100.1, 10.0.0.1");
    }

    #[test]
    fn rubbish_ends_the_search_at_the_last_vouched_address() {
        for rubbish in
            ["unknown", "", "_hidden", "198.51.100.300", "198.51.100.1;drop", "\u{fffd}", "fe80::1%eth0"]
        {
            chain("10.0.0.1", &[rubbish], "10.0.0.1");
            chain("10.0.0.1", &[&format!("{rubbish}, 10.0.0.2")], "10.0.0.2, 10.0.0.1");
        }
    }

    #[test]
    fn only_proxies_leaves_the_farthest_one() {
        chain("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3, 10.0.0.2, 10.0.0.1");
        chain("10.0.0.1", &[], "10.0.0.1");
    }

    #[test]
    fn ports_brackets_and_mapped_addresses_are_read() {
        chain("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1, 10.0.0.1");
        chain("10.0.0.1", &["[2001:db8::7]:4711"], "2001:db8::7, 10.0.0.1");
        chain("10.0.0.1", &["[2001:db8::7]"], "2001:db8::7, 10.0.0.1");
        chain("::ffff:10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1, 10.0.0.1");
        chain("2001:db8:ffff::1", &["2001:db8::7"], "2001:db8::7, 2001:db8:ffff::1");
    }

    #[test]
    fn without_trusted_proxies_the_peer_is_the_client() {
        let mut headers = HeaderMap::new();
        headers.insert(X_FORWARDED_FOR, HeaderValue::from_static("198.51.100.1"));
        let client = TrustedProxies::default().client("127.0.0.1".parse().unwrap(), &headers);
        assert_eq!(client.address().to_string(), "127.0.0.1");
    }

    #[test]
    fn limits_count_an_ipv4_address_or_an_ipv6_customer() {
        assert_eq!(client("203.0.113.9", &[]).network().to_string(), "203.0.113.9/32");
        let one = client("2001:db8:1:2:aaaa::1", &[]).network();
        assert_eq!(one, client("2001:db8:1:2:ffff::2", &[]).network());
        assert_eq!(one.to_string(), "2001:db8:1:2::/64");
        assert_ne!(one, client("2001:db8:1:3:aaaa::1", &[]).network());
    }
}
