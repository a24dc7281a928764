//! Names: used twice, or written with a slip.

use std::collections::BTreeSet;

use crate::finding::Report;
use crate::model::Node;
use crate::rule::Rule;

/// Reports each node whose `Name` one before it has too. `what` is what the nodes are: `container`.
pub(crate) fn named_twice<'m>(
    report: &mut Report<'m>,
    rule: &'static Rule,
    nodes: &[Node<'m>],
    what: &str,
) {
    let mut seen = BTreeSet::new();
    for node in nodes.iter().filter(|node| node.is_present()) {
        let name = node.get("Name");
        if let Some(text) = name.text()
            && !seen.insert(text.clone())
        {
            report.add(
                rule,
                name.place(),
                format!("another {what} is also named `{text}`"),
            );
        }
    }
}

/// Whether two names differ by a slip: one letter more, less or other, or two swapped.
pub(crate) fn is_slip(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same_start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same_start..], &other[same_start..]);
    let same_end = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (one, other) = (
        &one[..one.len() - same_end],
        &other[..other.len() - same_end],
    );
    match (one, other) {
        (&[a, b], &[c, d]) => (a, b) == (d, c),
        _ => one.len() <= 1 && other.len() <= 1 && (one.len() + other.len()) > 0,
    }
}

#[cfg(test)]
mod tests {
    use super::is_slip;

    #[test]
    fn a_slip_is_one_letter() {
        for (one, other) in [("net-Vpc", "net-Vcp"), ("net-Vpc", "net-Vpcs"), ("a", "b")] {
            assert!(is_slip(one, other), "{one} {other}");
        }
        for (one, other) in [("net-Vpc", "net-Vpc"), ("net-SubnetA", "net-Vpc")] {
            assert!(!is_slip(one, other), "{one} {other}");
        }
    }
}
