//! Findings: a rule, and where and how it is violated.

use cloudformation::{LogicalId, StackName};
use serde::{Serialize, Serializer};

use crate::Rule;
use crate::model::{Model, Place};

/// A violation of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The violated rule.
    pub rule: &'static Rule,
    /// The stack of the place that has to change.
    pub stack: StackName,
    /// A resource, or an output for what is said of exports; none for a whole stack.
    pub logical_id: Option<LogicalId>,
    /// The property, from the resource's properties on: `SecurityGroupIngress[0].CidrIp`. Empty for all of it.
    pub path: String,
    /// What is wrong here: a sentence without a period, with the values at fault.
    pub message: String,
    /// The parameters' values that it takes, where the defaults don't show it: `Stage=production`.
    pub variant: Option<String>,
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Json<'a> {
            code: &'a str,
            severity: crate::Severity,
            stack: &'a StackName,
            #[serde(skip_serializing_if = "Option::is_none")]
            logical_id: &'a Option<LogicalId>,
            #[serde(skip_serializing_if = "str::is_empty")]
            path: &'a str,
            message: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            variant: &'a Option<String>,
            why: &'a str,
            fix: &'a str,
            source: &'a str,
        }
        let Rule {
            code,
            severity,
            why,
            fix,
            source,
            ..
        } = self.rule;
        Json {
            code,
            severity: *severity,
            stack: &self.stack,
            logical_id: &self.logical_id,
            path: &self.path,
            message: &self.message,
            variant: &self.variant,
            why,
            fix,
            source,
        }
        .serialize(serializer)
    }
}

/// Collects the findings of checks.
pub(crate) struct Report<'m> {
    model: &'m Model<'m>,
    findings: Vec<Finding>,
}

impl<'m> Report<'m> {
    pub(crate) const fn new(model: &'m Model<'m>) -> Self {
        Self {
            model,
            findings: Vec::new(),
        }
    }

    /// Records a violation: `message` says what is wrong, with the values at fault.
    pub(crate) fn add(
        &mut self,
        rule: &'static Rule,
        place: Place<'m>,
        message: impl Into<String>,
    ) {
        self.findings.push(Finding {
            rule,
            stack: self.model.stack_name(place.stack).clone(),
            logical_id: (!place.logical_id.is_empty()).then(|| LogicalId::new(place.logical_id)),
            path: place.path,
            message: message.into(),
            variant: None,
        });
    }

    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}
