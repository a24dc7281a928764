//! The check that every reference has a target.

use std::collections::BTreeMap;

use crate::template::TemplateResource;
use crate::value::{has_open_place, places};
use crate::{Intrinsic, LogicalId, Node, Template, TemplateError, TemplateErrorKind, pseudo};

/// Reports what refers to nothing: `Ref`, `Fn::GetAtt`, the places of `Fn::Sub`, mappings,
/// conditions and `DependsOn`; and what looks like a reference but would not be read as one.
pub(super) fn check(template: &Template, errors: &mut Vec<TemplateError>) {
    template.walk(&mut |place, node| {
        let kinds = match node {
            Node::Intrinsic(function) => faults(template, function),
            other => literal_fault(other).into_iter().collect(),
        };
        errors.extend(kinds.into_iter().map(|kind| TemplateError::at(place, kind)));
    });
    for (id, resource) in &template.resources {
        let place = template.place("resource", id);
        for target in &resource.attributes.depends_on {
            if !template.resources.contains_key(target) {
                let kind = dangling("DependsOn", target.as_str());
                errors.push(TemplateError::at(place, kind));
            }
        }
        if let Some(condition) = &resource.attributes.condition {
            errors.extend(
                condition_fault(template, condition.as_str())
                    .map(|kind| TemplateError::at(place, kind)),
            );
        }
    }
    for (id, output) in &template.outputs {
        if let Some(condition) = &output.condition {
            errors.extend(
                condition_fault(template, condition.as_str())
                    .map(|kind| TemplateError::at(template.place("output", id), kind)),
            );
        }
    }
    for (id, condition) in &template.conditions {
        for name in condition.named() {
            errors.extend(
                condition_fault(template, name)
                    .map(|kind| TemplateError::at(template.place("condition", id), kind)),
            );
        }
    }
}

/// The resources that a resource waits for: those it refers to in its properties or in its
/// metadata, and those it says that it depends on.
pub(crate) fn referenced_resources<'a>(
    template: &'a Template,
    resource: &'a TemplateResource,
) -> Vec<&'a str> {
    let attributes = &resource.attributes;
    let mut ids: Vec<&str> = attributes
        .depends_on
        .iter()
        .map(LogicalId::as_str)
        .collect();
    for (_, node) in resource.properties.iter().chain(attributes.metadata.iter()) {
        node.walk(&mut |node| {
            if let Node::Intrinsic(function) = node {
                ids.extend(named_by(function));
            }
        });
    }
    ids.retain(|id| resource_named(template, id).is_some());
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The names that a function itself refers to, its arguments aside.
pub(super) fn named_by(function: &Intrinsic) -> Vec<&str> {
    match function {
        Intrinsic::Ref(id) | Intrinsic::GetAtt { id, .. } => vec![id],
        Intrinsic::Sub { text, variables } => open_places(text, variables)
            .map(|place| place.split_once('.').map_or(place, |(id, _)| id))
            .collect(),
        _ => Vec::new(),
    }
}

pub(super) fn resource_named<'a>(template: &'a Template, id: &str) -> Option<&'a TemplateResource> {
    find(&template.resources, id)
}

fn find<'a, V>(section: &'a BTreeMap<LogicalId, V>, id: &str) -> Option<&'a V> {
    section.get(&LogicalId::unchecked(id.to_owned()))
}

fn open_places<'a, V>(
    text: &'a str,
    variables: &BTreeMap<String, V>,
) -> impl Iterator<Item = &'a str> {
    places(text).filter(|place| !variables.contains_key(*place))
}

