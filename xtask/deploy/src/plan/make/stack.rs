//! One stack on its way: its templates, and what of its exports changes.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use common::stack::StackArtifact;
use serde_json::Value;

use super::by_a_person::compares_rights;
use super::expand::{Expanded, expand};
use super::intent::{Differs, Intent, extra_exports};
use super::policy;
use super::rename::with_new_names;
use super::world::World;
use crate::difference::{Change, Difference, compare, imports, render};
use crate::observe::Need;
use crate::plan::PlanError;
use crate::plan::error::TemplateOrigin;

/// One stack, with all that was observed of it.
pub(super) struct Stack<'a> {
    pub(super) name: &'a str,
    pub(super) artifact: Option<&'a StackArtifact>,
    pub(super) view: Option<&'a cloudformation::Stack>,
    pub(super) intent: Intent,
    /// The deployed template of a stack that is updated or deleted.
    pub(super) before: Option<Value>,
    /// The deployed template with exports under their new names, where it imports such.
    pub(super) known: Option<Value>,
    /// The new template of a stack that is updated.
    pub(super) after: Option<Value>,
    /// What differs between the two.
    pub(super) difference: Difference,
    /// The exports that it has, and by its definition will not have.
    pub(super) dropped: BTreeSet<String>,
    /// The exports that it keeps by its definition, with another value.
    pub(super) changed: BTreeSet<String>,
    betweens: RefCell<BTreeMap<BTreeSet<String>, Rc<Between>>>,
}

/// A stack while it keeps exports.
pub(super) struct Between {
    pub(super) expanded: Expanded,
    /// What differs from the deployed template.
    pub(super) difference: Difference,
    imports: BTreeSet<String>,
    /// The exports that are kept, and get another value all the same.
    changed: BTreeSet<String>,
}

impl<'a> Stack<'a> {
    /// What has to be observed before the stack can be planned.
    pub(super) fn needs(world: &World<'a>, name: &'a str, intent: &Intent) -> BTreeSet<Need> {
        let mut needs = BTreeSet::new();
        let (artifact, view) = (world.artifact(name), world.view(name));
        if let (Some(artifact), Some(_), Intent::Keep | Intent::Update(_)) =
            (artifact, view, intent)
            && world.reads_policy(artifact)
        {
            needs.insert(Need::Policy(name.to_owned()));
        }
        let compared = match intent {
            Intent::Update(differs) => differs.definition || differs.expanded,
            Intent::Delete => view.is_some(),
            _ => false,
        };
        let rights = artifact.is_some_and(|artifact| compares_rights(world, artifact));
        if compared || rights {
            needs.insert(Need::Template(name.to_owned()));
        }
        needs.extend(
            dropped(artifact, view, intent)
                .into_iter()
                .map(Need::Importers),
        );
        needs.retain(|need| !world.knows(need));
        needs
    }

    /// Reads the templates of a stack whose needs were observed.
    pub(super) fn load(
        world: &World<'a>,
        name: &'a str,
        intent: Intent,
    ) -> Result<Self, PlanError> {
        let (artifact, view) = (world.artifact(name), world.view(name));
        let mut stack = Self {
            name,
            artifact,
            view,
            before: None,
            known: None,
            after: None,
            difference: Difference::default(),
            dropped: dropped(artifact, view, &intent),
            changed: BTreeSet::new(),
            betweens: RefCell::default(),
            intent,
        };
        if let (Some(artifact), Intent::Create | Intent::Update(_)) = (artifact, &stack.intent)
            && artifact.template.is_none()
        {
            return Err(PlanError::NoTemplate {
                stack: name.to_owned(),
            });
        }
        if let Some(text) = world.observed.templates.get(name)
            && matches!(stack.intent, Intent::Update(_) | Intent::Delete)
        {
            stack.before = Some(parse(name, TemplateOrigin::Deployed, text)?);
        }
        if let (Some(artifact), Some(view), Some(before), Intent::Update(_)) =
            (artifact, view, &stack.before, &stack.intent)
        {
            let text = artifact.template.as_deref().unwrap_or_default();
            let after = parse(name, TemplateOrigin::Defined, text)?;
            stack.difference = compare(Some(before), Some(&after));
            stack.changed = changed_exports(view, before, &after, &stack.difference);
            stack.after = Some(after);
        }
        Ok(stack)
    }

    /// The new template with exports kept; nothing where none are. Made once for each set: it is
    /// asked for often while stacks are ordered.
    pub(super) fn between(&self, kept: &BTreeSet<String>) -> Option<Rc<Between>> {
        let (artifact, view) = (self.artifact?, self.view?);
        if kept.is_empty() {
            return None;
        }
        if let Some(between) = self.betweens.borrow().get(kept) {
            return Some(Rc::clone(between));
        }
        let (before, after) = (self.before.as_ref()?, self.after.as_ref()?);
        let expanded = expand(before, after, view, &artifact.digest, kept);
        let known = self.known.as_ref().unwrap_or(before);
        let difference = compare(Some(known), Some(&expanded.template));
        let mut changed = changed_exports(view, before, &expanded.template, &difference);
        changed.retain(|export| kept.contains(export));
        let between = Rc::new(Between {
            imports: imports(&expanded.template),
            changed,
            difference,
            expanded,
        });
        let mut betweens = self.betweens.borrow_mut();
        betweens.insert(kept.clone(), Rc::clone(&between));
        Some(between)
    }

