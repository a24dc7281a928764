//! The resources of all templates, before and after, with their references resolved.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::template::{
    AttributeName, Call, Function, Part, attribute, exports, properties, property,
    referenced_names, resource, resource_type, resources,
};
use cloudformation::{Replacement, StackName};
use common_resources::type_facts;
use serde_json::{Map, Value};
use service_rules::evaluate::{Thing, World, identifies};

use crate::plan::action::StackAction;
use crate::plan::exports::{RetainedExports, StackSet};
use crate::plan::stack::Stack;
use review::difference::Change;

/// How far exports that are imports are followed.
const DEPTH: usize = 4;

/// A resource of a template, with its references resolved.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) stack: StackName,
    pub(super) logical_id: String,
    pub(super) resource_type: String,
    /// Stands for the physical resource: another one where it is replaced.
    key: String,
    pub(super) properties: Map<String, Value>,
    ids: Vec<String>,
    pub(super) deletion_policy: Option<String>,
    pub(super) replace_policy: Option<String>,
}

/// A resource of the stack, before and after.
pub(super) struct Pair<'t> {
    pub(super) before: Option<&'t Resource>,
    pub(super) after: Option<&'t Resource>,
}

impl Pair<'_> {
    /// Whether another physical resource takes its place.
    pub(super) fn is_replaced(&self) -> bool {
        matches!((self.before, self.after), (Some(before), Some(after)) if before.key != after.key)
    }

    /// Whether it is created or changed.
    pub(super) fn is_provisioned(&self) -> bool {
        match (self.before, self.after) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(before), Some(after)) => {
                before.key != after.key || before.properties != after.properties
            }
        }
    }
}

#[derive(Default)]
struct StackTemplates {
    before: BTreeMap<String, Resource>,
    after: BTreeMap<String, Resource>,
    /// The resources that each one of the template waits for, by its references.
    waits: BTreeMap<String, BTreeSet<String>>,
    waited: BTreeMap<String, BTreeSet<String>>,
}

/// All templates that are known.
pub(super) struct Templates {
    stacks: BTreeMap<StackName, StackTemplates>,
}

/// Some of the resources: a moment of the deployment.
pub(super) struct Moment<'t>(Vec<&'t Resource>);

impl World for Moment<'_> {
    fn of_type(&self, resource_type: &str) -> Vec<Thing<'_>> {
        let all = self.0.iter();
        all.filter(|one| one.resource_type == resource_type)
            .map(|one| one.thing())
            .collect()
    }

    /// What a template refers to is there.
    fn is_gone(&self, _: &str, _: &str) -> bool {
        false
    }
}

impl Moment<'_> {
    /// The resource that an answer of the rules is about.
    pub(super) fn resource(&self, thing: &Thing<'_>) -> Option<&Resource> {
        let all = self.0.iter().copied();
        all.into_iter()
            .find(|one| one.resource_type == thing.resource_type && one.key == thing.key)
    }

    pub(super) fn keyed(&self, key: &str) -> Option<&Resource> {
        self.0.iter().copied().find(|one| one.key == key)
    }
}

impl Resource {
    pub(super) fn thing(&self) -> Thing<'_> {
        Thing {
            resource_type: &self.resource_type,
            key: &self.key,
            properties: &self.properties,
            ids: self.ids.clone(),
        }
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        self.key == other.key && self.resource_type == other.resource_type
    }
}

/// One side of all stacks: their templates as they are before, or after.
struct Side<'v> {
    templates: BTreeMap<&'v StackName, &'v Value>,
    exports: BTreeMap<&'v str, (&'v StackName, &'v Value)>,
    /// The resources that are replaced, on the side after.
    replaced: &'v BTreeSet<(StackName, String)>,
}

