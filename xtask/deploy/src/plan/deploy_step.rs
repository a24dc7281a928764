//! Deploy steps: the template of a pass, and everything its change set needs.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use super::digest::sha256;
use super::expanded_template::ExpandedTemplate;
use super::finding::{Finding, FindingCode};
use super::input::PlanInput;
use super::model::{DeployStep, Phase, StackPolicyOverride};
use super::risks::{critical_resources, has_guarded};
use super::schedule::{Pass, Schedule};
use super::stack::{Expansion, Stack};
use super::stack_policy as policy;
use cloudformation::template::{resource, resource_type, resources};
use cloudformation::{Parameter, ParameterValue, Replacement, Tag};
use review::difference::{Change, Difference, compare, rolls};

/// The capability for templates that name IAM resources.
pub(super) const NAMED_IAM: &str = "CAPABILITY_NAMED_IAM";

pub(super) struct StepTemplate {
    pub(super) text: String,
    pub(super) hash: String,
    digest: String,
    phase: Phase,
    /// The template with retained exports, where the step deploys one.
    expansion: Option<Rc<Expansion>>,
    /// The template with retained exports that the stack has before the step.
    previous: Option<Rc<Expansion>>,
}

impl StepTemplate {
    /// The template for a pass; none for a stack that is not defined.
    pub(super) fn for_pass(stack: &Stack<'_>, pass: Pass, schedule: &Schedule<'_>) -> Option<Self> {
        let artifact = stack.artifact?;
        let none = BTreeSet::new();
        let after_first = schedule.after_first.get(stack.name).unwrap_or(&none);
        let at_end = schedule.at_end.get(stack.name).unwrap_or(&none);
        let first = schedule.node(stack.name, Pass::First).is_some();
        let (retained, previous, phase) = match pass {
            Pass::First if after_first.is_empty() => (after_first, None, Phase::Whole),
            Pass::First => (after_first, None, Phase::Expand),
            Pass::Last if first => (at_end, stack.expansion(after_first), Phase::Contract),
            Pass::Last => (at_end, None, Phase::Contract),
        };
        let expansion = stack.expansion(retained);
        let text = match &expansion {
            Some(expansion) => expansion.expanded.text.clone(),
            None => artifact.template.as_deref()?.to_owned(),
        };
        let digest = match &expansion {
            Some(expansion) => expansion.expanded.digest.clone(),
            None => artifact.digest.clone(),
        };
        Some(Self {
            hash: sha256(&text),
            text,
            digest,
            phase,
            expansion,
            previous,
        })
    }

    fn expanded(&self) -> Option<&ExpandedTemplate> {
        self.expansion.as_ref().map(|one| &one.expanded)
    }

