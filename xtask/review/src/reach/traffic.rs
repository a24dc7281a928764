//! Traffic: protocols and ports, as sets that can be intersected and subtracted.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::{Value, json};

/// A protocol that security group rules tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// With destination ports.
    Tcp,
    /// With destination ports.
    Udp,
    /// ICMP for IPv4; its types are not told apart.
    Icmp,
    /// Any other protocol: its "ports" are protocol numbers of IANA.
    Other,
}

/// A range of ports, both ends included.
type Range = (u16, u16);

const EVERY_PORT: Range = (0, u16::MAX);
const EVERY_NUMBER: Range = (0, 255);

/// A set of protocols and destination ports.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Traffic {
    /// Sorted, disjoint, and not adjacent; no protocol has an empty list.
    ranges: BTreeMap<Protocol, Vec<Range>>,
}

impl Protocol {
    const ALL: [Self; 4] = [Self::Tcp, Self::Udp, Self::Icmp, Self::Other];

    /// As security group rules spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Icmp => "icmp",
            Self::Other => "protocol",
        }
    }

    const fn everything(self) -> Range {
        match self {
            Self::Other => EVERY_NUMBER,
            Self::Tcp | Self::Udp | Self::Icmp => EVERY_PORT,
        }
    }
}

impl Traffic {
    /// Every protocol and port.
    #[must_use]
    pub fn all() -> Self {
        let ranges = Protocol::ALL.map(|protocol| (protocol, vec![protocol.everything()]));
        Self {
            ranges: ranges.into(),
        }
    }

    /// A range of ports of one protocol, both ends included; nothing where the first is above the last.
    #[must_use]
    pub fn ports(protocol: Protocol, first: u16, last: u16) -> Self {
        let mut traffic = Self::default();
        if first <= last {
            traffic.ranges.insert(protocol, vec![(first, last)]);
        }
        traffic
    }

    /// A port, of TCP and of UDP.
    #[must_use]
    pub fn port(port: u16) -> Self {
        let tcp = Self::ports(Protocol::Tcp, port, port);
        tcp.union(&Self::ports(Protocol::Udp, port, port))
    }

    /// What the rule of a security group allows.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>
    #[must_use]
    pub fn of_rule(properties: &Value) -> Self {
        let protocol = properties.get("IpProtocol").map(text).unwrap_or_default();
        let port = |name: &str| properties.get(name).map(text)?.parse::<u16>().ok();
        let ports = (
            port("FromPort").unwrap_or(EVERY_PORT.0),
            port("ToPort").unwrap_or(EVERY_PORT.1),
        );
        match protocol.to_ascii_lowercase().as_str() {
            "tcp" | "6" => Self::ports(Protocol::Tcp, ports.0, ports.1),
            "udp" | "17" => Self::ports(Protocol::Udp, ports.0, ports.1),
            "icmp" | "1" => Self::ports(Protocol::Icmp, EVERY_PORT.0, EVERY_PORT.1),
            "icmpv6" | "58" => Self::ports(Protocol::Other, 58, 58),
            "-1" | "all" => Self::all(),
            number => match number.parse::<u8>() {
                Ok(number) => Self::ports(Protocol::Other, number.into(), number.into()),
                // An unknown name, or a value that is known at deployment only: nothing is ruled out.
                Err(_) => Self::all(),
            },
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// What is in one of both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.combined(other, |one, two| {
            let mut ranges: Vec<Range> = one.iter().chain(two).copied().collect();
            ranges.sort_unstable();
            let mut merged: Vec<Range> = Vec::new();
            for (first, last) in ranges {
                match merged.last_mut() {
                    Some(before) if u32::from(first) <= u32::from(before.1) + 1 => {
                        before.1 = before.1.max(last);
                    }
                    _ => merged.push((first, last)),
                }
            }
            merged
        })
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.combined(other, |one, two| {
            let pairs = one
                .iter()
                .flat_map(|one| two.iter().map(move |two| (one, two)));
            pairs
                .map(|(one, two)| (one.0.max(two.0), one.1.min(two.1)))
                .filter(|(first, last)| first <= last)
                .collect()
        })
    }

    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.combined(other, |one, two| {
            let mut rest = one.to_vec();
            for &(first, last) in two {
                rest = rest
                    .into_iter()
                    .flat_map(|range| {
                        let below = first.checked_sub(1).map(|end| (range.0, range.1.min(end)));
                        let above = last
                            .checked_add(1)
                            .map(|start| (range.0.max(start), range.1));
                        [below, above].into_iter().flatten()
                    })
                    .filter(|(first, last)| first <= last)
                    .collect();
            }
            rest
        })
    }

    #[must_use]
    pub fn is_every_port(&self) -> bool {
        let (first, last) = EVERY_PORT;
        Self::ports(Protocol::Tcp, first, last)
            .difference(self)
            .is_empty()
    }

    /// As the end of a sentence: `on tcp 443`, `with all traffic`.
    #[must_use]
    pub fn phrase(&self) -> String {
        if *self == Self::all() {
            "with all traffic".to_owned()
        } else {
            format!("on {self}")
        }
    }

    fn combined(&self, other: &Self, combine: impl Fn(&[Range], &[Range]) -> Vec<Range>) -> Self {
        let ranges = Protocol::ALL.into_iter().filter_map(|protocol| {
            let of = |one: &Self| one.ranges.get(&protocol).cloned().unwrap_or_default();
            let combined = combine(&of(self), &of(other));
            (!combined.is_empty()).then_some((protocol, combined))
        });
        Self {
            ranges: ranges.collect(),
        }
    }

    fn each(&self) -> impl Iterator<Item = (Protocol, Range)> {
        self.ranges
            .iter()
            .flat_map(|(protocol, ranges)| ranges.iter().map(|range| (*protocol, *range)))
    }
}

