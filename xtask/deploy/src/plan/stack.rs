//! One stack of a plan: its templates, and how its exports change.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use common::stack::StackArtifact;
use serde_json::Value;

use super::action::{StackAction, StackChanges};
use super::error::{PlanError, TemplateOrigin};
use super::expanded_template::{ExpandedTemplate, expand};
use super::input::{PlanInput, extra_exports, parse};
use super::manual_stacks::compares_permissions;
use super::renamed_exports::{renamed, with_new_names};
use crate::observe::Need;
use cloudformation::template::{exports, imports};
use review::difference::{Change, Difference, compare, render};

pub(super) struct Stack<'a> {
    pub(super) name: &'a str,
    pub(super) artifact: Option<&'a StackArtifact>,
    pub(super) view: Option<&'a cloudformation::Stack>,
    pub(super) action: StackAction,
    /// The deployed template of a stack that is updated or deleted.
    pub(super) before: Option<Value>,
    /// The deployed template with imports under their new names, where exports are renamed.
    pub(super) before_renamed: Option<Value>,
    /// The new template of a stack that is updated.
    pub(super) after: Option<Value>,
    pub(super) difference: Difference,
    /// The deployed exports that are not in the definition.
    pub(super) dropped: BTreeSet<String>,
    /// The exports that stay in the definition with another value.
    pub(super) changed: BTreeSet<String>,
    expansions: RefCell<BTreeMap<BTreeSet<String>, Rc<Expansion>>>,
}

/// A stack with retained exports.
pub(super) struct Expansion {
    pub(super) expanded: ExpandedTemplate,
    pub(super) difference: Difference,
    imports: BTreeSet<String>,
    /// The retained exports whose value changes all the same.
    changed: BTreeSet<String>,
}

impl<'a> Stack<'a> {
    /// The observations that planning this stack needs.
    pub(super) fn needs(
        input: &PlanInput<'a>,
        name: &'a str,
        action: &StackAction,
    ) -> BTreeSet<Need> {
        let mut needs = BTreeSet::new();
        let (artifact, view) = (input.artifact(name), input.view(name));
        if let (Some(artifact), Some(_), StackAction::NoOp | StackAction::Update(_)) =
            (artifact, view, action)
            && input.reads_policy(artifact)
        {
            needs.insert(Need::StackPolicy(name.to_owned()));
        }
        let compared = match action {
            StackAction::Update(changes) => changes.definition || changes.retains_exports,
            StackAction::Delete => view.is_some(),
            _ => false,
        };
        let rights = artifact.is_some_and(|artifact| compares_permissions(input, artifact));
        if compared || rights {
            needs.insert(Need::Template(name.to_owned()));
        }
        needs.extend(
            dropped(artifact, view, action)
                .into_iter()
                .map(Need::Importers),
        );
        needs.retain(|need| !input.is_known(need));
        needs
    }

    /// Parses the templates of a stack whose needs were observed.
    pub(super) fn load(
        input: &PlanInput<'a>,
        name: &'a str,
        action: StackAction,
    ) -> Result<Self, PlanError> {
        let (artifact, view) = (input.artifact(name), input.view(name));
        let mut stack = Self {
            name,
            artifact,
            view,
            before: None,
            before_renamed: None,
            after: None,
            difference: Difference::default(),
            dropped: dropped(artifact, view, &action),
            changed: BTreeSet::new(),
            expansions: RefCell::default(),
            action,
        };
        if let (Some(artifact), StackAction::Create | StackAction::Update(_)) =
            (artifact, &stack.action)
            && artifact.template.is_none()
        {
            return Err(PlanError::NoTemplate {
                stack: name.to_owned(),
            });
        }
        if let Some(text) = input.observed.templates.get(name)
            && matches!(stack.action, StackAction::Update(_) | StackAction::Delete)
        {
            stack.before = Some(parse(name, TemplateOrigin::Deployed, text)?);
        }
        if let (Some(artifact), Some(view), Some(before), StackAction::Update(_)) =
            (artifact, view, &stack.before, &stack.action)
        {
            let text = artifact.template.as_deref().unwrap_or_default();
            let after = parse(name, TemplateOrigin::Defined, text)?;
            stack.difference = compare(Some(before), Some(&after));
            stack.changed = changed_exports(view, before, &after, &stack.difference);
            stack.after = Some(after);
        }
        Ok(stack)
    }

