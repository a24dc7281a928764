//! JSON as text that reads well in a diff: a line for each property and each definition.

use serde_json::{Map, Value as Json};

/// The object with its members, and the members of these, on lines of their own.
pub(super) fn lines(document: &Map<String, Json>) -> String {
    let members: Vec<String> = document
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Json::Object(members) if !members.is_empty() => {
                    let inner: Vec<String> = members
                        .iter()
                        .map(|(name, value)| format!("{}:{value}", quoted(name)))
                        .collect();
                    format!("{{\n{}\n}}", inner.join(",\n"))
                }
                Json::Array(items) if items.iter().any(Json::is_object) => {
                    let inner: Vec<String> = items.iter().map(Json::to_string).collect();
                    format!("[\n{}\n]", inner.join(",\n"))
                }
                other => other.to_string(),
            };
            format!("{}:{value}", quoted(name))
        })
        .collect();
    format!("{{\n{}\n}}\n", members.join(",\n"))
}

fn quoted(text: &str) -> String {
    Json::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_property_has_a_line() {
        let document =
            json!({ "name": "A", "properties": { "B": { "type": ["string"] }, "C": {} } });
        let text = lines(document.as_object().unwrap());
        assert_eq!(
            text,
            "{\n\"name\":\"A\",\n\"properties\":{\n\"B\":{\"type\":[\"string\"]},\n\"C\":{}\n}\n}\n"
        );
        let read: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(read, document);
    }
}