impl Templates {
    pub(super) fn of(stacks: &StackSet<'_, '_>, retained: &RetainedExports) -> Self {
        let parsed: BTreeMap<&StackName, Value> = stacks
            .stacks
            .values()
            .filter_map(|stack| {
                let text = stack.artifact?.template.as_deref()?;
                Some((stack.name, serde_json::from_str(text).ok()?))
            })
            .collect();
        let none = BTreeSet::new();
        let mut before: BTreeMap<&StackName, &Value> = BTreeMap::new();
        let mut after: BTreeMap<&StackName, &Value> = BTreeMap::new();
        let mut replaced = BTreeSet::new();
        for stack in stacks.stacks.values() {
            let defined = parsed.get(stack.name);
            match &stack.action {
                StackAction::Create => after.extend(defined.map(|one| (stack.name, one))),
                StackAction::Update(_) => {
                    let template = stack.before.as_ref().or(defined);
                    before.extend(template.map(|one| (stack.name, one)));
                    let template = stack.after.as_ref().or(defined);
                    after.extend(template.map(|one| (stack.name, one)));
                    replaced.extend(replaced_resources(stack));
                }
                StackAction::Delete => {
                    before.extend(stack.before.as_ref().map(|one| (stack.name, one)));
                }
                StackAction::NoOp => {
                    before.extend(defined.map(|one| (stack.name, one)));
                    after.extend(defined.map(|one| (stack.name, one)));
                }
                _ => {}
            }
        }
        let nothing = BTreeSet::new();
        let old = Side::new(before, &nothing);
        let new = Side::new(after, &replaced);
        let mut all: BTreeMap<StackName, StackTemplates> = BTreeMap::new();
        for (name, template) in &old.templates {
            let entry = all.entry((*name).clone()).or_default();
            entry.before = old.resources(name, template);
            entry.waited = waits(template);
        }
        for (name, template) in &new.templates {
            let entry = all.entry((*name).clone()).or_default();
            entry.after = new.resources(name, template);
            entry.waits = waits(template);
        }
        for stack in stacks.stacks.values() {
            let exports = retained.get(stack.name).unwrap_or(&none);
            let Some(expansion) = stack.expansion(exports) else {
                continue;
            };
            if let Some(entry) = all.get_mut(stack.name) {
                for id in &expansion.expanded.resources {
                    if let Some(kept) = entry.before.get(id) {
                        entry.after.insert(id.clone(), kept.clone());
                    }
                }
            }
        }
        Self { stacks: all }
    }

    /// The resources of a stack, before and after.
    pub(super) fn pairs(&self, stack: &StackName) -> BTreeMap<&str, Pair<'_>> {
        let Some(templates) = self.stacks.get(stack) else {
            return BTreeMap::new();
        };
        let ids = templates.before.keys().chain(templates.after.keys());
        ids.map(|id| {
            let pair = Pair {
                before: templates.before.get(id),
                after: templates.after.get(id),
            };
            (id.as_str(), pair)
        })
        .collect()
    }

    /// Everything that is there while a stack is updated: the other stacks as they will be, with what they
    /// have until then; in this one the new resources, those that leave at the end, and either side of those
    /// that change in place.
    pub(super) fn during(&self, stack: &StackName, changed: ChangedInPlace) -> Moment<'_> {
        let mut found = Vec::new();
        for (name, templates) in &self.stacks {
            let here = name == stack;
            for (id, before) in &templates.before {
                match templates.after.get(id) {
                    Some(after) if after.key == before.key => {
                        found.push(match here && changed == ChangedInPlace::Before {
                            true => before,
                            false => after,
                        })
                    }
                    _ => found.push(before),
                }
            }
            let added = |(id, after): &(&String, &Resource)| {
                templates
                    .before
                    .get(*id)
                    .is_none_or(|one| one.key != after.key)
            };
            found.extend(templates.after.iter().filter(added).map(|(_, after)| after));
        }
        Moment(found)
    }

    /// What is there after everything.
    pub(super) fn after(&self) -> Moment<'_> {
        let all = self.stacks.values();
        Moment(all.flat_map(|one| one.after.values()).collect())
    }

    /// What was there before anything, in a stack.
    pub(super) fn before(&self, stack: &StackName) -> Moment<'_> {
        let all = self.stacks.get(stack).into_iter();
        Moment(all.flat_map(|one| one.before.values()).collect())
    }

    /// Whether a resource of a stack waits for another one when both are created or changed.
    pub(super) fn waits(&self, stack: &StackName, id: &str, other: &str) -> bool {
        let Some(templates) = self.stacks.get(stack) else {
            return false;
        };
        reaches(&templates.waits, id, other)
    }

    /// The same of the deployed template, whose order deletions reverse.
    pub(super) fn waited(&self, stack: &StackName, id: &str, other: &str) -> bool {
        let Some(templates) = self.stacks.get(stack) else {
            return false;
        };
        reaches(&templates.waited, id, other)
    }
}

/// Which side of a resource that changes in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangedInPlace {
    Before,
    After,
}

fn replaced_resources(stack: &Stack<'_>) -> Vec<(StackName, String)> {
    let changes = stack.difference.resources.iter();
    changes
        .filter(|one| one.change == Change::Changed && one.replacement == Replacement::Always)
        .map(|one| (stack.name.clone(), one.logical_id.clone()))
        .collect()
}

/// The resources that each resource refers to.
fn waits(template: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let ids: BTreeSet<&str> = resources(template).map(|(id, _)| id).collect();
    resources(template)
        .map(|(id, resource)| {
            let mut names = referenced_names(resource);
            names.retain(|name| ids.contains(name.as_str()));
            (id.to_owned(), names)
        })
        .collect()
}

fn reaches(waits: &BTreeMap<String, BTreeSet<String>>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut next = vec![from];
    while let Some(id) = next.pop() {
        for other in waits.get(id).into_iter().flatten() {
            if other == to {
                return true;
            }
            if seen.insert(other) {
                next.push(other);
            }
        }
    }
    false
}