fn faults(template: &Template, function: &Intrinsic) -> Vec<TemplateErrorKind> {
    match function {
        Intrinsic::Ref(id) => reference_fault(template, "Ref", id).into_iter().collect(),
        Intrinsic::GetAtt { id, attribute } => {
            let reference = AttributeReference {
                function: "Fn::GetAtt",
                id,
                attribute,
            };
            reference.fault(template).into_iter().collect()
        }
        Intrinsic::Sub { text, variables } => sub_faults(template, text, variables),
        Intrinsic::If { condition, .. } => {
            condition_fault(template, condition).into_iter().collect()
        }
        Intrinsic::FindInMap { map, first, second } => mapping_fault(template, map, first, second)
            .into_iter()
            .collect(),
        Intrinsic::ImportValue(name) => {
            let own = template
                .outputs
                .values()
                .any(|output| output.export_name() == Some(name));
            own.then(|| TemplateErrorKind::OwnExport { name: name.clone() })
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

fn sub_faults(
    template: &Template,
    text: &str,
    variables: &BTreeMap<String, Node>,
) -> Vec<TemplateErrorKind> {
    if has_open_place(text) {
        return vec![TemplateErrorKind::OpenPlace];
    }
    let readable = |place: &str| {
        !place.is_empty()
            && place
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':'))
    };
    let unreadable = places(text).filter(|place| !readable(place)).map(|place| {
        TemplateErrorKind::UnreadablePlace {
            place: place.to_owned(),
        }
    });
    let faults = open_places(text, variables)
        .filter(|place| readable(place))
        .filter_map(|place| match place.split_once('.') {
            Some((id, attribute)) => {
                let reference = AttributeReference {
                    function: "Fn::Sub",
                    id,
                    attribute,
                };
                reference.fault(template)
            }
            None => reference_fault(template, "Fn::Sub", place),
        });
    let unused = variables
        .keys()
        .filter(|name| !places(text).any(|place| place == *name))
        .map(|name| TemplateErrorKind::UnusedVariable { name: name.clone() });
    unreadable.chain(faults).chain(unused).collect()
}

fn reference_fault(
    template: &Template,
    function: &'static str,
    id: &str,
) -> Option<TemplateErrorKind> {
    let known = pseudo::ALL.contains(&id)
        || resource_named(template, id).is_some()
        || find(&template.parameters, id).is_some();
    (!known).then(|| dangling(function, id))
}

/// A reference to an attribute, and the function that makes it.
struct AttributeReference<'a> {
    function: &'static str,
    id: &'a str,
    attribute: &'a str,
}

impl AttributeReference<'_> {
    fn fault(&self, template: &Template) -> Option<TemplateErrorKind> {
        let Some(resource) = resource_named(template, self.id) else {
            return Some(dangling(self.function, self.id));
        };
        let allowed = resource.facts.attributes;
        // A custom resource has the attributes that its function answers with.
        let known = allowed
            .iter()
            .any(|name| *name == self.attribute || *name == "*");
        (!known).then(|| TemplateErrorKind::UnknownAttribute {
            id: self.id.to_owned(),
            resource_type: resource.facts.name,
            attribute: self.attribute.to_owned(),
            allowed,
        })
    }
}

fn condition_fault(template: &Template, name: &str) -> Option<TemplateErrorKind> {
    let known = find(&template.conditions, name).is_some();
    (!known).then(|| dangling("a condition", name))
}

/// Keys are looked up as far as they are literals. A second key under a first one that is only
/// known when the stack is deployed must exist somewhere.
fn mapping_fault(
    template: &Template,
    map: &str,
    first: &Node,
    second: &Node,
) -> Option<TemplateErrorKind> {
    let Some(mapping) = find(&template.mappings, map) else {
        return Some(dangling("Fn::FindInMap", map));
    };
    let key = match first {
        Node::String(key) => Some(key.as_str()),
        _ => None,
    };
    let rows: Vec<_> = mapping
        .rows()
        .filter(|(name, _)| key.is_none_or(|key| key == *name))
        .collect();
    let key = key.unwrap_or("*");
    if rows.is_empty() {
        return Some(dangling("Fn::FindInMap", &format!("{map}.{key}")));
    }
    let Node::String(second) = second else {
        return None;
    };
    let known = rows.iter().any(|(_, row)| row.contains_key(second));
    (!known).then(|| dangling("Fn::FindInMap", &format!("{map}.{key}.{second}")))
}

/// What a literal may not be: a number that JSON can't write, or a function in disguise.
fn literal_fault(node: &Node) -> Option<TemplateErrorKind> {
    match node {
        Node::Number(number) if !number.is_finite() => Some(TemplateErrorKind::NotFinite {
            number: number.to_string(),
        }),
        Node::String(text) => {
            let place = places(text).find(|place| place.starts_with("AWS::"))?;
            Some(TemplateErrorKind::OutsideSub {
                place: place.to_owned(),
            })
        }
        Node::Object(entries) if entries.len() == 1 => {
            let name = entries.keys().next()?;
            let disguised = name == "Ref" || name.starts_with("Fn::");
            disguised.then(|| TemplateErrorKind::PlainFunction {
                function: name.clone(),
            })
        }
        _ => None,
    }
}

fn dangling(function: &'static str, target: &str) -> TemplateErrorKind {
    TemplateErrorKind::Dangling {
        function,
        target: target.to_owned(),
    }
}
