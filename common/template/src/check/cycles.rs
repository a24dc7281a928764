//! The check for circular dependencies of resources and conditions.

use std::collections::BTreeMap;

use super::referenced_resources;
use crate::{LogicalId, Template, TemplateError, TemplateErrorKind};

type Edges<'a> = BTreeMap<&'a str, Vec<&'a str>>;

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    OnPath,
    Done,
}

/// Reports the first circle found from each name that is not known to be free of one.
pub(super) fn check(template: &Template, errors: &mut Vec<TemplateError>) {
    let resources = template
        .resources
        .iter()
        .map(|(id, resource)| (id.as_str(), referenced_resources(template, resource)))
        .collect();
    let conditions = template
        .conditions
        .iter()
        .map(|(id, condition)| (id.as_str(), condition.named()))
        .collect();
    for (section, edges) in [("resource", resources), ("condition", conditions)] {
        for path in circles(&edges) {
            let first = LogicalId::unchecked(path.first().cloned().unwrap_or_default());
            let place = template.place(section, &first);
            errors.push(TemplateError::at(place, TemplateErrorKind::Cycle { path }));
        }
    }
}

fn circles(edges: &Edges<'_>) -> Vec<Vec<String>> {
    let mut marks = BTreeMap::new();
    edges
        .keys()
        .filter_map(|id| circle(id, edges, &mut marks))
        .collect()
}

/// Follows the edges depth first. The path is a list and not the call stack: a template is
/// checked before its limits are known to be kept, so a chain can be of any length.
fn circle<'a>(
    start: &'a str,
    edges: &Edges<'a>,
    marks: &mut BTreeMap<&'a str, Mark>,
) -> Option<Vec<String>> {
    if marks.contains_key(start) {
        return None;
    }
    let next_of = |id: &str| edges.get(id).map_or(&[][..], Vec::as_slice).iter();
    let mut path = vec![(start, next_of(start))];
    marks.insert(start, Mark::OnPath);
    let mut found = None;
    while let Some((id, rest)) = path.last_mut() {
        let Some(next) = rest.next() else {
            marks.insert(id, Mark::Done);
            path.pop();
            continue;
        };
        match marks.get(next) {
            Some(Mark::Done) => {}
            Some(Mark::OnPath) => {
                let around = path.iter().map(|(id, _)| *id);
                let around = around.skip_while(|id| id != next);
                let around = around.chain(std::iter::once(*next));
                found = Some(around.map(str::to_owned).collect());
                break;
            }
            None => {
                marks.insert(next, Mark::OnPath);
                path.push((next, next_of(next)));
            }
        }
    }
    for (id, _) in path {
        marks.insert(id, Mark::Done);
    }
    found
}
