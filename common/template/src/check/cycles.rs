//! No resource waits for itself.

use std::collections::BTreeMap;

use super::referenced_resources;
use crate::{LogicalId, Template, TemplateError, TemplateErrorKind};

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    OnPath,
    Done,
}

/// Reports the first circle found from each resource that is not known to be free of one.
pub(super) fn check(template: &Template, errors: &mut Vec<TemplateError>) {
    let edges: BTreeMap<&str, Vec<&str>> = template
        .resources
        .iter()
        .map(|(id, resource)| (id.as_str(), referenced_resources(template, resource)))
        .collect();
    let mut marks = BTreeMap::new();
    for id in template.resources.keys() {
        let mut path = Vec::new();
        if let Some(path) = circle(id.as_str(), &edges, &mut marks, &mut path) {
            let first = LogicalId::unchecked(path.first().cloned().unwrap_or_default());
            let place = template.place("resource", &first);
            errors.push(TemplateError::at(place, TemplateErrorKind::Cycle { path }));
        }
    }
}

fn circle<'a>(
    id: &'a str,
    edges: &BTreeMap<&'a str, Vec<&'a str>>,
    marks: &mut BTreeMap<&'a str, Mark>,
    path: &mut Vec<&'a str>,
) -> Option<Vec<String>> {
    match marks.get(id) {
        Some(Mark::Done) => return None,
        Some(Mark::OnPath) => {
            let start = path.iter().position(|step| *step == id).unwrap_or_default();
            let steps = path.iter().skip(start).chain(std::iter::once(&id));
            return Some(steps.map(|step| (*step).to_owned()).collect());
        }
        None => {}
    }
    marks.insert(id, Mark::OnPath);
    path.push(id);
    let found = edges
        .get(id)
        .into_iter()
        .flatten()
        .find_map(|next| circle(next, edges, marks, path));
    path.pop();
    marks.insert(id, Mark::Done);
    found
}
