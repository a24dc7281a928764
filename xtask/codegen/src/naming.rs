//! Schema names to Rust names.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Spellings that a word splitter takes apart, and what to split instead.
const IRREGULAR: [(&str, &str); 9] = [
    ("IPv4", "Ipv4"),
    ("IPv6", "Ipv6"),
    ("VCpu", "Vcpu"),
    ("MiB", "Mib"),
    ("GiB", "Gib"),
    ("MBps", "Mbps"),
    ("OAuth", "Oauth"),
    ("DDoS", "Ddos"),
    ("FSx", "Fsx"),
];

/// Words that can't name a field, a method or a module (2024 edition).
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names that mean something else in generated code or in the prelude.
const TAKEN: [&str; 30] = [
    "Value",
    "List",
    "Map",
    "Json",
    "Properties",
    "PropertyType",
    "PolicyDocument",
    "Tag",
    "Handle",
    "Resource",
    "TypeFacts",
    "Node",
    "IntoNode",
    "EnumValue",
    "String",
    "Vec",
    "Box",
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "Into",
    "From",
    "Default",
    "Clone",
    "Copy",
    "Iterator",
    "Self",
];

/// `TargetGroupARNs` → `TargetGroupArns`: an acronym with a plural `s` is one word.
fn regular(name: &str) -> String {
    let mut name = name.to_owned();
    for (from, to) in IRREGULAR {
        name = name.replace(from, to);
    }
    let characters: Vec<char> = name.chars().collect();
    let mut regular = String::with_capacity(name.len());
    let mut start = 0;
    while start < characters.len() {
        let run = characters[start..]
            .iter()
            .take_while(|character| character.is_ascii_uppercase())
            .count();
        let end = start + run;
        let plural = run >= 2
            && characters.get(end) == Some(&'s')
            && characters.get(end + 1).is_none_or(char::is_ascii_uppercase);
        if plural {
            regular.push(characters[start]);
            regular.extend(
                characters[start + 1..end]
                    .iter()
                    .map(char::to_ascii_lowercase),
            );
            regular.push('s');
            start = end + 1;
        } else {
            let taken = run.max(1);
            regular.extend(&characters[start..start + taken]);
            start += taken;
        }
    }
    regular
}

/// The name of a method, field or module, without regard to keywords.
pub(crate) fn snake(name: &str) -> String {
    regular(name).to_snake_case()
}

/// The name of a field, method or parameter.
pub(crate) fn identifier(name: &str) -> String {
    let snake = snake(name);
    if KEYWORDS.contains(&snake.as_str()) {
        format!("{snake}_")
    } else {
        snake
    }
}

pub(crate) fn camel(name: &str) -> String {
    regular(name).to_upper_camel_case()
}

/// The name of a nested type of a resource: `{Resource}{Name}` where the name alone is taken.
pub(crate) fn nested(resource: &str, name: &str) -> String {
    let camel = camel(name);
    if TAKEN.contains(&camel.as_str()) || camel == resource {
        format!("{resource}{camel}")
    } else {
        camel
    }
}

/// The module of a service: its namespace in lower case, as AWS's own SDKs call it.
pub(crate) fn service_module(namespace: &str) -> String {
    namespace.to_ascii_lowercase()
}

/// The variant for an enumeration's text; none where nothing is left of the text.
pub(crate) fn variant(text: &str) -> Option<String> {
    let signed = text
        .strip_prefix('-')
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .map_or_else(|| text.to_owned(), |rest| format!("minus_{rest}"));
    let mut name = String::new();
    for part in signed.split(|c: char| !c.is_ascii_alphanumeric()) {
        let part = if part.chars().any(|c| c.is_ascii_lowercase()) {
            camel(part)
        } else {
            part.to_upper_camel_case()
        };
        let digits = name.ends_with(|c: char| c.is_ascii_digit())
            && part.starts_with(|c: char| c.is_ascii_digit());
        if digits {
            name.push('_');
        }
        name.push_str(&part);
    }
    match name.chars().next()? {
        first if first.is_ascii_digit() => Some(format!("V{name}")),
        _ if name == "Self" => Some("Self_".to_owned()),
        _ => Some(name),
    }
}

/// A type's name and one of its attributes as one name, without saying a word twice:
/// `SecurityGroup` and `GroupId` make `SecurityGroupId`.
pub(crate) fn joined(owner: &str, attribute: &str) -> String {
    let (owner_snake, attribute_snake) = (snake(owner), snake(attribute));
    let owner: Vec<&str> = owner_snake.split('_').collect();
    let attribute: Vec<&str> = attribute_snake.split('_').collect();
    let overlap = (1..=owner.len().min(attribute.len()))
        .rev()
        .find(|&length| owner[owner.len() - length..] == attribute[..length])
        .unwrap_or(0);
    let words = [&owner[..], &attribute[overlap..]].concat();
    words.join("_").to_upper_camel_case()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_read_as_words() {
        for (name, expected) in [
            ("VPCId", "vpc_id"),
            ("TargetGroupARNs", "target_group_arns"),
            ("KMSMasterKeyID", "kms_master_key_id"),
            ("OKActions", "ok_actions"),
            ("VPCZoneIdentifier", "vpc_zone_identifier"),
            ("Ipv6CidrBlock", "ipv6_cidr_block"),
            ("MemoryMiB", "memory_mib"),
            ("VCpuCount", "vcpu_count"),
            ("AZs", "azs"),
            ("SSESpecification", "sse_specification"),
        ] {
            assert_eq!(snake(name), expected, "{name}");
        }
    }

    #[test]
    fn types_read_as_words() {
        assert_eq!(camel("EIP"), "Eip");
        assert_eq!(camel("VPCGatewayAttachment"), "VpcGatewayAttachment");
        assert_eq!(camel("WebACL"), "WebAcl");
        assert_eq!(camel("DBInstance"), "DbInstance");
    }

    #[test]
    fn keywords_are_escaped() {
        assert_eq!(identifier("Type"), "type_");
        assert_eq!(identifier("Gen"), "gen_");
        assert_eq!(identifier("Generation"), "generation");
    }

    #[test]
    fn names_of_the_prelude_take_their_resource() {
        assert_eq!(nested("Check", "Result"), "CheckResult");
        assert_eq!(nested("Check", "Outcome"), "Outcome");
        assert_eq!(nested("Check", "Check"), "CheckCheck");
    }

    #[test]
    fn variants_start_with_a_letter() {
        assert_eq!(variant("FARGATE_SPOT").as_deref(), Some("FargateSpot"));
        assert_eq!(variant("python3.12").as_deref(), Some("Python3_12"));
        assert_eq!(variant("1.0").as_deref(), Some("V1_0"));
        assert_eq!(variant("-1").as_deref(), Some("Minus1"));
        assert_eq!(variant("<="), None);
    }

    #[test]
    fn joining_says_no_word_twice() {
        assert_eq!(joined("VPC", "VpcId"), "VpcId");
        assert_eq!(joined("VPC", "Id"), "VpcId");
        assert_eq!(joined("SecurityGroup", "GroupId"), "SecurityGroupId");
        assert_eq!(joined("ManagedPolicy", "PolicyArn"), "ManagedPolicyArn");
        assert_eq!(
            joined("AutoScalingGroup", "AutoScalingGroupARN"),
            "AutoScalingGroupArn"
        );
    }
}
