//! All calls of functions in a stack, with their places.

use cloudformation::template::{Call, Function, entries};
use serde_json::Value;

use super::{Model, Place, Presence};

/// A call of a function in a resource or an output.
#[derive(Clone, Debug)]
pub(crate) struct CallSite<'m> {
    pub(crate) place: Place<'m>,
    pub(crate) call: Call<'m>,
    /// Whether it is evaluated.
    pub(crate) presence: Presence,
}

impl<'a> Model<'a> {
    /// The calls in the resources and outputs of a stack that are not left out, outer ones first.
    pub(crate) fn calls<'m>(&'m self, stack: usize) -> Vec<CallSite<'m>>
    where
        'a: 'm,
    {
        let template = &self.stacks[stack].stack.template;
        let mut walk = Walk {
            model: self,
            stack,
            logical_id: "",
            found: Vec::new(),
        };
        for (logical_id, body) in entries(template, "Resources").chain(entries(template, "Outputs"))
        {
            let presence = self.presence_of(stack, body);
            walk.logical_id = logical_id;
            for (name, value) in body.as_object().into_iter().flatten() {
                // Attributes are named, and the way to a property begins below them.
                let path = match name.as_str() {
                    "Condition" => continue,
                    "Properties" => "",
                    other => other,
                };
                walk.value(value, path, presence);
            }
        }
        walk.found
    }
}

struct Walk<'m> {
    model: &'m Model<'m>,
    stack: usize,
    logical_id: &'m str,
    found: Vec<CallSite<'m>>,
}

impl<'m> Walk<'m> {
    fn value(&mut self, value: &'m Value, path: &str, presence: Presence) {
        if presence == Presence::Absent {
            return;
        }
        if let Some(call) = Call::of(value) {
            self.call(call, path, presence);
            return;
        }
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(item, &format!("{path}[{index}]"), presence);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let inner = if path.is_empty() {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    self.value(member, &inner, presence);
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, call: Call<'m>, path: &str, presence: Presence) {
        self.found.push(CallSite {
            place: Place {
                stack: self.stack,
                logical_id: self.logical_id,
                path: path.to_owned(),
            },
            call,
            presence,
        });
        match call.function() {
            Function::If {
                condition,
                then,
                otherwise,
            } => {
                let (then_is, otherwise_is) = match self.model.condition(self.stack, condition) {
                    Some(true) => (presence, Presence::Absent),
                    Some(false) => (Presence::Absent, presence),
                    None => (Presence::Possible, Presence::Possible),
                };
                self.value(then, path, then_is);
                self.value(otherwise, path, otherwise_is);
            }
            Function::Ref(_) | Function::Condition(_) => {}
            // Its place is that of the call.
            _ => self.arguments(call.argument, path, presence),
        }
    }

    fn arguments(&mut self, value: &'m Value, path: &str, presence: Presence) {
        if Call::of(value).is_some() {
            self.value(value, path, presence);
            return;
        }
        match value {
            Value::Array(items) => {
                for item in items {
                    self.arguments(item, path, presence);
                }
            }
            Value::Object(members) => {
                for member in members.values() {
                    self.arguments(member, path, presence);
                }
            }
            _ => {}
        }
    }
}
