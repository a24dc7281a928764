//! Changes between two values, by path.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use cloudformation::equality::{equal, is_unordered};
use cloudformation::template::Call;

/// One change between two values.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueChange<'a> {
    pub path: String,
    pub from: Option<&'a Value>,
    pub to: Option<&'a Value>,
}

/// What list items are matched by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Identity {
    /// Tags by their key and policy statements by their `Sid`. Acknowledgements are bound to these paths.
    TagsAndStatements,
    /// Those, and whatever else has a name: containers, environment variables, attributes, rules, disks.
    Names,
}

/// Every change below `path` of a resource's properties, as deep as items can be matched: objects by key, lists
/// by position, tags by their key and policy statements by their `Sid`. Values that mean the same are no change.
pub fn value_changes<'a>(
    resource_type: &str,
    path: &str,
    from: Option<&'a Value>,
    to: Option<&'a Value>,
    found: &mut Vec<ValueChange<'a>>,
) {
    Walk {
        resource_type,
        identity: Identity::TagsAndStatements,
    }
    .values(path, from, to, found);
}

/// Like [`value_changes`], with every item that has a name matched by it: `ContainerDefinitions[web].Memory`,
/// `Environment[LOG_LEVEL]`, `Rules[RateLimit].Action`. An item of nothing but a name and a value is its value.
pub fn named_value_changes<'a>(
    resource_type: &str,
    path: &str,
    from: Option<&'a Value>,
    to: Option<&'a Value>,
    found: &mut Vec<ValueChange<'a>>,
) {
    Walk {
        resource_type,
        identity: Identity::Names,
    }
    .values(path, from, to, found);
}

/// Position, item before and item after.
type Pair<'a> = (usize, Option<&'a Value>, Option<&'a Value>);

/// How two values are compared.
struct Walk<'t> {
    resource_type: &'t str,
    identity: Identity,
}

impl Walk<'_> {
    fn values<'a>(
        &self,
        path: &str,
        from: Option<&'a Value>,
        to: Option<&'a Value>,
        found: &mut Vec<ValueChange<'a>>,
    ) {
        let by_names = self.identity == Identity::Names;
        match (from, to) {
            (Some(one), Some(other)) if self.is_same(path, one, other) => {}
            (Some(before @ Value::Object(one)), Some(after @ Value::Object(other)))
                if Call::of(before).is_none() && Call::of(after).is_none() =>
            {
                let mut keys: Vec<&String> = one.keys().chain(other.keys()).collect();
                keys.sort();
                keys.dedup();
                for key in keys {
                    let path = if path.is_empty() {
                        key.clone()
                    } else {
                        format!("{path}.{key}")
                    };
                    self.values(&path, one.get(key), other.get(key), found);
                }
            }
            (Some(Value::Array(one)), Some(Value::Array(other))) => {
                self.list(path, one, other, found);
            }
            (None, Some(Value::Array(items))) if by_names && !items.is_empty() => {
                self.list(path, &[], items, found);
            }
            (Some(Value::Array(items)), None) if by_names && !items.is_empty() => {
                self.list(path, items, &[], found);
            }
            _ => found.push(ValueChange {
                path: path.to_owned(),
                from,
                to,
            }),
        }
    }

    fn is_same(&self, path: &str, one: &Value, other: &Value) -> bool {
        equal(self.resource_type, path, one, other)
    }

    /// Lists by the names of their items where they have names, unordered ones without the items that both have,
    /// others by position.
    fn list<'a>(
        &self,
        path: &str,
        one: &'a [Value],
        other: &'a [Value],
        found: &mut Vec<ValueChange<'a>>,
    ) {
        let named = |by: Naming| Some((items(one, by)?, items(other, by)?));
        let known = found.len();
        let matched = named(tag).or_else(|| named(statement));
        let matched = match self.identity {
            Identity::TagsAndStatements => matched,
            Identity::Names => matched
                .or_else(|| named(pair))
                .or_else(|| BY.iter().find_map(|by| named(*by))),
        };
        if let Some((before, after)) = matched {
            let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
            for name in names {
                let path = format!("{path}[{name}]");
                let (from, to) = (before.get(name).copied(), after.get(name).copied());
                self.values(&path, from, to, found);
            }
        }
        if self.identity == Identity::Names && one.iter().chain(other).all(is_plain) {
            by_value(path, one, other, found);
        }
        if found.len() > known {
            return;
        }
        // Another order of the same items is a change, too, where order counts.
        let is_unordered = |items| is_unordered(self.resource_type, path, items);
        let pairs = if is_unordered(one) || is_unordered(other) {
            self.without_common(path, one, other)
        } else {
            self.by_position(path, one, other)
        };
        for (index, before, after) in pairs {
            self.values(&format!("{path}[{index}]"), before, after, found);
        }
    }

    /// Equal items at both ends are skipped, so that an inserted item does not change all after it.
    fn by_position<'a>(&self, path: &str, one: &'a [Value], other: &'a [Value]) -> Vec<Pair<'a>> {
        let path = format!("{path}[]");
        let same = |(one, other): &(&Value, &Value)| self.is_same(&path, one, other);
        let start = one.iter().zip(other).take_while(same).count();
        let rest = one.len().min(other.len()) - start;
        let end = one
            .iter()
            .rev()
            .zip(other.iter().rev())
            .take(rest)
            .take_while(same)
            .count();
        let before = one.get(start..one.len() - end).unwrap_or_default();
        let after = other.get(start..other.len() - end).unwrap_or_default();
        (0..before.len().max(after.len()))
            .map(|index| (start + index, before.get(index), after.get(index)))
            .collect()
    }

    /// The items that only one side has, those of before against those of after, at the positions of the first.
    fn without_common<'a>(
        &self,
        path: &str,
        one: &'a [Value],
        other: &'a [Value],
    ) -> Vec<Pair<'a>> {
        let path = format!("{path}[]");
        let mut after: Vec<(usize, &Value)> = other.iter().enumerate().collect();
        let mut before = Vec::new();
        for (index, item) in one.iter().enumerate() {
            let same = after
                .iter()
                .position(|(_, other)| self.is_same(&path, item, other));
            match same {
                Some(same) => {
                    after.remove(same);
                }
                None => before.push((index, item)),
            }
        }
        (0..before.len().max(after.len()))
            .filter_map(|index| {
                let (old, new) = (before.get(index), after.get(index));
                let (position, _) = old.or(new)?;
                Some((
                    *position,
                    old.map(|(_, item)| *item),
                    new.map(|(_, item)| *item),
                ))
            })
            .collect()
    }
}

