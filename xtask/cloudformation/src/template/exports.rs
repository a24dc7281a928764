//! Exports and imports.

use std::collections::BTreeSet;

use serde_json::Value;

use super::functions::Call;
use super::references::References;
use super::sections::entries;

/// The outputs that are exported under a literal name: that name, the output's logical id, and the output.
///
/// A name may also be a function, such as `Fn::Sub`; such an export is not listed.
pub fn exports(template: &Value) -> impl Iterator<Item = (&str, &str, &Value)> + Clone {
    entries(template, "Outputs").filter_map(|(id, output)| {
        let name = output.get("Export")?.get("Name")?.as_str()?;
        Some((name, id, output))
    })
}

/// The value that a template exports under a name, as it is written.
#[must_use]
pub fn export_value<'v>(template: &'v Value, name: &str) -> Option<&'v Value> {
    let (_, _, output) = exports(template).find(|(export, _, _)| *export == name)?;
    output.get("Value")
}

/// The exports that a template or a value imports by a literal name.
///
/// `Fn::ImportValue` also takes functions; what those import is known only to an evaluator.
#[must_use]
pub fn imports(value: &Value) -> BTreeSet<String> {
    let names = References::of(value).imports.into_iter();
    names
        .filter_map(|name| match name {
            Value::String(name) => Some(name),
            _ => None,
        })
        .collect()
}

/// Shows every literal name that is imported to `edit`, which may change it.
pub fn edit_imports(value: &mut Value, edit: &mut impl FnMut(&mut String)) {
    let is_import = Call::of(value).is_some_and(|call| call.name == "Fn::ImportValue");
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| edit_imports(item, edit)),
        Value::Object(members) => {
            for value in members.values_mut() {
                match value {
                    Value::String(name) if is_import => edit(name),
                    other => edit_imports(other, edit),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template() -> Value {
        json!({
            "Resources": { "Topic": { "Type": "AWS::SNS::Topic", "Properties": {
                "DisplayName": { "Fn::ImportValue": "network-Name" },
                "TopicName": { "Fn::If": ["Large", { "Fn::ImportValue": "network-Topic" }, "b"] },
                "KmsMasterKeyId": { "Fn::ImportValue": { "Fn::Sub": "${Stack}-Key" } },
                "Tags": [{ "Key": "Fn::ImportValue", "Value": "network-None" }],
            } } },
            "Outputs": {
                "Arn": { "Value": { "Ref": "Topic" }, "Export": { "Name": "topic-Arn" } },
                "Computed": { "Value": "a", "Export": { "Name": { "Fn::Sub": "${AWS::StackName}-A" } } },
                "Own": { "Value": "b" },
            },
        })
    }

    #[test]
    fn exports_have_literal_names() {
        let template = template();
        let names: Vec<_> = exports(&template).map(|(name, id, _)| (name, id)).collect();
        assert_eq!(names, [("topic-Arn", "Arn")]);
        assert_eq!(
            export_value(&template, "topic-Arn"),
            Some(&json!({ "Ref": "Topic" }))
        );
        assert_eq!(export_value(&template, "Own"), None);
    }

    #[test]
    fn literal_imports_are_found_and_edited() {
        let mut template = template();
        let names = ["network-Name", "network-Topic"].map(str::to_owned);
        assert_eq!(imports(&template), BTreeSet::from(names));
        edit_imports(&mut template, &mut |name| name.insert_str(0, "new-"));
        let names = ["new-network-Name", "new-network-Topic"].map(str::to_owned);
        assert_eq!(imports(&template), BTreeSet::from(names));
    }
}
