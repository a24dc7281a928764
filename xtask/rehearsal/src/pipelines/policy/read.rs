//! The reader of policy documents.

use serde_json::{Map, Value};

use super::condition::Condition;
use super::document::{Document, Effect, Patterns, Principal, Statement};
use super::error::PolicyError;

/// The elements of a statement that are supported.
const ELEMENTS: [&str; 9] = [
    "Action",
    "Condition",
    "Effect",
    "NotAction",
    "NotResource",
    "Principal",
    "Resource",
    "Sid",
    "Version",
];

impl Document {
    /// Reads a document; `name` says which in errors.
    ///
    /// # Errors
    /// When it is no policy, or holds what is not evaluated here.
    pub fn read(name: &str, json: &Value) -> Result<Self, PolicyError> {
        let reader = DocumentReader { policy: name };
        let statements = match &json["Statement"] {
            Value::Array(statements) => statements.iter().collect(),
            one @ Value::Object(_) => vec![one],
            _ => return Err(reader.shape("it has no statements")),
        };
        let statements = statements
            .into_iter()
            .map(|statement| reader.statement(statement))
            .collect::<Result<_, _>>()?;
        Ok(Self { statements })
    }
}

struct DocumentReader<'a> {
    policy: &'a str,
}

impl DocumentReader<'_> {
    fn shape(&self, what: &str) -> PolicyError {
        PolicyError::Shape {
            policy: self.policy.to_owned(),
            what: what.to_owned(),
        }
    }

    fn statement(&self, json: &Value) -> Result<Statement, PolicyError> {
        let elements = json
            .as_object()
            .ok_or_else(|| self.shape("a statement is not an object"))?;
        if let Some(unknown) = elements
            .keys()
            .find(|name| !ELEMENTS.contains(&name.as_str()))
        {
            return Err(self.shape(&format!("a statement holds `{unknown}`")));
        }
        let effect = match elements.get("Effect").and_then(Value::as_str) {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            _ => return Err(self.shape("a statement neither allows nor denies")),
        };
        let actions = self
            .matching(elements, "Action", "NotAction")?
            .ok_or_else(|| self.shape("a statement names no actions"))?;
        let resources = self.matching(elements, "Resource", "NotResource")?;
        for pattern in resources.iter().flat_map(patterns) {
            if pattern != "*" && pattern.split(':').count() < 6 {
                return Err(self.shape(&format!("`{pattern}` is not an ARN")));
            }
        }
        let principal = match elements.get("Principal") {
            Some(principal) => Some(self.principal(principal)?),
            None => None,
        };
        if resources.is_none() && principal.is_none() {
            return Err(self.shape("a statement names neither resources nor a principal"));
        }
        Ok(Statement {
            sid: elements
                .get("Sid")
                .and_then(Value::as_str)
                .map(str::to_owned),
            effect,
            actions_as_written: patterns(&actions).to_vec(),
            actions: actions.in_lower_case(),
            resources,
            principal,
            conditions: self.conditions(elements.get("Condition"))?,
        })
    }

    fn matching(
        &self,
        elements: &Map<String, Value>,
        these: &str,
        all_but: &str,
    ) -> Result<Option<Patterns>, PolicyError> {
        Ok(match (elements.get(these), elements.get(all_but)) {
            (Some(value), None) => Some(Patterns::AnyOf(self.texts(value)?)),
            (None, Some(value)) => Some(Patterns::NoneOf(self.texts(value)?)),
            (None, None) => None,
            (Some(_), Some(_)) => {
                return Err(self.shape(&format!("a statement has both {these} and {all_but}")));
            }
        })
    }

    fn principal(&self, json: &Value) -> Result<Principal, PolicyError> {
        if json == "*" {
            return Ok(Principal::Everybody);
        }
        let entries = json
            .as_object()
            .ok_or_else(|| self.shape("a principal is not an object"))?;
        let mut all = entries.iter();
        match (all.next(), all.next()) {
            (Some((kind, value)), None) if kind == "AWS" => {
                let named = self.texts(value)?;
                Ok(if named.iter().any(|name| name == "*") {
                    Principal::Everybody
                } else {
                    Principal::Aws(named)
                })
            }
            (Some((kind, value)), None) if kind == "Service" => {
                Ok(Principal::Service(self.texts(value)?))
            }
            (Some((kind, value)), None) if kind == "Federated" => {
                Ok(Principal::Federated(self.texts(value)?))
            }
            _ => Err(self.shape(&format!("the principal `{json}` is not supported"))),
        }
    }

    fn conditions(&self, json: Option<&Value>) -> Result<Vec<Condition>, PolicyError> {
        let mut conditions = Vec::new();
        let operators = json.and_then(Value::as_object).into_iter().flatten();
        for (operator, keys) in operators {
            let keys = keys
                .as_object()
                .ok_or_else(|| self.shape("a condition is not an object"))?;
            for (key, values) in keys {
                let condition = Condition::new(operator, key, self.texts(values)?);
                conditions.push(condition.ok_or_else(|| PolicyError::Operator {
                    policy: self.policy.to_owned(),
                    operator: operator.clone(),
                })?);
            }
        }
        Ok(conditions)
    }

    fn texts(&self, value: &Value) -> Result<Vec<String>, PolicyError> {
        let values = match value {
            Value::Array(values) => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        values
            .iter()
            .map(|value| {
                let text = match value {
                    Value::String(text) => text.clone(),
                    Value::Bool(truth) => truth.to_string(),
                    other => return Err(self.shape(&format!("`{other}` is not a string"))),
                };
                if text.contains("${") {
                    return Err(PolicyError::Variable {
                        policy: self.policy.to_owned(),
                        text,
                    });
                }
                Ok(text)
            })
            .collect()
    }
}

fn patterns(matching: &Patterns) -> &[String] {
    match matching {
        Patterns::AnyOf(patterns) | Patterns::NoneOf(patterns) => patterns,
    }
}