/// Gives the name of an item, and what of it is compared.
type Naming = fn(&Value) -> Option<(&str, &Value)>;

/// Items that are no lists and no objects but functions.
fn is_plain(item: &Value) -> bool {
    match item {
        Value::Array(_) => false,
        Value::Object(_) => Call::of(item).is_some(),
        _ => true,
    }
}

/// Plain items that only one side has, or has more often.
fn by_value<'a>(
    path: &str,
    one: &'a [Value],
    other: &'a [Value],
    found: &mut Vec<ValueChange<'a>>,
) {
    let surplus = |of: &'a [Value], beyond: &'a [Value]| {
        let count = |list: &'a [Value], item: &Value| {
            list.iter().filter(|one| equal("", "", one, item)).count()
        };
        of.iter().enumerate().filter(move |(index, item)| {
            let before = of.get(..=*index).unwrap_or_default();
            count(before, item) > count(beyond, item)
        })
    };
    for (index, item) in surplus(one, other) {
        found.push(ValueChange {
            path: format!("{path}[{index}]"),
            from: Some(item),
            to: None,
        });
    }
    for (index, item) in surplus(other, one) {
        found.push(ValueChange {
            path: format!("{path}[{index}]"),
            from: None,
            to: Some(item),
        });
    }
}

/// The items of a list by name; none where an item has no name or a name occurs twice.
fn items(items: &[Value], by: Naming) -> Option<BTreeMap<&str, &Value>> {
    let mut named = BTreeMap::new();
    for item in items {
        let (name, value) = by(item)?;
        if named.insert(name, value).is_some() {
            return None;
        }
    }
    Some(named)
}

/// A tag's key and value; none for an item with further entries.
fn tag(item: &Value) -> Option<(&str, &Value)> {
    let entries = item.as_object().filter(|entries| entries.len() == 2)?;
    Some((entries.get("Key")?.as_str()?, entries.get("Value")?))
}

/// What items are named by, the most telling first. A type's items have one of them: containers and rules a name, metrics and
/// lifecycle rules an id, conditions of listener rules a field, disks a device, mounts a path.
const BY: [Naming; 7] = [
    |item| by(item, "Name"),
    |item| by(item, "Id"),
    |item| by(item, "Field"),
    |item| by(item, "DeviceName"),
    |item| by(item, "ContainerPath"),
    |item| by(item, "ResourceType"),
    |item| by(item, "Key"),
];

fn by<'a>(item: &'a Value, name: &str) -> Option<(&'a str, &'a Value)> {
    Some((item.as_object()?.get(name)?.as_str()?, item))
}

/// A name and a value, or what the value is read from; none for an item with further entries.
fn pair(item: &Value) -> Option<(&str, &Value)> {
    let entries = item.as_object().filter(|entries| entries.len() == 2)?;
    let value = entries.get("Value").or_else(|| entries.get("ValueFrom"))?;
    Some((entries.get("Name")?.as_str()?, value))
}

