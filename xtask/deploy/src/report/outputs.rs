//! Outputs of the deployed stacks.

use std::collections::BTreeMap;

use cloudformation::Stack;
use common::environment::EnvironmentName;

use crate::report::line::{Line, Tone, columns};
use crate::report::wording::short;

/// The output that is about the definition, not about the stack.
const DIGEST: &str = "DefinitionDigest";

/// The outputs by stack (without project and environment) and by logical id.
#[must_use]
pub fn outputs<'a>(
    stacks: impl IntoIterator<Item = &'a Stack>,
    environment: EnvironmentName,
) -> BTreeMap<String, BTreeMap<String, String>> {
    stacks
        .into_iter()
        .map(|stack| {
            let outputs = stack.outputs.iter().filter(|output| output.key != DIGEST);
            let outputs = outputs.map(|output| (output.key.clone(), output.value.clone()));
            (
                short(&stack.name, environment).to_owned(),
                outputs.collect(),
            )
        })
        .filter(|(_, outputs): &(String, BTreeMap<_, _>)| !outputs.is_empty())
        .collect()
}

/// For people: a block per stack, a line per output. Values stay whole: they are there to be
/// copied.
#[must_use]
pub fn lines(outputs: &BTreeMap<String, BTreeMap<String, String>>) -> Vec<Line> {
    let keys = outputs.values().flat_map(BTreeMap::keys);
    let column = keys.map(|key| columns(key)).max().unwrap_or(0).min(32) + 4;
    let mut lines = Vec::new();
    for (stack, outputs) in outputs {
        if !lines.is_empty() {
            lines.push(Line::new());
        }
        lines.push(Line::new().and(Tone::Strong, stack));
        for (key, value) in outputs {
            let line = Line::at(2).plain(key).to(column);
            lines.push(line.whole(Tone::Plain, value).hanging(4));
        }
    }
    lines
}
