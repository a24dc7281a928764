//! What the writer of YAML writes, and what its reader makes of it.

use cloudformation::template::parse;
use cloudformation::yaml::{read_written, write};
use proptest::prelude::*;
use serde_json::{Value, json};

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~\n\t]{0,12}",
        "[0-9a-fxoe_.:+-]{0,6}",
        "(yes|No|y|N|~|null|TRUE|1e3|0x1f|0777|1:30|\\.inf|- a|a: b|a #b|'|\"|!Ref a|\\[\\]|\\{\\}|\\? a|<<|=)",
        "\\PC{0,6}",
        "[\r\u{85}\u{2028}\u{feff}a\n ]{0,4}",
        Just(json!({ "rules": [{ "a": "1", "b": [null, 2.5] }, "c\nd"] }).to_string()),
        Just(json!({ "rules": [{ "Ref": "a" }], "more": "words and words" }).to_string()),
    ]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        texts().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let function = prop_oneof![
            Just("Ref"),
            Just("Fn::Sub"),
            Just("Fn::GetAtt"),
            Just("Fn::Join"),
            Just("Fn::If"),
            Just("Fn::ImportValue"),
            Just("Fn::Base64"),
            Just("Condition"),
            Just("Fn::Transform"),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(texts(), inner.clone(), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            (function, inner).prop_map(|(name, value)| json!({ name: value })),
            Just(json!({ "Fn::GetAtt": ["A", "B.C"] })),
            Just(json!({ "Fn::GetAtt": ["A.B", "C"] })),
            Just(json!({ "Fn::GetAtt": ["A", "B", "C"] })),
        ]
    })
}

proptest! {
    /// Whatever a template holds is read back exactly.
    #[test]
    fn what_is_written_is_read_back(value in values()) {
        let text = write(&value);
        prop_assert_eq!(read_written(&text), Ok(value), "{}", text);
    }

    #[test]
    fn what_is_read_is_written_the_same(text in "[ -~\n\t*&!|>'\":{}\\[\\]#%@-]{0,40}") {
        if let Ok(value) = parse(&text) {
            prop_assert_eq!(read_written(&write(&value)), Ok(value));
        }
    }
}
