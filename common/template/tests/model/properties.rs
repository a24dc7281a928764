//! What holds of every template, tried with random ones.

use std::collections::{BTreeMap, BTreeSet};

use common_template::{
    IntoNode, List, LogicalId, Map, Node, Output, Parameter, Properties, ResourceExt, Template,
    Value, check, join, pseudo, sub,
};
use proptest::prelude::*;
use serde_json::Value as Json;

use crate::support::{Handle, Thing, checked};

/// The sections, in the order of the CloudFormation documentation.
const SECTIONS: [&str; 9] = [
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Conditions",
    "Rules",
    "Resources",
    "Outputs",
];

/// Plain JSON without `null`, with nothing that looks like an intrinsic function, and with
/// numbers whose text is theirs alone.
fn plain() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-1_000_000_i32..1_000_000).prop_map(|n| Json::from(f64::from(n) + 0.5)),
        "[^$]{0,12}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map("[ -Q]?[a-zA-Z \"\\\\é]{1,6}", inner, 0..4)
                .prop_filter("a function", |map| !map.contains_key("Ref"))
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

fn id() -> impl Strategy<Value = String> {
    "[A-Z][a-zA-Z0-9]{0,8}"
}

/// What a template is made of: resources with a property each, outputs, parameters.
#[derive(Clone, Debug)]
struct Definition {
    description: String,
    resources: BTreeMap<String, BTreeMap<String, Json>>,
    outputs: BTreeMap<String, String>,
    parameters: BTreeMap<String, String>,
}

fn definition() -> impl Strategy<Value = Definition> {
    let properties = prop::collection::btree_map("[A-Z][a-z]{0,5}", plain(), 0..4);
    (
        "[^$]{0,40}",
        prop::collection::btree_map(id().prop_map(|id| format!("R{id}")), properties, 1..6),
        prop::collection::btree_map(id(), "[^$]{0,12}", 0..4),
        prop::collection::btree_map(id().prop_map(|id| format!("P{id}")), "[^$]{0,12}", 0..4),
    )
        .prop_map(|(description, resources, outputs, parameters)| Definition {
            description,
            resources,
            outputs,
            parameters,
        })
}

/// The template of a definition, its parts added forwards or backwards.
fn build(definition: &Definition, backwards: bool) -> Template {
    fn each<'a, V>(
        map: &'a BTreeMap<String, V>,
        backwards: bool,
        mut add: impl FnMut(&'a String, &'a V),
    ) {
        if backwards {
            map.iter().rev().for_each(|(key, value)| add(key, value));
        } else {
            map.iter().for_each(|(key, value)| add(key, value));
        }
    }
    let mut template = Template::new(&definition.description);
    each(&definition.parameters, backwards, |id, text| {
        template.parameter(id, Parameter::string(text));
    });
    each(&definition.outputs, backwards, |id, text| {
        template.output(id, Output::new::<String>("", text));
    });
    each(&definition.resources, backwards, |id, properties| {
        let mut thing = Properties::default();
        each(properties, backwards, |name, json| {
            thing.set(name, Node::from(json.clone()))
        });
        template.add(id, Thing(thing));
    });
    template
}

/// The same definition as JSON, made without the crate.
fn expected(definition: &Definition, digest: &str) -> Json {
    let mut json = serde_json::json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": definition.description,
        "Resources": {},
        "Outputs": {"DefinitionDigest": {
            "Description": "Digest of the definition that was deployed",
            "Value": digest,
        }},
    });
    for (id, properties) in &definition.resources {
        let mut resource = serde_json::json!({"Type": "Test::Plain::Thing"});
        if !properties.is_empty() {
            resource["Properties"] = serde_json::to_value(properties).unwrap();
        }
        json["Resources"][id] = resource;
    }
    for (id, text) in &definition.outputs {
        json["Outputs"][id] = serde_json::json!({"Description": "", "Value": text});
    }
    for (id, text) in &definition.parameters {
        json["Parameters"][id] = serde_json::json!({"Description": text, "Type": "String"});
    }
    json
}

