//! Single values: their type, then their form.

use std::str::FromStr;

use super::Invalid;
use super::node::{Node, Value};

/// The value is of another type.
pub(super) fn mismatch(expected: &str, node: &Node) -> Invalid {
    Invalid::new(format!("expected {expected}, found {}", node.describe()))
}

pub(crate) fn text(node: &Node) -> Result<&str, Invalid> {
    match &node.value {
        Value::Text(text) => Ok(text),
        _ => Err(mismatch("a string", node)),
    }
}

/// Text of a certain shape.
pub(crate) fn parsed<T: FromStr<Err = Invalid>>(node: &Node) -> Result<T, Invalid> {
    text(node)?.parse()
}

pub(crate) fn boolean(node: &Node) -> Result<bool, Invalid> {
    match &node.value {
        Value::Boolean(boolean) => Ok(*boolean),
        _ => Err(mismatch("`true` or `false`", node)),
    }
}

/// A number within a range.
pub(crate) fn number(
    range: std::ops::RangeInclusive<u32>,
) -> impl FnOnce(&Node) -> Result<u32, Invalid> {
    move |node| {
        let Value::Integer(integer) = node.value else {
            return Err(mismatch("an integer", node));
        };
        u32::try_from(integer)
            .ok()
            .filter(|number| range.contains(number))
            .ok_or_else(|| {
                Invalid::new(format!(
                    "expected {} to {}, found {integer}",
                    range.start(),
                    range.end()
                ))
            })
    }
}

/// A list, read item by item; the first refused item is the list's error.
pub(crate) fn list<T>(
    node: &Node,
    read: impl Fn(&Node) -> Result<T, Invalid>,
) -> Result<Vec<T>, Invalid> {
    match &node.value {
        Value::List(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| read(item).map_err(|invalid| invalid.at_item(index)))
            .collect(),
        _ => Err(mismatch("a list", node)),
    }
}

/// A list of different items, sorted.
pub(crate) fn distinct<T: Ord + AsRef<str>>(
    node: &Node,
    read: impl Fn(&Node) -> Result<T, Invalid>,
) -> Result<Vec<T>, Invalid> {
    let mut items = list(node, read)?;
    let twice = items
        .iter()
        .enumerate()
        .find(|(index, item)| items.iter().take(*index).any(|earlier| earlier == *item));
    if let Some((index, item)) = twice {
        let reason = format!("{} is listed twice", super::quoted(item.as_ref()));
        return Err(Invalid::new(reason).at_item(index));
    }
    items.sort();
    Ok(items)
}
