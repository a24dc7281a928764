//! One stack of a plan: its templates, and how its exports change.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use cloudformation::{ExportName, StackName};
use common::stack::StackArtifact;
use serde_json::Value;

use super::action::{StackAction, StackChanges};
use super::error::{PlanError, TemplateOrigin};
use super::expanded_template::{ExpandedTemplate, expand};
use super::input::{DefinedStack, PlanInput, extra_exports, parse};
use super::manual_stacks::compares_permissions;
use super::renamed_exports::{renamed, with_new_names};
use crate::observe::Need;
use cloudformation::template::{exports, imports};
use review::difference::{Change, Difference, compare, render};

pub(super) struct Stack<'a> {
    pub(super) name: &'a StackName,
    pub(super) artifact: Option<&'a StackArtifact>,
    pub(super) defined_exports: &'a [ExportName],
    pub(super) defined_imports: &'a [ExportName],
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
    pub(super) dropped: BTreeSet<ExportName>,
    /// The exports that stay in the definition with another value.
    pub(super) changed: BTreeSet<ExportName>,
    expansions: RefCell<BTreeMap<BTreeSet<ExportName>, Rc<Expansion>>>,
}

/// A stack with retained exports.
pub(super) struct Expansion {
    pub(super) expanded: ExpandedTemplate,
    pub(super) difference: Difference,
    imports: BTreeSet<ExportName>,
    /// The retained exports whose value changes all the same.
    changed: BTreeSet<ExportName>,
}

impl<'a> Stack<'a> {
    /// The observations that planning this stack needs.
    pub(super) fn needs(
        input: &PlanInput<'a>,
        name: &'a StackName,
        action: &StackAction,
    ) -> BTreeSet<Need> {
        let mut needs = BTreeSet::new();
        let (defined, view) = (input.defined(name), input.view(name));
        if let (Some(_), StackAction::NoOp | StackAction::Update(_)) = (view, action)
            && input.reads_policy(name)
        {
            needs.insert(Need::StackPolicy(name.clone()));
        }
        let compared = match action {
            StackAction::Update(changes) => changes.definition || changes.retains_exports,
            StackAction::Delete => view.is_some(),
            _ => false,
        };
        let rights = defined.is_some_and(|defined| compares_permissions(input, defined));
        if compared || rights {
            needs.insert(Need::Template(name.clone()));
        }
        needs.extend(
            dropped(defined, view, action)
                .into_iter()
                .map(Need::Importers),
        );
        needs.retain(|need| !input.is_known(need));
        needs
    }

    /// Parses the templates of a stack whose needs were observed.
    pub(super) fn load(
        input: &PlanInput<'a>,
        name: &'a StackName,
        action: StackAction,
    ) -> Result<Self, PlanError> {
        let (defined, view) = (input.defined(name), input.view(name));
        let artifact = defined.map(|stack| stack.artifact);
        let mut stack = Self {
            name,
            artifact,
            defined_exports: defined.map_or(&[], |stack| &stack.exports),
            defined_imports: defined.map_or(&[], |stack| &stack.imports),
            view,
            before: None,
            before_renamed: None,
            after: None,
            difference: Difference::default(),
            dropped: dropped(defined, view, &action),
            changed: BTreeSet::new(),
            expansions: RefCell::default(),
            action,
        };
        if let (Some(artifact), StackAction::Create | StackAction::Update(_)) =
            (artifact, &stack.action)
            && artifact.template.is_none()
        {
            return Err(PlanError::NoTemplate {
                stack: name.clone(),
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
    pub(super) fn expansion(&self, retained: &BTreeSet<ExportName>) -> Option<Rc<Expansion>> {
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
            imports: imports(&expanded.template)
                .into_iter()
                .map(Into::into)
                .collect(),
            changed,
            difference,
            expanded,
        });
        let mut expansions = self.expansions.borrow_mut();
        expansions.insert(retained.clone(), Rc::clone(&expansion));
        Some(expansion)
    }

    /// Whether the stack imports an export while it retains others.
    pub(super) fn imports(&self, export: &ExportName, retained: &BTreeSet<ExportName>) -> bool {
        self.defined_imports.contains(export)
            || self
                .expansion(retained)
                .is_some_and(|expansion| expansion.imports.contains(export))
    }

    /// The retained exports whose value changes all the same.
    pub(super) fn changed_with(&self, retained: &BTreeSet<ExportName>) -> BTreeSet<ExportName> {
        let expansion = self.expansion(retained);
        expansion.map(|one| one.changed.clone()).unwrap_or_default()
    }

    /// Compares again with imports under their new names, so that a renamed export is no
    /// difference.
    pub(super) fn compare_renamed(&mut self, renamed: &BTreeMap<ExportName, ExportName>) {
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
    defined: Option<&DefinedStack<'_>>,
    view: Option<&cloudformation::Stack>,
    action: &StackAction,
) -> BTreeSet<ExportName> {
    match (defined, view, action) {
        (_, Some(view), StackAction::Delete) => {
            view.exports().map(|(name, _)| name.clone()).collect()
        }
        (Some(defined), Some(view), StackAction::Update(_)) => {
            extra_exports(defined, view).into_iter().cloned().collect()
        }
        _ => BTreeSet::new(),
    }
}

/// The deployed exports whose value the new template changes.
fn changed_exports(
    view: &cloudformation::Stack,
    before: &Value,
    after: &Value,
    difference: &Difference,
) -> BTreeSet<ExportName> {
    let after_by_export: BTreeMap<&str, (&str, &Value)> = exports(after)
        .map(|(name, key, output)| (name, (key, output)))
        .collect();
    view.outputs
        .iter()
        .filter_map(|output| {
            let export = output.export.as_ref()?;
            let (key, after) = after_by_export.get(export.as_str())?;
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
            changes.then(|| export.clone())
        })
        .collect()
}

/// Renamed exports, whose value stays the same: the new name by the old one.
pub(super) fn renamed_exports<'s, 'a: 's>(
    stacks: impl Iterator<Item = &'s Stack<'a>>,
) -> BTreeMap<ExportName, ExportName> {
    stacks
        .filter_map(|stack| {
            let (before, after) = (stack.before.as_ref()?, stack.after.as_ref()?);
            Some(renamed(before, after, &stack.dropped, &stack.difference))
        })
        .flatten()
        .collect()
}