    fn template<'s>(&'s self, stack: &'s Stack<'_>) -> Option<&'s Value> {
        self.expanded()
            .map(|expanded| &expanded.template)
            .or(stack.after.as_ref())
    }

    fn previous<'s>(&'s self, stack: &'s Stack<'_>) -> Option<&'s Value> {
        let previous = self.previous.as_ref().map(|one| &one.expanded.template);
        previous.or(stack.before.as_ref())
    }

    pub(super) fn step(
        &self,
        input: &PlanInput<'_>,
        stack: &Stack<'_>,
        findings: &[Finding],
    ) -> DeployStep {
        let artifact = stack.artifact;
        let acknowledged = acknowledged(stack.name, findings);
        let difference = self.difference(stack);
        let guarded = self.guarded(stack);
        // A stack with guarded resources keeps its policy also when the definition has none any
        // more.
        let guards = self.previous(stack).is_some_and(has_guarded) && stack.view.is_some();
        let policy = artifact
            .filter(|artifact| {
                policy::has_policy(artifact) || (guards && policy::may_have_policy(artifact))
            })
            .map(|artifact| {
                let mut ids = policy::ids(artifact);
                let retained = self.expanded().map(|one| critical_resources(&one.template));
                ids.extend(retained.into_iter().flatten());
                policy::policy(&ids)
            });
        DeployStep {
            phase: self.phase,
            exists: stack.view.is_some(),
            template: self.hash.clone(),
            previous_template: input.request.previous_template && stack.view.is_some(),
            digest: self.digest.clone(),
            parameters: self.parameters(input, stack),
            capabilities: self.capabilities(stack),
            tags: tags(stack),
            role: input.role_for(artifact),
            termination_protection: artifact.is_some_and(|one| one.termination_protection),
            import_existing: stack.view.is_none() || adds_retained(stack, &difference),
            imports: Vec::new(),
            policy_override: policy
                .is_some()
                .then(|| policy_override(&guarded, &acknowledged, &difference))
                .flatten(),
            policy,
            guarded,
            acknowledged,
            rolling: self.rolling(stack),
            change_set: None,
        }
    }

    fn difference<'s>(&'s self, stack: &'s Stack<'_>) -> Cow<'s, Difference> {
        match (&self.previous, &self.expansion) {
            (None, None) => Cow::Borrowed(&stack.difference),
            (None, Some(expansion)) => Cow::Borrowed(&expansion.difference),
            _ => Cow::Owned(compare(self.previous(stack), self.template(stack))),
        }
    }

    /// The critical resources, before and after; none for a new stack.
    fn guarded(&self, stack: &Stack<'_>) -> BTreeSet<String> {
        if stack.view.is_none() {
            return BTreeSet::new();
        }
        let mut ids: BTreeSet<String> = stack.artifact.map(policy::ids).unwrap_or_default();
        let templates = [self.previous(stack), self.template(stack)];
        ids.extend(templates.into_iter().flatten().flat_map(critical_resources));
        ids
    }

    /// The Auto Scaling groups that are updated in place by a rolling update.
    fn rolling(&self, stack: &Stack<'_>) -> BTreeSet<String> {
        let template = self.template(stack).or_else(|| self.previous(stack));
        template
            .into_iter()
            .flat_map(resources)
            .filter(|(_, resource)| rolls(resource))
            .map(|(id, _)| id.to_owned())
            .collect()
    }

    fn parameters(&self, input: &PlanInput<'_>, stack: &Stack<'_>) -> Vec<Parameter> {
        let given = input.request.parameters.get(stack.name);
        let defined = stack.artifact.into_iter().flat_map(|one| &one.parameters);
        let retained = self.expanded().into_iter().flat_map(|one| &one.parameters);
        defined
            .chain(retained)
            .filter_map(|name| {
                let given = given.and_then(|values| values.get(name)).cloned();
                let deployed = || {
                    let view = stack.view?;
                    let there = view.parameters.contains_key(name);
                    there.then_some(ParameterValue::Previous)
                };
                let value = given.map(ParameterValue::Given).or_else(deployed)?;
                Some(Parameter {
                    name: name.clone(),
                    value,
                })
            })
            .collect()
    }

    fn capabilities(&self, stack: &Stack<'_>) -> Vec<String> {
        let defined = stack.artifact.into_iter().flat_map(|one| &one.capabilities);
        let mut capabilities: Vec<String> = defined.cloned().collect();
        let keeps_iam = self.expanded().is_some_and(|expanded| {
            let retained = expanded.resources.iter();
            retained
                .filter_map(|id| resource(&expanded.template, id))
                .any(|resource| resource_type(resource).starts_with("AWS::IAM::"))
        });
        if keeps_iam && !capabilities.iter().any(|one| one == NAMED_IAM) {
            capabilities.push(NAMED_IAM.to_owned());
        }
        capabilities
    }
}

fn tags(stack: &Stack<'_>) -> Vec<Tag> {
    let tags = stack.artifact.into_iter().flat_map(|one| &one.tags);
    tags.map(|(key, value)| Tag {
        key: key.clone(),
        value: value.clone(),
    })
    .collect()
}

/// The resources of a stack whose replacement or removal was acknowledged.
fn acknowledged(stack: &str, findings: &[Finding]) -> BTreeSet<String> {
    findings
        .iter()
        .filter(|finding| finding.acknowledged && finding.stack == stack)
        .filter(|finding| {
            matches!(
                finding.code,
                FindingCode::ResourceReplaced | FindingCode::ResourceRemoved
            )
        })
        .map(|finding| finding.subject.clone())
        .collect()
}

/// Whether the update adds a retained resource, which may exist from before.
fn adds_retained(stack: &Stack<'_>, difference: &Difference) -> bool {
    let retained = stack.artifact.into_iter().flat_map(|one| &one.retained);
    let mut retained = retained.map(|record| record.logical_id.as_str());
    retained.any(|id| {
        difference
            .resource(id)
            .is_some_and(|one| one.change == Change::Added)
    })
}

/// The policy that allows the acknowledged changes of this step; none where it has none.
fn policy_override(
    guarded: &BTreeSet<String>,
    acknowledged: &BTreeSet<String>,
    difference: &Difference,
) -> Option<StackPolicyOverride> {
    let happens = |id: &String| {
        difference.resource(id).is_some_and(|one| {
            one.change == Change::Removed || one.replacement != Replacement::Never
        })
    };
    let let_through: BTreeSet<String> = acknowledged
        .iter()
        .filter(|id| happens(id))
        .cloned()
        .collect();
    if let_through.is_empty() {
        return None;
    }
    let rest = guarded.difference(&let_through).cloned().collect();
    Some(StackPolicyOverride {
        policy: policy::policy(&rest),
    })
}