impl<'v> Side<'v> {
    fn new(
        templates: BTreeMap<&'v StackName, &'v Value>,
        replaced: &'v BTreeSet<(StackName, String)>,
    ) -> Self {
        let mut by_name = BTreeMap::new();
        for (stack, template) in &templates {
            for (name, _, output) in exports(template) {
                if let Some(value) = output.get("Value") {
                    by_name.insert(name, (*stack, value));
                }
            }
        }
        Self {
            templates,
            exports: by_name,
            replaced,
        }
    }

    fn resources(&self, stack: &StackName, template: &Value) -> BTreeMap<String, Resource> {
        resources(template)
            .map(|(id, resource)| {
                let key = self.token(stack, id);
                let resolved = self.resolve(stack, properties(resource), DEPTH);
                let kind = resource_type(resource);
                let mut ids = vec![key.clone()];
                if let Some(facts) = type_facts(kind) {
                    let attributes = facts.attributes.iter();
                    let named = attributes.filter(|name| identifies(facts.properties, name));
                    ids.extend(named.map(|name| format!("{key}.{name}")));
                    let name = match facts.primary_identifier {
                        [name] => resolved.get(name).and_then(Value::as_str),
                        _ => None,
                    };
                    ids.extend(name.map(str::to_owned));
                }
                let resource = Resource {
                    stack: stack.clone(),
                    logical_id: id.to_owned(),
                    resource_type: kind.to_owned(),
                    key,
                    properties: resolved.as_object().cloned().unwrap_or_default(),
                    ids,
                    deletion_policy: attribute(resource, "DeletionPolicy").map(str::to_owned),
                    replace_policy: attribute(resource, "UpdateReplacePolicy").map(str::to_owned),
                };
                (id.to_owned(), resource)
            })
            .collect()
    }

    /// What stands for the physical resource of a logical id, a parameter's value or a pseudo parameter.
    fn token(&self, stack: &StackName, id: &str) -> String {
        if id.starts_with("AWS::") {
            // Without colons, which divide ARNs.
            return format!("${{{}}}", id.replace("::", "."));
        }
        let new = match self.replaced.contains(&(stack.clone(), id.to_owned())) {
            true => "+",
            false => "",
        };
        format!("${{{stack}/{id}{new}}}")
    }

    /// What `Ref` returns: the name of a resource that the template names, or what stands for it.
    fn reference(&self, stack: &StackName, id: &str) -> String {
        let named = || {
            let resource = resource(self.templates.get(stack)?, id)?;
            let facts = type_facts(resource_type(resource))?;
            let is_property = facts.properties.contains(&facts.reference);
            let name = property(resource, facts.reference)?.as_str()?;
            is_property.then(|| name.to_owned())
        };
        named().unwrap_or_else(|| self.token(stack, id))
    }

    /// A value with its references resolved, as far as templates tell.
    fn resolve(&self, stack: &StackName, value: &Value, depth: usize) -> Value {
        if let Some(call) = Call::of(value) {
            return self.resolve_call(stack, call, depth);
        }
        match value {
            Value::Array(items) => {
                let items = items.iter().map(|item| self.resolve(stack, item, depth));
                Value::Array(items.collect())
            }
            Value::Object(entries) => {
                let resolved = |(name, value): (&String, &Value)| {
                    (name.clone(), self.resolve(stack, value, depth))
                };
                Value::Object(entries.iter().map(resolved).collect())
            }
            other => other.clone(),
        }
    }

    fn resolve_call(&self, stack: &StackName, call: Call<'_>, depth: usize) -> Value {
        let att = |target: &str, name: &str| format!("{}.{name}", self.token(stack, target));
        match call.function() {
            Function::Ref(target) => self.reference(stack, target).into(),
            Function::GetAtt(get) => match get.attribute {
                AttributeName::Literal(name) => att(get.target, name).into(),
                AttributeName::Computed(_) => att(get.target, "?").into(),
            },
            Function::Sub(sub) => {
                let parts = sub.parts().into_iter().map(|part| match part {
                    Part::Text(text) => text.to_owned(),
                    Part::Escaped(text) => format!("${{!{text}}}"),
                    Part::Variable(value) => plain(&self.resolve(stack, value, depth)),
                    Part::Ref(target) => self.reference(stack, target),
                    Part::GetAtt { target, attribute } => att(target, attribute),
                });
                parts.collect::<String>().into()
            }
            Function::ImportValue(name) => {
                let name = plain(&self.resolve(stack, name, depth));
                match self.exports.get(name.as_str()) {
                    Some((producer, value)) if depth > 0 => {
                        self.resolve(producer, value, depth - 1)
                    }
                    _ => format!("${{import {name}}}").into(),
                }
            }
            _ => {
                let argument = self.resolve(stack, call.argument, depth);
                format!("${{{} {argument}}}", call.name).into()
            }
        }
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
