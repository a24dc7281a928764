//! CloudFormation's quotas of one template.
//!
//! Sources:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>,
//! for descriptions of outputs
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Output.html>, for
//! descriptions of parameters
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>,
//! for the pause of an update
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html>.

use std::collections::BTreeMap;

use crate::template::Place;
use crate::{
    LogicalId, Node, Template, TemplateError, TemplateErrorKind, TemplateErrors, UpdatePolicy,
};

/// Resources in one template.
pub const RESOURCES: usize = 500;
/// Outputs in one template, the digest included.
pub const OUTPUTS: usize = 200;
/// Parameters in one template.
pub const PARAMETERS: usize = 200;
/// Mappings in one template.
pub const MAPPINGS: usize = 200;
/// Keys of a mapping, and of each of its rows.
pub const MAPPING_KEYS: usize = 200;
/// Characters of a mapping's key.
pub const MAPPING_KEY_CHARACTERS: usize = 255;
/// Dynamic references in one template.
pub const DYNAMIC_REFERENCES: usize = 60;
/// Bytes of a template that is sent with the call rather than through a bucket. A deployment
/// needs no bucket as long as every template stays below.
pub const INLINE_BYTES: usize = 51_200;
/// Bytes of a template's description.
pub const DESCRIPTION_BYTES: usize = 1_024;
/// Characters of an output's description.
pub const OUTPUT_DESCRIPTION_CHARACTERS: usize = 1_024;
/// Characters of a parameter's description.
pub const PARAMETER_DESCRIPTION_CHARACTERS: usize = 4_000;
/// Bytes of a parameter's value.
pub const PARAMETER_VALUE_BYTES: usize = 4_096;
/// Characters of an export's name. AWS CDK keeps the same limit; the AWS pages give none.
pub const EXPORT_NAME_CHARACTERS: usize = 255;
/// Minutes that a rolling update waits for the signals of new machines.
pub const PAUSE_MINUTES: usize = 60;

pub(super) fn check_counts(template: &Template, errors: &mut Vec<TemplateError>) {
    let counts = [
        ("resources", template.resources.len(), RESOURCES),
        (
            "outputs, the digest included",
            template.outputs.len() + 1,
            OUTPUTS,
        ),
        ("parameters", template.parameters.len(), PARAMETERS),
        ("mappings", template.mappings.len(), MAPPINGS),
        (
            "bytes of description",
            template.description.len(),
            DESCRIPTION_BYTES,
        ),
        (
            "dynamic references",
            dynamic_references(template),
            DYNAMIC_REFERENCES,
        ),
    ];
    for (what, count, limit) in counts {
        errors.extend(over(template.created, || what.to_owned(), count, limit));
    }
    check_parameters(template, errors);
    check_mappings(template, errors);
    for (id, resource) in &template.resources {
        if let Some(UpdatePolicy::Rolling(rolling)) = &resource.attributes.update_policy {
            errors.extend(over(
                template.place("resource", id),
                || format!("minutes of pause in the rolling update of `{id}`"),
                usize::try_from(rolling.signal_timeout_minutes).unwrap_or(usize::MAX),
                PAUSE_MINUTES,
            ));
        }
    }
    check_outputs(template, errors);
}

fn check_parameters(template: &Template, errors: &mut Vec<TemplateError>) {
    for (id, parameter) in &template.parameters {
        let Node::Object(properties) = parameter else {
            continue;
        };
        let place = template.place("parameter", id);
        if let Some(Node::String(description)) = properties.get("Description") {
            errors.extend(over(
                place,
                || format!("characters of the description of parameter `{id}`"),
                description.chars().count(),
                PARAMETER_DESCRIPTION_CHARACTERS,
            ));
        }
        let allowed = match properties.get("AllowedValues") {
            Some(Node::List(allowed)) => allowed.as_slice(),
            _ => &[],
        };
        for value in properties.get("Default").into_iter().chain(allowed) {
            if let Node::String(value) = value {
                errors.extend(over(
                    place,
                    || format!("bytes of a value of parameter `{id}`"),
                    value.len(),
                    PARAMETER_VALUE_BYTES,
                ));
            }
        }
    }
}

fn check_mappings(template: &Template, errors: &mut Vec<TemplateError>) {
    for (id, mapping) in &template.mappings {
        let place = template.place("mapping", id);
        errors.extend(over(
            place,
            || format!("top-level keys of mapping `{id}`"),
            mapping.rows().count(),
            MAPPING_KEYS,
        ));
        for (first, row) in mapping.rows() {
            errors.extend(over(
                place,
                || format!("keys of mapping `{id}` under `{first}`"),
                row.len(),
                MAPPING_KEYS,
            ));
            for key in std::iter::once(first).chain(row.keys().map(String::as_str)) {
                errors.extend(over(
                    place,
                    || format!("characters of key `{key}` of mapping `{id}`"),
                    key.chars().count(),
                    MAPPING_KEY_CHARACTERS,
                ));
            }
        }
    }
}

fn check_outputs(template: &Template, errors: &mut Vec<TemplateError>) {
    let mut names: BTreeMap<&str, &LogicalId> = BTreeMap::new();
    for (id, output) in &template.outputs {
        let place = template.place("output", id);
        errors.extend(over(
            place,
            || format!("characters of the description of output `{id}`"),
            output.description.chars().count(),
            OUTPUT_DESCRIPTION_CHARACTERS,
        ));
        let Some(name) = output.export_name() else {
            continue;
        };
        errors.extend(over(
            place,
            || format!("characters of the export name of output `{id}`"),
            name.chars().count(),
            EXPORT_NAME_CHARACTERS,
        ));
        if let Some(first) = names.insert(name, id) {
            let kind = TemplateErrorKind::DuplicateExport {
                name: name.to_owned(),
                first: first.clone(),
                second: id.clone(),
            };
            errors.push(TemplateError::at(place, kind));
        }
    }
}

/// How often a text of the template, literal or of a function, has CloudFormation look a value up.
fn dynamic_references(template: &Template) -> usize {
    let mut count = 0;
    let mut add = |text: &str| count += text.matches("{{resolve:").count();
    template.walk(&mut |_, node| match node {
        Node::String(text) => add(text),
        Node::Intrinsic(function) => {
            if let crate::Intrinsic::Sub { text, .. } = function.as_ref() {
                add(text);
            }
        }
        _ => {}
    });
    count
}

pub(super) fn check_size(template: &Template, bytes: usize) -> Result<(), TemplateErrors> {
    let what = || "bytes of the minified template".to_owned();
    over(template.created, what, bytes, INLINE_BYTES)
        .map_or(Ok(()), |error| Err(TemplateErrors::new(vec![error])))
}

/// The error, where there are more than there may be. Limits of the whole template are reported
/// where the template was created.
fn over(
    place: Place,
    what: impl FnOnce() -> String,
    count: usize,
    limit: usize,
) -> Option<TemplateError> {
    (count > limit).then(|| {
        let what = what();
        let kind = TemplateErrorKind::OverLimit { what, count, limit };
        TemplateError::at(place, kind)
    })
}