/// A policy statement by its `Sid`.
fn statement(item: &Value) -> Option<(&str, &Value)> {
    item.get("Effect")?;
    Some((item.get("Sid")?.as_str()?, item))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(from: &Value, to: &Value) -> Vec<String> {
        let mut found = Vec::new();
        value_changes("Custom::Thing", "", Some(from), Some(to), &mut found);
        found.into_iter().map(|change| change.path).collect()
    }

    #[test]
    fn objects_differ_by_key_and_lists_by_position() {
        let from = json!({ "A": { "B": 1, "C": 2 }, "L": [1, 2, 3], "Gone": true });
        let to = json!({ "A": { "B": 1, "C": 3 }, "L": [1, 9, 2, 3], "New": true });
        assert_eq!(paths(&from, &to), ["A.C", "Gone", "L[1]", "New"]);
    }

    #[test]
    fn tags_differ_by_their_key() {
        let from = json!({ "Tags": [{ "Key": "a", "Value": 1 }, { "Key": "b", "Value": 2 }] });
        let to = json!({ "Tags": [{ "Key": "b", "Value": 3 }] });
        assert_eq!(paths(&from, &to), ["Tags[a]", "Tags[b]"]);
    }

    #[test]
    fn statements_differ_by_their_sid() {
        let allow =
            |sid: &str, action: &str| json!({ "Sid": sid, "Effect": "Allow", "Action": action });
        let from =
            json!({ "Statement": [allow("Pull", "a"), allow("Push", "b"), allow("Scan", "c")] });
        let to =
            json!({ "Statement": [allow("List", "d"), allow("Pull", "a"), allow("Push", "e")] });
        assert_eq!(
            paths(&from, &to),
            [
                "Statement[List]",
                "Statement[Push].Action",
                "Statement[Scan]"
            ]
        );
    }

    #[test]
    fn without_a_name_for_each_a_list_differs_by_position() {
        let deny = json!({ "Effect": "Deny" });
        let named = json!({ "Sid": "Pull", "Effect": "Allow" });
        let from = json!({ "Statement": [deny, named] });
        assert_eq!(
            paths(&from, &json!({ "Statement": [deny] })),
            ["Statement[1]"]
        );
        let twice = json!({ "Statement": [named, named] });
        assert_eq!(
            paths(&from, &twice),
            ["Statement[0].Effect", "Statement[0].Sid"]
        );
    }

    #[test]
    fn another_order_is_a_difference_where_order_counts() {
        let tag = |key: &str| json!({ "Key": key, "Value": 1 });
        let from = json!({ "Tags": [tag("a"), tag("b")], "Command": ["a", "b"] });
        let to = json!({ "Tags": [tag("b"), tag("a")], "Command": ["b", "a"] });
        assert_eq!(paths(&from, &to), ["Command[0]", "Command[1]"]);
    }

    #[test]
    fn an_unordered_list_differs_by_the_items_that_one_side_has() {
        let rule = |port: u16| json!({ "IpProtocol": "tcp", "FromPort": port });
        let from = json!({ "SecurityGroupIngress": [rule(80), rule(443), rule(22)] });
        let to = json!({ "SecurityGroupIngress": [rule(443), rule(8080), rule(80), rule(25)] });
        let mut found = Vec::new();
        value_changes(
            "AWS::EC2::SecurityGroup",
            "",
            Some(&from),
            Some(&to),
            &mut found,
        );
        let paths: Vec<&str> = found.iter().map(|change| change.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "SecurityGroupIngress[2].FromPort",
                "SecurityGroupIngress[3]"
            ]
        );
    }

    #[test]
    fn items_with_names_differ_by_them() {
        let container = |name: &str, memory: u32, level: &str| json!({ "Name": name, "Memory": memory, "Environment": [{ "Name": "A", "Value": 1 }, { "Name": "LEVEL", "Value": level }] });
        let from = json!({ "Containers": [container("web", 1, "info")] });
        let to =
            json!({ "Containers": [container("proxy", 1, "info"), container("web", 2, "debug")] });
        let mut found = Vec::new();
        named_value_changes("Custom::Thing", "", Some(&from), Some(&to), &mut found);
        let found: Vec<String> = found.into_iter().map(|change| change.path).collect();
        assert_eq!(
            found,
            [
                "Containers[proxy]",
                "Containers[web].Environment[LEVEL]",
                "Containers[web].Memory"
            ]
        );
    }

    #[test]
    fn plain_items_come_and_go_by_themselves() {
        let from = json!({ "Zones": ["a", "b", "c"], "Drop": ["ALL"] });
        let to = json!({ "Zones": ["d", "c", "b"], "Names": ["x"] });
        let mut found = Vec::new();
        named_value_changes("Custom::Thing", "", Some(&from), Some(&to), &mut found);
        let found: Vec<(String, bool)> = found
            .into_iter()
            .map(|change| (change.path, change.to.is_some()))
            .collect();
        let expected = [
            ("Drop[0]", false),
            ("Names[0]", true),
            ("Zones[0]", false),
            ("Zones[0]", true),
        ];
        assert_eq!(
            found,
            expected.map(|(path, comes)| (path.to_owned(), comes))
        );
    }

    #[test]
    fn a_function_is_one_value() {
        let from = json!({ "Id": { "Ref": "A" } });
        let to = json!({ "Id": { "Ref": "B" } });
        assert_eq!(paths(&from, &to), ["Id"]);
    }
}
