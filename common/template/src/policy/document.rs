//! A policy document: a list of statements.

use super::{Principal, ServicePrincipal, Statement};
use crate::{IntoNode, Json, Node, Properties, Value};

/// An IAM policy document, of version 2012-10-17.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicyDocument {
    statements: Vec<Statement>,
}

impl PolicyDocument {
    /// A document without statements, which allows nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The document with one more statement.
    #[must_use]
    pub fn with(mut self, statement: Statement) -> Self {
        self.statements.push(statement);
        self
    }

    /// Adds a statement, or its resources to a statement that says the same of others.
    pub fn push(&mut self, statement: Statement) {
        if !self
            .statements
            .iter_mut()
            .any(|present| present.absorb(&statement))
        {
            self.statements.push(statement);
        }
    }

    /// The statements in the order they were added.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Whether there is no statement; IAM refuses such a document.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// The trust policy of a role that an AWS service assumes.
    #[must_use]
    pub fn trust(service: ServicePrincipal) -> Self {
        Self::new().with(Statement::allow(["sts:AssumeRole"]).by(Principal::Service(service)))
    }
}

impl FromIterator<Statement> for PolicyDocument {
    fn from_iter<I: IntoIterator<Item = Statement>>(statements: I) -> Self {
        Self {
            statements: statements.into_iter().collect(),
        }
    }
}

impl IntoNode for PolicyDocument {
    fn into_node(self) -> Node {
        Properties::default()
            .with("Version", "2012-10-17")
            .with("Statement", self.statements)
            .into_node()
    }
}

impl From<PolicyDocument> for Value<PolicyDocument> {
    fn from(document: PolicyDocument) -> Self {
        Self::from_node(document.into_node())
    }
}

impl From<PolicyDocument> for Value<Json> {
    fn from(document: PolicyDocument) -> Self {
        Self::from_node(document.into_node())
    }
}
