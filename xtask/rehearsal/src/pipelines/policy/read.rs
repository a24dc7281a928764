//! The reader of policy documents whose values are resolved. What is not evaluated here is refused.

use cloudformation::iam;
use cloudformation::iam::Element;
use serde_json::Value;

use super::condition::Condition;
use super::document::{Document, Principal, Statement};
use super::error::PolicyError;

impl Document {
    /// Reads a document; `name` says which in errors.
    ///
    /// # Errors
    /// When it is no policy, or holds what is not evaluated here.
    pub fn read(name: &str, json: &Value) -> Result<Self, PolicyError> {
        let reader = DocumentReader { policy: name };
        if json["Statement"].is_null() {
            return Err(reader.shape("it has no statements"));
        }
        let statements = iam::statements(json)
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
        let read = iam::Statement::read(json).map_err(|error| self.shape(&error.to_string()))?;
        let actions = read.actions.try_map(|value| self.text(value))?;
        let resources = read
            .resources
            .map(|resources| resources.try_map(|value| self.text(value)))
            .transpose()?;
        for pattern in resources.iter().flat_map(Element::values) {
            if pattern != "*" && pattern.split(':').count() < 6 {
                return Err(self.shape(&format!("`{pattern}` is not an ARN")));
            }
        }
        let principal = match read.principals {
            Some(Element::AnyOf(principals)) => {
                let principal = self.principal(&principals)?;
                let unsupported = || {
                    let written = &json["Principal"];
                    self.shape(&format!("the principal `{written}` is not supported"))
                };
                Some(principal.ok_or_else(unsupported)?)
            }
            Some(Element::NoneOf(_)) => return Err(self.shape("a statement holds `NotPrincipal`")),
            None => None,
        };
        if resources.is_none() && principal.is_none() {
            return Err(self.shape("a statement names neither resources nor a principal"));
        }
        Ok(Statement {
            sid: read.sid.map(str::to_owned),
            effect: read.effect,
            actions_as_written: actions.values().to_vec(),
            actions: actions.map(|action| action.to_ascii_lowercase()),
            resources,
            principal,
            conditions: self.conditions(&read.conditions)?,
        })
    }

    /// Principals of one kind; none where they are of another kind, or of several.
    fn principal(
        &self,
        principals: &[iam::Principal<'_>],
    ) -> Result<Option<Principal>, PolicyError> {
        let mut kinds = Vec::new();
        let mut named = Vec::new();
        for principal in principals {
            match principal {
                iam::Principal::Everyone => kinds.push("AWS"),
                iam::Principal::Named { kind, value } => {
                    kinds.push(kind);
                    named.push(self.text(value)?);
                }
                iam::Principal::Computed(_) => return Ok(None),
            }
        }
        kinds.dedup();
        Ok(match kinds.as_slice() {
            ["AWS"] if principals.contains(&iam::Principal::Everyone) => Some(Principal::Everybody),
            ["AWS"] => Some(Principal::Aws(named)),
            ["Service"] => Some(Principal::Service(named)),
            ["Federated"] => Some(Principal::Federated(named)),
            _ => None,
        })
    }

    fn conditions(&self, conditions: &[iam::Condition<'_>]) -> Result<Vec<Condition>, PolicyError> {
        let read = |condition: &iam::Condition<'_>| {
            let values = condition.values.iter().map(|value| self.text(value));
            let values = values.collect::<Result<_, _>>()?;
            Condition::new(condition.operator, condition.key, values).ok_or_else(|| {
                PolicyError::Operator {
                    policy: self.policy.to_owned(),
                    operator: condition.operator.to_owned(),
                }
            })
        };
        conditions.iter().map(read).collect()
    }

    fn text(&self, value: &Value) -> Result<String, PolicyError> {
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
    }
}
