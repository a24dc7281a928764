//! Scalars as CloudFormation converts them to text.

use serde_json::{Number, Value};

/// A scalar as text. Lists and objects become JSON.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number_text(number),
        other => other.to_string(),
    }
}

/// The text of a string, a number or a boolean; none of anything else.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => Some(plain(value)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Integers stay as they are. Other numbers have Java's text of a double: `1.0`, `1000.0`, `1.5E10`.
///
/// <https://github.com/aws/aws-cli/issues/6908> has an account id that became such a text.
fn number_text(number: &Number) -> String {
    let double = match number.as_f64() {
        Some(double) if !number.is_i64() && !number.is_u64() => double,
        _ => return number.to_string(),
    };
    let size = double.abs();
    if size == 0.0 || (1e-3..1e7).contains(&size) {
        let text = format!("{double}");
        return if text.contains('.') {
            text
        } else {
            format!("{text}.0")
        };
    }
    let text = format!("{double:E}");
    match text.split_once('E') {
        Some((mantissa, exponent)) if !mantissa.contains('.') => {
            format!("{mantissa}.0E{exponent}")
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_javas_text() {
        let text = |json: &str| plain(&serde_json::from_str(json).unwrap_or_default());
        for (json, expected) in [
            ("1", "1"),
            ("-7", "-7"),
            ("123456789012", "123456789012"),
            ("18446744073709551615", "18446744073709551615"),
            ("1.0", "1.0"),
            ("0.0", "0.0"),
            ("0.5", "0.5"),
            ("1e3", "1000.0"),
            ("12345678901.0", "1.2345678901E10"),
            ("1e7", "1.0E7"),
            ("0.00015", "1.5E-4"),
            ("true", "true"),
            ("\"1.0\"", "1.0"),
        ] {
            assert_eq!(text(json), expected, "{json}");
        }
    }
}
