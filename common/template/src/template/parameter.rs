//! Parameters, typed by what their `Ref` is.

use std::marker::PhantomData;

use crate::{IntoNode, Node, Properties};

/// A parameter whose value is a `T`.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter<T> {
    properties: Properties,
    marker: PhantomData<fn() -> T>,
}

impl Parameter<String> {
    /// A parameter of type `String`.
    #[must_use]
    pub fn string(description: &str) -> Self {
        Self::of_type("String", description)
    }

    /// A text that is looked up under a name in Systems Manager whenever the stack is deployed.
    #[must_use]
    pub fn ssm(description: &str) -> Self {
        Self::of_type("AWS::SSM::Parameter::Value<String>", description)
    }
}

impl Parameter<i64> {
    /// A parameter of type `Number`.
    #[must_use]
    pub fn number(description: &str) -> Self {
        Self::of_type("Number", description)
    }
}

impl<T> Parameter<T> {
    /// A parameter of one of CloudFormation's types. The caller vouches that its `Ref` is a `T`.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html>
    #[must_use]
    pub fn of_type(parameter_type: &str, description: &str) -> Self {
        let properties = Properties::default()
            .with("Type", parameter_type)
            .with("Description", description);
        Self {
            properties,
            marker: PhantomData,
        }
    }

    fn with(mut self, name: &str, value: impl IntoNode) -> Self {
        self.properties.set(name, value);
        self
    }

    /// The value when none is given.
    #[must_use]
    pub fn default_value(self, value: &str) -> Self {
        self.with("Default", value)
    }

    /// The regular expression that the whole value must match, and what to say when it doesn't.
    #[must_use]
    pub fn pattern(self, pattern: &str, otherwise: &str) -> Self {
        self.with("AllowedPattern", pattern)
            .with("ConstraintDescription", otherwise)
    }

    /// Limits the parameter to these values; CloudFormation refuses others before it changes anything.
    #[must_use]
    pub fn allowed(self, values: &[&str]) -> Self {
        self.with("AllowedValues", values.to_vec())
    }

    /// Never shown by CloudFormation.
    #[must_use]
    pub fn no_echo(self) -> Self {
        self.with("NoEcho", true)
    }
}

impl<T> IntoNode for Parameter<T> {
    fn into_node(self) -> Node {
        self.properties.into_node()
    }
}
