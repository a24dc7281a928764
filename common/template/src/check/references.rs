//! Every reference leads somewhere.

use crate::template::TemplateResource;
use crate::value::places;
use crate::{Intrinsic, LogicalId, Node, Template, TemplateError, TemplateErrorKind, pseudo};

/// Reports what refers to nothing: `Ref`, `Fn::GetAtt`, the places of `Fn::Sub`, mappings,
/// conditions and `DependsOn`.
pub(super) fn check(template: &Template, errors: &mut Vec<TemplateError>) {
    template.walk(&mut |place, node| {
        if let Node::Intrinsic(function) = node {
            for kind in faults(template, function) {
                errors.push(TemplateError::at(place, kind));
            }
        }
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

/// The resources that a node refers to.
pub(crate) fn referenced_resources<'a>(
    template: &'a Template,
    resource: &'a TemplateResource,
) -> Vec<&'a str> {
    let mut ids: Vec<&str> = resource
        .attributes
        .depends_on
        .iter()
        .map(LogicalId::as_str)
        .collect();
    for (_, node) in resource.properties.iter() {
        node.walk(&mut |node| {
            let Node::Intrinsic(function) = node else {
                return;
            };
            match function.as_ref() {
                Intrinsic::Ref(id) | Intrinsic::GetAtt { id, .. } => ids.push(id),
                Intrinsic::Sub { text, variables } => ids.extend(
                    places(text)
                        .filter(|place| !variables.contains_key(*place))
                        .map(|place| place.split_once('.').map_or(place, |(id, _)| id)),
                ),
                _ => {}
            }
        });
    }
    ids.retain(|id| resource_named(template, id).is_some());
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn faults(template: &Template, function: &Intrinsic) -> Vec<TemplateErrorKind> {
    match function {
        Intrinsic::Ref(id) => reference_fault(template, "Ref", id).into_iter().collect(),
        Intrinsic::GetAtt { id, attribute } => {
            attribute_fault(template, "Fn::GetAtt", id, attribute)
                .into_iter()
                .collect()
        }
        Intrinsic::Sub { text, variables } => {
            let open = places(text).filter(|place| !variables.contains_key(*place));
            let faults = open.filter_map(|place| match place.split_once('.') {
                Some((id, attribute)) => attribute_fault(template, "Fn::Sub", id, attribute),
                None => reference_fault(template, "Fn::Sub", place),
            });
            let unused = variables
                .keys()
                .filter(|name| !places(text).any(|place| place == *name))
                .map(|name| TemplateErrorKind::UnusedVariable { name: name.clone() });
            faults.chain(unused).collect()
        }
        Intrinsic::If { condition, .. } => {
            condition_fault(template, condition).into_iter().collect()
        }
        Intrinsic::FindInMap { map, .. } => {
            let known = template.mappings.keys().any(|id| id.as_str() == map);
            if known {
                Vec::new()
            } else {
                vec![dangling("Fn::FindInMap", map)]
            }
        }
        _ => Vec::new(),
    }
}

fn reference_fault(
    template: &Template,
    function: &'static str,
    id: &str,
) -> Option<TemplateErrorKind> {
    let known = pseudo::ALL.contains(&id)
        || resource_named(template, id).is_some()
        || template
            .parameters
            .keys()
            .any(|parameter| parameter.as_str() == id);
    (!known).then(|| dangling(function, id))
}

fn attribute_fault(
    template: &Template,
    function: &'static str,
    id: &str,
    attribute: &str,
) -> Option<TemplateErrorKind> {
    let Some(resource) = resource_named(template, id) else {
        return Some(dangling(function, id));
    };
    let allowed = resource.facts.attributes;
    // A custom resource has the attributes that its function answers with.
    let known = allowed
        .iter()
        .any(|name| *name == attribute || *name == "*");
    (!known).then(|| TemplateErrorKind::UnknownAttribute {
        id: id.to_owned(),
        resource_type: resource.facts.name,
        attribute: attribute.to_owned(),
        allowed,
    })
}

fn condition_fault(template: &Template, name: &str) -> Option<TemplateErrorKind> {
    let known = template.conditions.keys().any(|id| id.as_str() == name);
    (!known).then(|| dangling("a condition", name))
}

fn resource_named<'a>(template: &'a Template, id: &str) -> Option<&'a TemplateResource> {
    template.resources.get(&LogicalId::unchecked(id.to_owned()))
}

fn dangling(function: &'static str, target: &str) -> TemplateErrorKind {
    TemplateErrorKind::Dangling {
        function,
        target: target.to_owned(),
    }
}
