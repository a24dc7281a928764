//! The resolution of intrinsic functions.

use std::collections::BTreeMap;

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
            Value::Object(entries) => match function(entries) {
                Some((name, given)) => self.function(stack, name, given, depth + 1),
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

    fn function(
        &self,
        stack: &str,
        name: &str,
        given: &Value,
        depth: usize,
    ) -> Result<Value, TemplateError> {
        let unread = || TemplateError::Function {
            stack: stack.to_owned(),
            function: format!("{name} of `{given}`"),
        };
        let text = match (name, given) {
            ("Ref", Value::String(target)) => self.reference(stack, target, depth)?,
            ("Fn::GetAtt", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(target), Value::String(attribute)] => {
                    self.attribute(stack, target, attribute, depth)?
                }
                _ => return Err(unread()),
            },
            ("Fn::ImportValue", export) => {
                let export = self.text(stack, export, depth)?;
                let (exporter, value) =
                    self.exported(&export)
                        .ok_or_else(|| TemplateError::NoExport {
                            stack: stack.to_owned(),
                            export: export.clone(),
                        })?;
                return self.value(exporter, value, depth);
            }
            ("Fn::Sub", Value::String(pattern)) => {
                self.substitute(stack, pattern, &BTreeMap::new(), depth)?
            }
            ("Fn::Sub", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(pattern), Value::Object(given)] => {
                    let given = given
                        .iter()
                        .map(|(key, value)| Ok((key.as_str(), self.text(stack, value, depth)?)))
                        .collect::<Result<_, TemplateError>>()?;
                    self.substitute(stack, pattern, &given, depth)?
                }
                _ => return Err(unread()),
            },
            // No reader decodes it.
            ("Fn::Base64", value) => self.text(stack, value, depth)?,
            _ => return Err(unread()),
        };
        Ok(Value::String(text))
    }

    fn substitute(
        &self,
        stack: &str,
        pattern: &str,
        given: &BTreeMap<&str, String>,
        depth: usize,
    ) -> Result<String, TemplateError> {
        let mut text = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${") {
            text.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            if let Some(literal) = name.strip_prefix('!') {
                // `${!name}` is the escape for a literal `${name}`.
                text.push_str("${");
                text.push_str(literal);
                text.push('}');
            } else if let Some(value) = given.get(name) {
                text.push_str(value);
            } else if let Some((target, attribute)) = name.split_once('.') {
                text.push_str(&self.attribute(stack, target, attribute, depth)?);
            } else {
                text.push_str(&self.reference(stack, name, depth)?);
            }
            rest = after;
        }
        text.push_str(rest);
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
        if self.template(stack)?["Parameters"].get(name).is_some() {
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

    fn attribute(
        &self,
        stack: &str,
        target: &str,
        attribute: &str,
        depth: usize,
    ) -> Result<String, TemplateError> {
        let resource = self
            .resource(stack, target)
            .ok_or_else(|| TemplateError::NoReference {
                stack: stack.to_owned(),
                name: target.to_owned(),
            })?;
        Ok(self.identity_at(&resource, depth)?.attribute(attribute))
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

/// Whether an object is a call of an intrinsic function.
fn function(entries: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut all = entries.iter();
    match (all.next(), all.next()) {
        (Some((name, given)), None) if name == "Ref" || name.starts_with("Fn::") => {
            Some((name, given))
        }
        _ => None,
    }
}
