//! The one writer. It fixes the order of everything itself, so that the text of a template does
//! not depend on the features that some crate turns on in `serde_json` (`preserve_order` reorders
//! whatever goes through its maps; nothing here does).

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Template;
use crate::{IntoNode, LogicalId, Node};

/// As deployed: no white space.
pub(crate) fn minified(template: &Template) -> Result<String, serde_json::Error> {
    serde_json::to_string(template)
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("AWSTemplateFormatVersion", "2010-09-09")?;
        map.serialize_entry("Description", &self.description)?;
        if !self.metadata.is_empty() {
            map.serialize_entry("Metadata", &self.metadata.clone().into_node())?;
        }
        section(&mut map, "Parameters", self.parameters.iter(), Clone::clone)?;
        section(
            &mut map,
            "Mappings",
            self.mappings.iter(),
            super::Mapping::written,
        )?;
        section(&mut map, "Conditions", self.conditions.iter(), |c| {
            c.clone().into_node()
        })?;
        section(&mut map, "Rules", self.rules.iter(), super::Rule::written)?;
        section(&mut map, "Resources", self.resources.iter(), |resource| {
            let mut entries = resource.attributes.written();
            entries.push(("Type", resource.facts.name.into_node()));
            if !resource.properties.is_empty() {
                entries.push(("Properties", resource.properties.clone().into_node()));
            }
            Node::Object(
                entries
                    .into_iter()
                    .map(|(name, node)| (name.to_owned(), node))
                    .collect(),
            )
        })?;
        section(
            &mut map,
            "Outputs",
            self.outputs.iter(),
            super::Output::written,
        )?;
        map.end()
    }
}

/// One section, left out when it is empty.
fn section<'a, M: SerializeMap, T: 'a>(
    map: &mut M,
    name: &'static str,
    entries: impl ExactSizeIterator<Item = (&'a LogicalId, &'a T)>,
    written: impl Fn(&T) -> Node,
) -> Result<(), M::Error> {
    if entries.len() == 0 {
        return Ok(());
    }
    let entries = entries
        .map(|(id, entry)| (id.as_str().to_owned(), written(entry)))
        .collect();
    map.serialize_entry(name, &Node::Object(entries))
}
