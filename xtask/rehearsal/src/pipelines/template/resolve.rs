//! The resolution of intrinsic functions.

use cloudformation::template::{AttributeName, Call, Function, GetAtt, Part, Sub, entry};
use serde_json::{Map, Value};

use super::{Resource, Stacks, TemplateError, physical};

/// The deepest chain of references. Synthesized templates have no cycles; a deeper chain is one.
const DEEPEST: usize = 32;

impl Stacks {
    /// Resolves every function in a value of a stack's template.
    ///
    /// # Errors
    /// When it refers to something that is not there, or uses a function that is not read here.
    pub fn resolve(&self, stack: &str, value: &Value) -> Result<Value, TemplateError> {
        self.value(stack, value, 0)
    }

    /// Resolves to a string; numbers and booleans are converted as CloudFormation does.
    ///
    /// # Errors
    /// As [`Self::resolve`]; and when it is a list or an object.
    pub fn resolve_text(&self, stack: &str, value: &Value) -> Result<String, TemplateError> {
        self.text(stack, value, 0)
    }

    /// The properties of a resource.
    ///
    /// # Errors
    /// As [`Self::resolve`].
    pub fn properties(&self, resource: &Resource<'_>) -> Result<Value, TemplateError> {
        self.resolve(resource.stack, resource.properties)
    }

    fn value(&self, stack: &str, value: &Value, depth: usize) -> Result<Value, TemplateError> {
        if depth > DEEPEST {
            return Err(TemplateError::Circle {
                stack: stack.to_owned(),
                name: value.to_string(),
            });
        }
        match value {
            Value::Array(items) => {
                let items = items.iter().map(|item| self.value(stack, item, depth));
                Ok(Value::Array(items.collect::<Result<_, _>>()?))
            }
            Value::Object(entries) => match Call::of(value) {
                Some(call) => self.call(stack, call, depth + 1),
                None => {
                    let entries = entries
                        .iter()
                        .map(|(key, entry)| Ok((key.clone(), self.value(stack, entry, depth)?)));
                    Ok(Value::Object(entries.collect::<Result<Map<_, _>, _>>()?))
                }
            },
            literal => Ok(literal.clone()),
        }
    }

    fn text(&self, stack: &str, value: &Value, depth: usize) -> Result<String, TemplateError> {
        match self.value(stack, value, depth)? {
            Value::String(text) => Ok(text),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(truth) => Ok(truth.to_string()),
            other => Err(TemplateError::Function {
                stack: stack.to_owned(),
                function: format!("`{other}` where a string is expected"),
            }),
        }
    }

    fn call(&self, stack: &str, call: Call<'_>, depth: usize) -> Result<Value, TemplateError> {
        let text = match call.function() {
            Function::Ref(target) => self.reference(stack, target, depth)?,
            Function::GetAtt(GetAtt { target, attribute }) => {
                let attribute = match attribute {
                    AttributeName::Literal(attribute) => attribute.to_owned(),
                    AttributeName::Computed(value) => self.text(stack, value, depth)?,
                };
                let resource = self.target(stack, target)?;
                self.identity_at(&resource, depth)?.attribute(&attribute)
            }
            Function::ImportValue(export) => {
                let export = self.text(stack, export, depth)?;
                let (exporter, value) =
                    self.exported(&export)
                        .ok_or_else(|| TemplateError::NoExport {
                            stack: stack.to_owned(),
                            export: export.clone(),
                        })?;
                return self.value(exporter, value, depth);
            }
            Function::Sub(sub) => self.substitute(stack, sub, depth)?,
            // No reader decodes it.
            Function::Other if call.name == "Fn::Base64" => {
                self.text(stack, call.argument, depth)?
            }
            Function::Condition(_)
            | Function::If { .. }
            | Function::FindInMap(_)
            | Function::Other
            | Function::Malformed => {
                return Err(TemplateError::Function {
                    stack: stack.to_owned(),
                    function: format!("{} of `{}`", call.name, call.argument),
                });
            }
        };
        Ok(Value::String(text))
    }