    /// Whether the stack imports something while it keeps exports.
    pub(super) fn imports(&self, export: &String, kept: &BTreeSet<String>) -> bool {
        let mut defined = self.artifact.into_iter().flat_map(|one| &one.imports);
        defined.any(|name| name == export)
            || self
                .between(kept)
                .is_some_and(|between| between.imports.contains(export))
    }

    /// Of the exports that are kept, those that get another value all the same.
    pub(super) fn changed_with(&self, kept: &BTreeSet<String>) -> BTreeSet<String> {
        let between = self.between(kept);
        between.map(|one| one.changed.clone()).unwrap_or_default()
    }

    /// Compares again, now that it is known which exports only get another name.
    pub(super) fn know(&mut self, renamed: &BTreeMap<String, String>) {
        let (Some(view), Some(before), Some(after)) = (self.view, &self.before, &self.after) else {
            return;
        };
        if let Some(known) = with_new_names(before, renamed) {
            self.difference = compare(Some(&known), Some(after));
            self.changed = changed_exports(view, &known, after, &self.difference);
            self.known = Some(known);
        }
    }

    /// Whether it already is as defined, but for exports that are kept.
    pub(super) fn is_expanded(&self) -> bool {
        matches!(&self.intent, Intent::Update(Differs { expanded: true, .. }))
    }

    pub(super) fn is_deployed_to(&self) -> bool {
        matches!(self.intent, Intent::Create | Intent::Update(_))
    }
}

impl World<'_> {
    /// Whether the stack's policy has to be read: it is deployed, and has one by definition.
    pub(super) fn reads_policy(&self, artifact: &StackArtifact) -> bool {
        self.view(artifact.name.as_str()).is_some() && policy::has_policy(artifact)
    }

    pub(super) fn knows(&self, need: &Need) -> bool {
        match need {
            Need::Template(stack) => self.observed.templates.contains_key(stack),
            Need::Importers(export) => self.observed.importers.contains_key(export),
            Need::Outside(stack) => {
                let inside = self.observed.stacks.contains_key(stack);
                inside || self.observed.outside.contains_key(stack)
            }
            Need::Policy(stack) => self.observed.policies.contains_key(stack),
            Need::Gone(stacks) => {
                let known = |name| self.observed.gone.contains_key(name);
                stacks.iter().all(known)
            }
            Need::Orphans(stacks) => {
                let known = |name| self.observed.orphans.contains_key(name);
                stacks.keys().all(known)
            }
            Need::Leftovers(stacks) => {
                let known = |name| self.observed.leftovers.contains_key(name);
                stacks.keys().all(known)
            }
        }
    }
}

fn dropped(
    artifact: Option<&StackArtifact>,
    view: Option<&cloudformation::Stack>,
    intent: &Intent,
) -> BTreeSet<String> {
    match (artifact, view, intent) {
        (_, Some(view), Intent::Delete) => {
            view.exports().map(|(name, _)| name.to_owned()).collect()
        }
        (Some(artifact), Some(view), Intent::Update(_)) => extra_exports(artifact, view)
            .into_iter()
            .map(ToOwned::to_owned)
            .collect(),
        _ => BTreeSet::new(),
    }
}

fn outputs(template: &Value) -> impl Iterator<Item = (&str, &Value)> + Clone {
    let outputs = template.get("Outputs").and_then(Value::as_object);
    outputs
        .into_iter()
        .flatten()
        .map(|(key, output)| (key.as_str(), output))
}

fn export_name(output: &Value) -> Option<&str> {
    output.get("Export")?.get("Name")?.as_str()
}

/// The outputs that are exported, by the name of the export.
pub(super) fn exports(template: &Value) -> impl Iterator<Item = (&str, &Value)> + Clone {
    outputs(template).filter_map(|(_, output)| Some((export_name(output)?, output)))
}

/// The deployed exports that the template after gives another value.
fn changed_exports(
    view: &cloudformation::Stack,
    before: &Value,
    after: &Value,
    difference: &Difference,
) -> BTreeSet<String> {
    let after_by_export: BTreeMap<&str, (&str, &Value)> = outputs(after)
        .filter_map(|(key, output)| Some((export_name(output)?, (key, output))))
        .collect();
    view.outputs
        .iter()
        .filter_map(|output| {
            let export = output.export.as_deref()?;
            let (key, after) = after_by_export.get(export)?;
            let after = after.get("Value")?;
            // A literal is compared with what is deployed, however that came about.
            if after.as_str() == Some(output.value.as_str()) {
                return None;
            }
            let changes = if *key == output.key {
                difference.outputs.iter().any(|one| {
                    one.output == output.key && one.change == Change::Changed && one.value_changes
                })
            } else {
                let before = before.get("Outputs")?.get(&output.key)?.get("Value")?;
                render(before) != render(after)
            };
            changes.then(|| export.to_owned())
        })
        .collect()
}

/// Reads a template.
pub(super) fn parse(stack: &str, origin: TemplateOrigin, text: &str) -> Result<Value, PlanError> {
    serde_json::from_str::<serde_json::Map<String, Value>>(text)
        .map(Value::Object)
        .map_err(|source| PlanError::Template {
            stack: stack.to_owned(),
            origin,
            source,
        })
}
