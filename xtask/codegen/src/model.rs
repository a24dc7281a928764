//! The model of the generated code, free of schemas and of source text.

use std::collections::BTreeMap;

pub(crate) struct Model {
    /// The resource types, sorted by name.
    pub(crate) resources: Vec<Resource>,
    /// The kinds of reference by Rust name, with what each one identifies.
    pub(crate) kinds: BTreeMap<String, String>,
    /// The unions of kinds by Rust name, with the kinds in them.
    pub(crate) unions: BTreeMap<String, Vec<String>>,
    /// What could not be expressed precisely, by place.
    pub(crate) notes: BTreeMap<String, String>,
}

pub(crate) struct Resource {
    /// `AWS::EC2::VPC`.
    pub(crate) type_name: String,
    /// `ec2`.
    pub(crate) service: String,
    /// `vpc`.
    pub(crate) module: String,
    pub(crate) root: Struct,
    pub(crate) nested: Vec<Struct>,
    pub(crate) enums: Vec<Enum>,
    /// What `Ref` returns.
    pub(crate) reference: Reference,
    /// What `Fn::GetAtt` returns.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) facts: Facts,
}

/// What `Ref` returns.
pub(crate) struct Reference {
    /// In words: a property, or several joined by `|`.
    pub(crate) identifies: String,
    /// Its type: a kind, or a text.
    pub(crate) ty: Type,
}

/// A resource or a nested property type.
pub(crate) struct Struct {
    pub(crate) name: String,
    pub(crate) schema_name: String,
    /// What CloudFormation calls its properties, sorted; required first among the arguments.
    pub(crate) properties: Vec<Property>,
    /// Rules that span several properties, in words.
    pub(crate) rules: Vec<String>,
}

pub(crate) struct Property {
    /// `CidrBlock`.
    pub(crate) name: String,
    /// `cidr_block`.
    pub(crate) rust: String,
    pub(crate) ty: Type,
    pub(crate) required: bool,
    /// What its documentation says, sentence by sentence.
    pub(crate) documentation: Vec<String>,
}

pub(crate) struct Enum {
    pub(crate) name: String,
    /// The property or definition that it is of, in words.
    pub(crate) of: String,
    pub(crate) variants: Vec<(String, String)>,
}

pub(crate) struct Attribute {
    /// As `Fn::GetAtt` takes it.
    pub(crate) name: String,
    pub(crate) rust: String,
    pub(crate) ty: Type,
}

/// The type of a property or attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    /// `true` or `false`.
    Bool,
    Integer,
    Number,
    Json,
    Policy,
    Kind(String),
    /// A reference of one of several kinds.
    Union(String),
    Enum(String),
    /// A nested property type of this resource.
    Struct(String),
    /// The `Key` and `Value` that most services share.
    Tag,
    List(Box<Type>),
    Map(Box<Type>),
}

/// Facts about a resource type, as `TypeFacts` holds them.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) attributes: Vec<String>,
    pub(crate) create_only: Vec<String>,
    pub(crate) conditional_create_only: Vec<String>,
    pub(crate) unordered: Vec<String>,
    pub(crate) primary_identifier: Vec<String>,
    pub(crate) stateful: bool,
    /// The variant of `TagShape` and the property.
    pub(crate) tags: Option<(&'static str, String)>,
    /// The actions by handler, and those of tagging.
    pub(crate) permissions: Vec<(&'static str, Vec<String>)>,
}

impl Struct {
    /// The required properties in the order in which they are arguments: names first, then by
    /// the alphabet. The schemas' own order is not kept: it may change from version to version,
    /// and two texts that swap places would still compile.
    pub(crate) fn required(&self) -> Vec<&Property> {
        let mut required: Vec<&Property> = self.properties.iter().filter(|p| p.required).collect();
        required.sort_by_key(|property| (!property.name.ends_with("Name"), &property.name));
        required
    }
}
