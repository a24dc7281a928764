//! Resource types made by hand, and what the tests look at.

use common_template::{
    CheckedTemplate, IntoNode, LogicalId, Permissions, Properties, Resource, Template, TypeFacts,
    Value,
};

static PERMISSIONS: Permissions = Permissions {
    create: &[],
    read: &[],
    update: &[],
    delete: &[],
    list: &[],
    tagging: &[],
};

const fn facts(
    name: &'static str,
    attributes: &'static [&'static str],
    stateful: bool,
) -> TypeFacts {
    TypeFacts {
        name,
        documentation: "https://docs.aws.amazon.com/",
        reference: "String",
        attributes,
        properties: &[],
        required: &[],
        create_only: &[],
        conditional_create_only: &[],
        unordered: &[],
        primary_identifier: &[],
        stateful,
        tags: None,
        permissions: &PERMISSIONS,
    }
}

/// The handle of every type here.
pub(crate) struct Handle(pub(crate) LogicalId);

impl From<LogicalId> for Handle {
    fn from(id: LogicalId) -> Self {
        Self(id)
    }
}

impl From<&Handle> for LogicalId {
    fn from(handle: &Handle) -> Self {
        handle.0.clone()
    }
}

impl Handle {
    pub(crate) fn reference(&self) -> Value<String> {
        Value::reference(&self.0)
    }

    pub(crate) fn get_att(&self, attribute: &str) -> Value<String> {
        Value::get_att(&self.0, attribute)
    }
}

macro_rules! types {
    ($($(#[doc = $doc:literal])* $name:ident $facts:expr;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub(crate) struct $name(pub(crate) Properties);

        impl Resource for $name {
            const FACTS: &'static TypeFacts = &$facts;
            type Handle = Handle;
            fn into_properties(self) -> Properties {
                self.0
            }
        }
    )*};
}

types! {
    /// Holds nothing.
    Thing facts("Test::Plain::Thing", &["Arn", "Endpoint.Address"], false);
    /// Holds data.
    Store facts("Test::Stateful::Store", &["Arn"], true);
    /// Answers with whatever its function answers with.
    Custom facts("Custom::Answer", &["*"], false);
    /// Has no attribute at all.
    Bare facts("Test::Plain::Bare", &[], false);
    /// The type that takes a rolling update.
    Group facts("AWS::AutoScaling::AutoScalingGroup", &[], false);
    /// A type that a snapshot can be taken of.
    Volume facts("AWS::EC2::Volume", &[], true);
}

impl Thing {
    pub(crate) fn with(self, name: &str, value: impl IntoNode) -> Self {
        Self(self.0.with(name, value))
    }
}

/// A template with one resource of no properties, which every template needs one of.
pub(crate) fn template() -> Template {
    let mut template = Template::new("A test");
    template.add("Only", Thing::default());
    template
}

pub(crate) fn json(value: impl IntoNode) -> String {
    value.into_node().to_json()
}

/// The template checked; its errors as the test's failure where it has any.
pub(crate) fn checked(template: Template) -> CheckedTemplate {
    template.check().unwrap_or_else(|errors| panic!("{errors}"))
}

/// One entry of a section of a template that passes its checks.
pub(crate) fn written(template: Template, section: &str, id: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(checked(template).minified()).unwrap();
    json[section][id].to_string()
}

/// Why a template is refused, without line numbers.
pub(crate) fn refusal(template: Template) -> String {
    let errors = template
        .check()
        .expect_err("the template passes")
        .to_string();
    let mut parts = errors.split(".rs:");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(".rs:LINE");
        text.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    text.replace("common/template/tests/model/", "")
}
