//! Values of plain scalars, as YAML 1.1 resolves them.
//!
//! CloudFormation takes YAML 1.1 without timestamps, so a date is a text:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html>. `y` and `n` are texts too, although
//! the types of YAML 1.1 list them: <https://github.com/go-to-k/cdk-real-drift/issues/850>.
//!
//! <https://yaml.org/type/int.html>, <https://yaml.org/type/float.html>, <https://yaml.org/type/bool.html>

use serde_json::{Number, Value};

/// The value of an untagged plain scalar.
pub(super) fn resolve(text: String) -> Value {
    match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            Value::Bool(false)
        }
        other => integer(other)
            .or_else(|| float(other))
            .map_or(Value::String(text), Value::Number),
    }
}

/// An integer. One that does not fit in 64 bits stays a text, with all of its digits.
fn integer(text: &str) -> Option<Number> {
    let (is_negative, digits) = signed(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let digits = digits.replace('_', "");
    let magnitude = if let Some(binary) = digits.strip_prefix("0b") {
        radix(binary, 2)?
    } else if let Some(hexadecimal) = digits.strip_prefix("0x") {
        radix(hexadecimal, 16)?
    } else if digits.contains(':') {
        sexagesimal(&digits)?
    } else if digits.len() > 1 && digits.starts_with('0') {
        radix(&digits, 8)?
    } else {
        radix(&digits, 10)?
    };
    if is_negative {
        // The magnitude of the least integer has no positive counterpart.
        0_i64.checked_sub_unsigned(magnitude).map(Number::from)
    } else {
        Some(Number::from(magnitude))
    }
}

/// Digits without a sign: `from_str_radix` takes one.
fn radix(digits: &str, radix: u32) -> Option<u64> {
    let is_digits = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    is_digits.then(|| u64::from_str_radix(digits, radix).ok())?
}

/// `1:30`, which is 90. Only the first part may exceed 59.
fn sexagesimal(text: &str) -> Option<u64> {
    let mut parts = text.split(':');
    let first = parts.next().filter(|first| !first.starts_with('0'))?;
    parts.try_fold(radix(first, 10)?, |total, part| {
        let part = radix(part, 10).filter(|value| *value < 60 && part.len() <= 2)?;
        total.checked_mul(60)?.checked_add(part)
    })
}

/// A number with a point or an exponent. Infinities and `.nan` stay texts: JSON has none.
fn float(text: &str) -> Option<Number> {
    let (is_negative, digits) = signed(text);
    if let Some((whole, fraction)) = digits.rsplit_once('.')
        && whole.contains(':')
        && fraction.bytes().all(|digit| digit.is_ascii_digit())
    {
        let fraction: f64 = format!("0.{fraction}0").parse().ok()?;
        let value = sexagesimal(&whole.replace('_', ""))? as f64 + fraction;
        return Number::from_f64(if is_negative { -value } else { value });
    }
    let starts = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (digits.get(..at)?, digits.get(at + 1..)),
        None => (digits, None),
    };
    let is_mantissa = mantissa
        .chars()
        .all(|one| one.is_ascii_digit() || matches!(one, '.' | '_'))
        && mantissa.contains(|one: char| one.is_ascii_digit());
    let is_exponent = exponent.is_none_or(|exponent| {
        let digits = signed(exponent).1;
        !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
    });
    if !starts || !is_mantissa || !is_exponent || !(mantissa.contains('.') || exponent.is_some()) {
        return None;
    }
    Number::from_f64(text.replace('_', "").parse().ok()?)
}

/// Whether a number has a minus, and what follows its sign.
fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_scalars_have_the_types_of_yaml_1_1() {
        for (text, value) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("null", json!(null)),
            ("yes", json!(true)),
            ("On", json!(true)),
            ("TRUE", json!(true)),
            ("no", json!(false)),
            ("off", json!(false)),
            // A type of a DynamoDB attribute, and one of a record.
            ("N", json!("N")),
            ("y", json!("y")),
            ("yEs", json!("yEs")),
            ("0", json!(0)),
            ("80", json!(80)),
            ("-1", json!(-1)),
            ("+1", json!(1)),
            ("1_000", json!(1000)),
            ("111122223333", json!(111_122_223_333_u64)),
            ("18446744073709551615", json!(u64::MAX)),
            ("-9223372036854775808", json!(i64::MIN)),
            ("18446744073709551616", json!("18446744073709551616")),
            ("0777", json!(511)),
            // <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/745>
            ("012345670123", json!(1_402_433_619)),
            // No octal digits: a text.
            ("012345678901", json!("012345678901")),
            ("0x1A2B", json!(6699)),
            ("0b101", json!(5)),
            ("1:30", json!(90)),
            ("8080:80", json!("8080:80")),
            ("12:30:45.5", json!(45045.5)),
            ("-1:30.", json!(-90.0)),
            ("1:30.5.5", json!("1:30.5.5")),
            ("1:30.+5", json!("1:30.+5")),
            ("1.5", json!(1.5)),
            ("1.10", json!(1.1)),
            (".5", json!(0.5)),
            ("1e3", json!(1000.0)),
            ("-1.5E-1", json!(-0.15)),
            (".inf", json!(".inf")),
            (".nan", json!(".nan")),
            (".", json!(".")),
            ("e3", json!("e3")),
            ("1e", json!("1e")),
            ("1.2.3", json!("1.2.3")),
            ("10.0.0.0/16", json!("10.0.0.0/16")),
            ("2010-09-09", json!("2010-09-09")),
            ("2001-12-14T21:59:43Z", json!("2001-12-14T21:59:43Z")),
            ("+", json!("+")),
            ("0x", json!("0x")),
            ("0b", json!("0b")),
            ("_", json!("_")),
            ("_0", json!("_0")),
            ("--1", json!("--1")),
            ("0x+1", json!("0x+1")),
        ] {
            assert_eq!(resolve(text.to_owned()), value, "{text}");
        }
    }
}