    fn substitute(&self, stack: &str, sub: Sub<'_>, depth: usize) -> Result<String, TemplateError> {
        let mut text = String::new();
        for part in sub.parts() {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Escaped(name) => {
                    text.push_str("${");
                    text.push_str(name);
                    text.push('}');
                }
                Part::Variable(value) => text.push_str(&self.text(stack, value, depth)?),
                Part::Ref(name) => text.push_str(&self.reference(stack, name, depth)?),
                Part::GetAtt { target, attribute } => {
                    let resource = self.target(stack, target)?;
                    text.push_str(&self.identity_at(&resource, depth)?.attribute(attribute));
                }
            }
        }
        Ok(text)
    }

    fn reference(&self, stack: &str, name: &str, depth: usize) -> Result<String, TemplateError> {
        match name {
            "AWS::AccountId" => return Ok(self.account().to_owned()),
            "AWS::Region" => return Ok(self.region().to_owned()),
            "AWS::Partition" => return Ok("aws".to_owned()),
            "AWS::URLSuffix" => return Ok("amazonaws.com".to_owned()),
            "AWS::StackName" => return Ok(stack.to_owned()),
            _ => {}
        }
        if let Some(resource) = self.resource(stack, name) {
            return Ok(self.identity_at(&resource, depth)?.reference());
        }
        if entry(self.template(stack)?, "Parameters", name).is_some() {
            return self
                .parameter(stack, name)
                .map(str::to_owned)
                .ok_or_else(|| TemplateError::NoParameter {
                    stack: stack.to_owned(),
                    name: name.to_owned(),
                });
        }
        Err(TemplateError::NoReference {
            stack: stack.to_owned(),
            name: name.to_owned(),
        })
    }

    /// The resource that a reference names.
    fn target<'a>(
        &'a self,
        stack: &'a str,
        target: &'a str,
    ) -> Result<Resource<'a>, TemplateError> {
        self.resource(stack, target)
            .ok_or_else(|| TemplateError::NoReference {
                stack: stack.to_owned(),
                name: target.to_owned(),
            })
    }

    /// The physical identity of a resource.
    ///
    /// # Errors
    /// When its name refers to something that is not there.
    pub fn identity(&self, resource: &Resource<'_>) -> Result<physical::Identity, TemplateError> {
        self.identity_at(resource, 0)
    }

    fn identity_at(
        &self,
        resource: &Resource<'_>,
        depth: usize,
    ) -> Result<physical::Identity, TemplateError> {
        let property = |name: &str| match resource.properties.get(name) {
            Some(value) => self.text(resource.stack, value, depth + 1).map(Some),
            None => Ok(None),
        };
        let name = match physical::name_property(resource.resource_type) {
            Some(name) => property(name)?,
            None => None,
        };
        let path = property("Path")?.unwrap_or_else(|| "/".to_owned());
        Ok(physical::Identity::new(self, resource, name, &path))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_of_a_function_is_resolved() {
        let mut stacks = Stacks::new("111122223333", "eu-west-1");
        stacks.add(
            "stack",
            json!({
                "Parameters": { "Attribute": { "Type": "String" } },
                "Resources": { "Role": {
                    "Type": "AWS::IAM::Role", "Properties": { "RoleName": "it" },
                } },
            }),
        );
        stacks
            .parameters_mut("stack")
            .insert("Attribute".to_owned(), "Arn".to_owned());
        let arn = "arn:aws:iam::111122223333:role/it";
        let cases = [
            (json!({ "Fn::GetAtt": ["Role", "Arn"] }), arn),
            (json!({ "Fn::GetAtt": "Role.Arn" }), arn),
            (
                json!({ "Fn::GetAtt": ["Role", { "Ref": "Attribute" }] }),
                arn,
            ),
            (json!({ "Fn::Sub": "${ Role }-${!Role}" }), "it-${Role}"),
            (json!({ "Fn::Sub": "an ${open brace" }), "an ${open brace"),
            (
                json!({ "Fn::Sub": ["${Own}.${Role.Arn}", { "Own": { "Ref": "Role" } }] }),
                "it.arn:aws:iam::111122223333:role/it",
            ),
        ];
        for (value, expected) in cases {
            let found = stacks.resolve_text("stack", &value);
            assert_eq!(found.as_deref(), Ok(expected), "{value}");
        }
        let unread = stacks.resolve("stack", &json!({ "Fn::If": ["A", "b", "c"] }));
        assert!(matches!(unread, Err(TemplateError::Function { .. })));
    }
}
