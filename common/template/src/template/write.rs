//! The sections of a template, in the order that people know. Everything inside a section is in
//! the order of its names, whatever features some crate turns on in `serde_json`.

use super::{Mapping, Output, Rule, Template, TemplateResource};
use crate::value::json;
use crate::{IntoNode, LogicalId, Node};

/// The text that is deployed, but for the outputs and the closing brace: the digest is computed
/// over the whole, and then stands in an output itself.
pub(crate) fn without_outputs(template: &Template) -> String {
    let mut out = String::from(r#"{"AWSTemplateFormatVersion":"2010-09-09","Description":"#);
    json::text(&mut out, &template.description);
    if !template.metadata.is_empty() {
        out.push_str(r#","Metadata":"#);
        json::object(&mut out, template.metadata.iter());
    }
    section(
        &mut out,
        "Parameters",
        template.parameters.iter(),
        json::node,
    );
    section(
        &mut out,
        "Mappings",
        template.mappings.iter(),
        |out, mapping| {
            json::node(out, &Mapping::written(mapping));
        },
    );
    section(
        &mut out,
        "Conditions",
        template.conditions.iter(),
        |out, condition| {
            json::node(out, &condition.clone().into_node());
        },
    );
    section(&mut out, "Rules", template.rules.iter(), |out, rule| {
        json::node(out, &Rule::written(rule));
    });
    section(&mut out, "Resources", template.resources.iter(), resource);
    out
}

/// The outputs and the closing brace.
pub(crate) fn outputs(template: &Template) -> String {
    let mut out = String::new();
    section(
        &mut out,
        "Outputs",
        template.outputs.iter(),
        |out, output| {
            json::node(out, &Output::written(output));
        },
    );
    out.push('}');
    out
}

fn resource(out: &mut String, resource: &TemplateResource) {
    let mut entries = resource.attributes.written();
    entries.push(("Type", resource.facts.name.into_node()));
    // Stands for the properties, which are written from where they are.
    entries.push(("Properties", Node::Bool(true)));
    entries.sort_by_key(|(name, _)| *name);
    out.push('{');
    let mut first = true;
    for (name, node) in &entries {
        let properties = *name == "Properties";
        if properties && resource.properties.is_empty() {
            continue;
        }
        if !first {
            out.push(',');
        }
        first = false;
        json::key(out, name);
        if properties {
            json::object(out, resource.properties.iter());
        } else {
            json::node(out, node);
        }
    }
    out.push('}');
}

/// One section, left out when it is empty.
fn section<'a, T: 'a>(
    out: &mut String,
    name: &str,
    entries: impl ExactSizeIterator<Item = (&'a LogicalId, &'a T)>,
    mut write: impl FnMut(&mut String, &T),
) {
    if entries.len() == 0 {
        return;
    }
    out.push(',');
    json::key(out, name);
    out.push('{');
    for (index, (id, entry)) in entries.enumerate() {
        if index > 0 {
            out.push(',');
        }
        json::key(out, id.as_str());
        write(out, entry);
    }
    out.push('}');
}
