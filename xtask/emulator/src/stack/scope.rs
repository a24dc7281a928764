//! The scope in which the functions of a stack's template are resolved.

use std::cell::RefCell;

use serde_json::Value;

use super::definition::Definition;
use super::model::Stack;
use crate::api::Caller;
use crate::exports::Exports;
use crate::inventory::{AttributeSource, Naming, ParameterStore};
use crate::random::Random;
use crate::template::{Lookup, Scope};

/// Values of the stack's own resources, and of the exports of its account and region.
pub(crate) struct StackLookup<'a> {
    pub(crate) stack: &'a Stack,
    pub(crate) exports: &'a Exports,
    pub(crate) caller: &'a Caller,
    pub(crate) parameters: ParameterStore<'a>,
}

impl Lookup for StackLookup<'_> {
    fn reference(&self, logical_id: &str) -> Option<Value> {
        self.stack
            .live(logical_id)
            .and_then(|resource| resource.physical_id.clone())
            .map(Value::String)
    }

    fn attribute(&self, logical_id: &str, name: &str) -> Option<Value> {
        let resource = self.stack.live(logical_id)?;
        let physical_id = resource.physical_id.as_deref()?;
        let source = AttributeSource {
            naming: naming(self.caller, Random::new(0)),
            kind: &resource.kind,
            physical_id,
            properties: &resource.properties,
            version: resource.version,
        };
        Some(source.attribute(name))
    }

    fn import(&self, name: &str) -> Option<String> {
        self.exports.value(name).map(str::to_owned)
    }

    fn parameter(&self, name: &str, version: Option<u64>) -> Option<String> {
        let stored = self.parameters.get(name, version)?;
        (!stored.secure).then_some(stored.value)
    }
}

pub(crate) fn naming(caller: &Caller, random: Random) -> Naming<'_> {
    Naming {
        account: &caller.account,
        region: &caller.region,
        random,
    }
}

pub(crate) fn scope<'a>(
    stack: &'a Stack,
    definition: &'a Definition,
    caller: &'a Caller,
    lookup: &'a dyn Lookup,
) -> Scope<'a> {
    Scope {
        template: &definition.template,
        parameters: &definition.parameters,
        account: &caller.account,
        region: &caller.region,
        stack_name: &stack.name,
        stack_id: &stack.id,
        lookup,
        conditions: RefCell::default(),
    }
}