/// JSON as a tree that keeps the order of its keys, for whatever features `serde_json` has.
#[derive(Debug, PartialEq)]
enum Ordered {
    Leaf,
    List(Vec<Ordered>),
    Object(Vec<(String, Ordered)>),
}

impl<'de> serde::Deserialize<'de> for Ordered {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Ordered;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("JSON without null")
            }
            fn visit_bool<E>(self, _: bool) -> Result<Ordered, E> {
                Ok(Ordered::Leaf)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Ordered, E> {
                Ok(Ordered::Leaf)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Ordered, E> {
                Ok(Ordered::Leaf)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Ordered, E> {
                Ok(Ordered::Leaf)
            }
            fn visit_str<E>(self, _: &str) -> Result<Ordered, E> {
                Ok(Ordered::Leaf)
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut seq: A,
            ) -> Result<Ordered, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Ordered::List(items))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Ordered, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Ordered::Object(entries))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl Ordered {
    fn is_sorted(&self) -> bool {
        match self {
            Self::Leaf => true,
            Self::List(items) => items.iter().all(Self::is_sorted),
            Self::Object(entries) => {
                entries.is_sorted_by(|(a, _), (b, _)| a < b)
                    && entries.iter().all(|(_, entry)| entry.is_sorted())
            }
        }
    }
}

/// Whether directed edges form a circle: what has nothing left to wait for is taken away until
/// nothing changes.
fn has_circle(count: usize, edges: &BTreeSet<(usize, usize)>) -> bool {
    let mut left: BTreeSet<usize> = (0..count).collect();
    loop {
        let free: Vec<usize> = left
            .iter()
            .copied()
            .filter(|node| {
                !edges
                    .iter()
                    .any(|(from, to)| from == node && left.contains(to))
            })
            .collect();
        if free.is_empty() {
            return !left.is_empty();
        }
        for node in free {
            left.remove(&node);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn the_json_says_what_the_definition_says(definition in definition()) {
        let checked = checked(build(&definition, false));
        let expected = expected(&definition, checked.digest());
        for text in [checked.minified(), &checked.pretty()] {
            prop_assert_eq!(&serde_json::from_str::<Json>(text).unwrap(), &expected);
        }
    }

    #[test]
    fn keys_are_sorted_and_sections_in_the_documented_order(definition in definition()) {
        let checked = checked(build(&definition, false));
        let Ordered::Object(sections) = serde_json::from_str(checked.minified()).unwrap() else {
            panic!("not an object");
        };
        let order: Vec<usize> = sections
            .iter()
            .map(|(name, _)| SECTIONS.iter().position(|section| section == name).unwrap())
            .collect();
        prop_assert!(order.is_sorted_by(|a, b| a < b));
        prop_assert!(sections.iter().all(|(_, section)| section.is_sorted()));
    }

    #[test]
    fn the_order_of_adding_does_not_matter(definition in definition()) {
        let (forwards, backwards) = (build(&definition, false), build(&definition, true));
        prop_assert_eq!(&forwards, &backwards);
        let (forwards, backwards) = (checked(forwards), checked(backwards));
        prop_assert_eq!(forwards.minified(), backwards.minified());
    }

    #[test]
    fn the_digest_changes_exactly_with_the_definition(a in definition(), b in definition(), same: bool) {
        let b = if same { a.clone() } else { b };
        let (first, second) = (checked(build(&a, false)), checked(build(&b, true)));
        let equal = expected(&a, "") == expected(&b, "");
        prop_assert_eq!(first.digest() == second.digest(), equal);
    }

    #[test]
    fn one_changed_value_changes_the_digest(definition in definition(), value in plain(), pick: prop::sample::Index) {
        let id = definition.resources.keys().nth(pick.index(definition.resources.len())).unwrap().clone();
        let mut changed = definition.clone();
        let before = changed.resources.get_mut(&id).unwrap().insert("Changed".to_owned(), value.clone());
        let (first, second) = (checked(build(&definition, false)), checked(build(&changed, false)));
        prop_assert_eq!(first.digest() == second.digest(), before == Some(value));
    }

    #[test]
    fn no_text_makes_the_check_panic(ids in prop::collection::vec(".*", 3), texts in prop::collection::vec(r"(\PC|[$][{]|[}!.:]){0,20}", 4)) {
        let mut template = Template::new(&texts[0]);
        let thing = template.add(&ids[0], Thing::default().with(&ids[1], texts[1].as_str()));
        template.parameter(&ids[1], Parameter::string(&texts[2]).default_value(&texts[3]));
        let text = sub(&texts[1]).with::<String>(&ids[2], &texts[2]);
        let other = Thing::default()
            .with("A", text.value::<String>())
            .with("B", sub(&texts[3]).value::<String>())
            .with("C", thing.get_att(&texts[2]));
        template.add("Other", other.depends_on(&thing));
        let output = Output::new::<String>(&texts[0], thing.reference()).export(&texts[3]);
        template.output(&ids[2], output);
        // Refused or not, the errors have a text each.
        if let Err(errors) = template.check() {
            prop_assert!(!errors.errors().is_empty());
            prop_assert!(!errors.to_string().is_empty());
        }
    }

    #[test]
    fn a_text_with_places_is_taken_if_its_places_exist(words in prop::collection::vec("[a-z $]{0,4}", 1..5), known: bool) {
        let mut template = Template::new("");
        template.add("Known", Thing::default());
        let place = if known { "${Known.Arn}" } else { "${Unknown.Arn}" };
        let text = words.join(place);
        let refused = words.len() > 1 && !known;
        template.add("Thing", Thing::default().with("P", sub(text).value::<String>()));
        prop_assert_eq!(template.check().is_err(), refused);
    }

    #[test]
    fn exactly_the_circles_are_refused(
        count in 1_usize..8,
        edges in prop::collection::btree_set((0_usize..8, 0_usize..8), 0..10),
        kinds in prop::collection::vec(0_u8..5, 10),
    ) {
        let edges: BTreeSet<(usize, usize)> =
            edges.into_iter().filter(|(from, to)| *from < count && *to < count).collect();
        let handle = |index: usize| Handle(LogicalId::new(format!("N{index}")).unwrap());
        let mut template = Template::new("");
        for node in 0..count {
            let mut properties = Properties::default();
            let mut depends_on = Vec::new();
            for ((_, to), kind) in edges.iter().filter(|(from, _)| *from == node).zip(&kinds) {
                let to = handle(*to);
                let value = match kind {
                    0 => to.reference(),
                    1 => to.get_att("Arn"),
                    2 => sub(format!("${{{}.Arn}}", to.0)).value(),
                    3 => join("-", List::<String>::from([pseudo::region(), to.reference()])),
                    _ => {
                        depends_on.push(to);
                        continue;
                    }
                };
                let nested = Map::<String>::from([("Nested", Value::clone(&value))]);
                properties.set(&format!("P{}", properties.iter().count()), nested.into_node());
            }
            let thing = depends_on
                .iter()
                .fold(Thing(properties).into(), |thing: common_template::Declared<Thing>, on| {
                    thing.depends_on(on)
                });
            template.add(format!("N{node}"), thing);
        }
        let refused = template.check();
        prop_assert_eq!(refused.is_err(), has_circle(count, &edges));
        if let Err(errors) = refused {
            let circles = errors.errors().iter().all(|error| {
                matches!(&error.kind, check::TemplateErrorKind::Cycle { path }
                    if path.len() > 1 && path.first() == path.last())
            });
            prop_assert!(circles);
        }
    }
}