/// A value that templates spell as a number or as a text.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl fmt::Display for Traffic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::all() {
            return formatter.write_str("all traffic");
        }
        if self.is_empty() {
            return formatter.write_str("nothing");
        }
        for (index, (protocol, range)) in self.each().enumerate() {
            if index > 0 {
                formatter.write_str(", ")?;
            }
            formatter.write_str(protocol.as_str())?;
            match (protocol, range) {
                (Protocol::Icmp, _) => {}
                (_, range) if range == protocol.everything() => {
                    formatter.write_str(" on every port")?
                }
                (_, (first, last)) if first == last => write!(formatter, " {first}")?,
                (_, (first, last)) => write!(formatter, " {first}–{last}")?,
            }
        }
        Ok(())
    }
}

/// A list of ranges: `{ "protocol": "tcp", "first": 443, "last": 443 }`.
impl Serialize for Traffic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for (protocol, (first, last)) in self.each() {
            list.serialize_element(
                &json!({ "protocol": protocol.as_str(), "first": first, "last": last }),
            )?;
        }
        list.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(first: u16, last: u16) -> Traffic {
        Traffic::ports(Protocol::Tcp, first, last)
    }

    #[test]
    fn sets_of_ports_are_sets() {
        let web = tcp(80, 80).union(&tcp(443, 443));
        assert_eq!(web.to_string(), "tcp 80, tcp 443");
        assert_eq!(tcp(1, 9).union(&tcp(10, 20)), tcp(1, 20));
        assert_eq!(tcp(1, 9).intersection(&tcp(5, 20)), tcp(5, 9));
        assert_eq!(tcp(1, 9).intersection(&tcp(10, 20)), Traffic::default());
        assert_eq!(
            tcp(1, 9).difference(&tcp(3, 4)).to_string(),
            "tcp 1–2, tcp 5–9"
        );
        assert_eq!(
            tcp(0, u16::MAX).difference(&tcp(0, u16::MAX)),
            Traffic::default()
        );
        assert_eq!(
            Traffic::all().difference(&tcp(0, u16::MAX)).to_string(),
            "udp on every port, icmp, protocol on every port"
        );
        assert!(Traffic::all().difference(&Traffic::all()).is_empty());
    }

    #[test]
    fn rules_are_read_as_ec2_does() {
        let rule = |json: Value| Traffic::of_rule(&json).to_string();
        assert_eq!(rule(json!({ "IpProtocol": "-1" })), "all traffic");
        assert_eq!(
            rule(json!({ "IpProtocol": "-1", "FromPort": 22, "ToPort": 22 })),
            "all traffic"
        );
        assert_eq!(
            rule(json!({ "IpProtocol": "6", "FromPort": "22", "ToPort": "23" })),
            "tcp 22–23"
        );
        assert_eq!(
            rule(json!({ "IpProtocol": "icmp", "FromPort": -1, "ToPort": -1 })),
            "icmp"
        );
        assert_eq!(rule(json!({ "IpProtocol": 50 })), "protocol 50");
    }
}