    /// The new template with retained exports; none where nothing is retained. Cached for each set,
    /// because scheduling asks repeatedly.
    pub(super) fn expansion(&self, retained: &BTreeSet<String>) -> Option<Rc<Expansion>> {
        let (artifact, view) = (self.artifact?, self.view?);
        if retained.is_empty() {
            return None;
        }
        if let Some(expansion) = self.expansions.borrow().get(retained) {
            return Some(Rc::clone(expansion));
        }
        let (before, after) = (self.before.as_ref()?, self.after.as_ref()?);
        let expanded = expand(before, after, view, &artifact.digest, retained);
        let before_renamed = self.before_renamed.as_ref().unwrap_or(before);
        let difference = compare(Some(before_renamed), Some(&expanded.template));
        let mut changed = changed_exports(view, before, &expanded.template, &difference);
        changed.retain(|export| retained.contains(export));
        let expansion = Rc::new(Expansion {
            imports: imports(&expanded.template),
            changed,
            difference,
            expanded,
        });
        let mut expansions = self.expansions.borrow_mut();
        expansions.insert(retained.clone(), Rc::clone(&expansion));
        Some(expansion)
    }

    /// Whether the stack imports an export while it retains others.
    pub(super) fn imports(&self, export: &String, retained: &BTreeSet<String>) -> bool {
        let mut defined = self.artifact.into_iter().flat_map(|one| &one.imports);
        defined.any(|name| name == export)
            || self
                .expansion(retained)
                .is_some_and(|expansion| expansion.imports.contains(export))
    }

    /// The retained exports whose value changes all the same.
    pub(super) fn changed_with(&self, retained: &BTreeSet<String>) -> BTreeSet<String> {
        let expansion = self.expansion(retained);
        expansion.map(|one| one.changed.clone()).unwrap_or_default()
    }

    /// Compares again with imports under their new names, so that a renamed export is no
    /// difference.
    pub(super) fn compare_renamed(&mut self, renamed: &BTreeMap<String, String>) {
        let (Some(view), Some(before), Some(after)) = (self.view, &self.before, &self.after) else {
            return;
        };
        if let Some(before_renamed) = with_new_names(before, renamed) {
            self.difference = compare(Some(&before_renamed), Some(after));
            self.changed = changed_exports(view, &before_renamed, after, &self.difference);
            self.before_renamed = Some(before_renamed);
        }
    }

    /// Whether the definition is deployed together with retained exports.
    pub(super) fn is_expanded(&self) -> bool {
        matches!(
            &self.action,
            StackAction::Update(StackChanges {
                retains_exports: true,
                ..
            })
        )
    }

    pub(super) fn is_deployed_to(&self) -> bool {
        matches!(self.action, StackAction::Create | StackAction::Update(_))
    }
}

fn dropped(
    artifact: Option<&StackArtifact>,
    view: Option<&cloudformation::Stack>,
    action: &StackAction,
) -> BTreeSet<String> {
    match (artifact, view, action) {
        (_, Some(view), StackAction::Delete) => {
            view.exports().map(|(name, _)| name.to_owned()).collect()
        }
        (Some(artifact), Some(view), StackAction::Update(_)) => extra_exports(artifact, view)
            .into_iter()
            .map(ToOwned::to_owned)
            .collect(),
        _ => BTreeSet::new(),
    }
}

/// The deployed exports whose value the new template changes.
fn changed_exports(
    view: &cloudformation::Stack,
    before: &Value,
    after: &Value,
    difference: &Difference,
) -> BTreeSet<String> {
    let after_by_export: BTreeMap<&str, (&str, &Value)> = exports(after)
        .map(|(name, key, output)| (name, (key, output)))
        .collect();
    view.outputs
        .iter()
        .filter_map(|output| {
            let export = output.export.as_deref()?;
            let (key, after) = after_by_export.get(export)?;
            let after = after.get("Value")?;
            // A literal is compared with the deployed value, whatever produced that.
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

/// Renamed exports, whose value stays the same: the new name by the old one.
pub(super) fn renamed_exports<'s, 'a: 's>(
    stacks: impl Iterator<Item = &'s Stack<'a>>,
) -> BTreeMap<String, String> {
    stacks
        .filter_map(|stack| {
            let (before, after) = (stack.before.as_ref()?, stack.after.as_ref()?);
            Some(renamed(before, after, &stack.dropped, &stack.difference))
        })
        .flatten()
        .collect()
}
