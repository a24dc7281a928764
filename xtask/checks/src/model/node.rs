//! Values of templates, evaluated when they are read.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::resource::{Resource, ResourceId};
use super::{Model, functions};

/// A place in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place<'m> {
    pub(crate) stack: usize,
    /// Of a resource or an output; empty for the whole stack.
    pub(crate) logical_id: &'m str,
    /// From the resource's properties on.
    pub(crate) path: String,
}

/// A value, with its functions evaluated as far as they can be known.
#[derive(Clone, Debug)]
pub(crate) struct Node<'m> {
    pub(super) model: &'m Model<'m>,
    place: Place<'m>,
    pub(super) evaluated: Evaluated<'m>,
}

/// What an expression evaluates to.
#[derive(Clone, Debug)]
pub(super) struct Evaluated<'m> {
    pub(super) content: Content<'m>,
    /// The stack whose names the functions inside refer to.
    pub(super) stack: usize,
    /// Whether the value of a parameter is part of it.
    pub(super) is_parameter: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Content<'m> {
    /// It was left out, or is `AWS::NoValue`.
    Absent,
    /// A deployment decides.
    Unknown(Unknown<'m>),
    Text(Cow<'m, str>),
    Number(&'m serde_json::Number),
    Bool(bool),
    /// A list as it is written: its items are evaluated one by one.
    List(&'m [Value]),
    /// A list that a function or a parameter gives.
    Texts(Vec<Cow<'m, str>>),
    Object(&'m Map<String, Value>),
    /// What `Ref` or `Fn::GetAtt` gives of a resource.
    Reference {
        resource: Resource<'m>,
        attribute: Option<Cow<'m, str>>,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Unknown<'m> {
    /// The expression: one that is equal in the same stack has the same value.
    pub(super) expression: Option<&'m Value>,
    pub(super) may_be_absent: bool,
}

/// What tells two values apart that are not known as texts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Identity<'m> {
    /// A resource's identifier.
    Resource(ResourceId<'m>),
    /// An attribute of a resource that does not identify it.
    Attribute(ResourceId<'m>, String),
    Text(Cow<'m, str>),
    Expression(usize, &'m Value),
}

impl Identity<'_> {
    /// Whether two identities are of different things for certain.
    pub(crate) fn differs(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Resource(one), Self::Resource(other)) => one != other,
            (Self::Text(one), Self::Text(other)) => one != other,
            _ => false,
        }
    }
}

/// The items of a list, as far as they are known.
#[derive(Clone, Debug)]
pub(crate) struct Items<'m> {
    pub(crate) nodes: Vec<Node<'m>>,
    /// Whether these are all items, and each of them is there.
    pub(crate) is_exact: bool,
}

impl<'m> Node<'m> {
    pub(super) fn of_properties(
        model: &'m Model<'m>,
        id: ResourceId<'m>,
        properties: Option<&'m Value>,
    ) -> Self {
        let place = Place {
            stack: id.stack,
            logical_id: id.logical_id,
            path: String::new(),
        };
        let evaluated = match properties {
            Some(value) => functions::evaluate(model, id.stack, value),
            None => Evaluated::absent(id.stack),
        };
        Self {
            model,
            place,
            evaluated,
        }
    }

    /// The same value, said to stand below a name.
    pub(super) fn under(mut self, name: &str) -> Self {
        name.clone_into(&mut self.place.path);
        self
    }

    /// A value outside of properties: of an output, for instance.
    pub(crate) fn of_value<'v>(
        model: &'m Model<'v>,
        stack: usize,
        logical_id: &'m str,
        value: &'m Value,
    ) -> Self
    where
        'v: 'm,
    {
        Self {
            model,
            place: Place {
                stack,
                logical_id,
                path: String::new(),
            },
            evaluated: functions::evaluate(model, stack, value),
        }
    }

    /// Where it stands.
    pub(crate) fn place(&self) -> Place<'m> {
        self.place.clone()
    }

    pub(crate) const fn is_absent(&self) -> bool {
        matches!(self.evaluated.content, Content::Absent)
    }

    /// Whether it is there for certain, with whatever value.
    pub(crate) const fn is_present(&self) -> bool {
        !matches!(
            self.evaluated.content,
            Content::Absent
                | Content::Unknown(Unknown {
                    may_be_absent: true,
                    ..
                })
        )
    }

    /// Whether a deployment decides what it is. A reference to a resource is known.
    pub(crate) const fn is_unknown(&self) -> bool {
        matches!(self.evaluated.content, Content::Unknown(_))
    }

    /// Whether a parameter has a part in it: the person who deploys has chosen it.
    pub(crate) const fn is_parameter(&self) -> bool {
        self.evaluated.is_parameter
    }

    /// A member of an object; absent where it is no object.
    pub(crate) fn get(&self, name: &str) -> Self {
        let evaluated = match &self.evaluated.content {
            Content::Object(members) => match members.get(name) {
                Some(value) => self.inside(value),
                None => Evaluated::absent(self.evaluated.stack),
            },
            Content::Unknown(_) | Content::Reference { .. } => {
                Evaluated::unknown(self.evaluated.stack, None, true)
            }
            _ => Evaluated::absent(self.evaluated.stack),
        };
        let path = if self.place.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.place.path)
        };
        self.at(path, evaluated)
    }

    /// The items of a list. One value that is no list stands for a list of one.
    pub(crate) fn items(&self) -> Items<'m> {
        match &self.evaluated.content {
            Content::Absent => Items {
                nodes: Vec::new(),
                is_exact: true,
            },
            Content::Unknown(_) => Items {
                nodes: Vec::new(),
                is_exact: false,
            },
            Content::List(values) => {
                let mut items = Items {
                    nodes: Vec::with_capacity(values.len()),
                    is_exact: true,
                };
                for (index, value) in values.iter().enumerate() {
                    let node = self.at(self.index_path(index), self.inside(value));
                    items.is_exact &= node.is_present() || node.is_absent();
                    // A list inside of a list, or a value that may be one, is not counted as an item.
                    items.is_exact &=
                        !matches!(node.evaluated.content, Content::List(_) | Content::Texts(_));
                    if !node.is_absent() {
                        items.nodes.push(node);
                    }
                }
                items
            }
            Content::Texts(texts) => Items {
                nodes: texts
                    .iter()
                    .enumerate()
                    .map(|(index, text)| {
                        let content = Content::Text(text.clone());
                        let evaluated = Evaluated {
                            content,
                            ..self.evaluated.clone()
                        };
                        self.at(self.index_path(index), evaluated)
                    })
                    .collect(),
                is_exact: true,
            },
            // An attribute may be a list.
            Content::Reference {
                attribute: Some(_), ..
            } => Items {
                nodes: Vec::new(),
                is_exact: false,
            },
            _ => Items {
                nodes: vec![self.clone()],
                is_exact: true,
            },
        }
    }

    /// The items of a list, without those that are not known to be there.
    pub(crate) fn present_items(&self) -> Vec<Self> {
        let mut nodes = self.items().nodes;
        nodes.retain(Self::is_present);
        nodes
    }

    /// A text, or a number or boolean as the text that means the same.
    pub(crate) fn text(&self) -> Option<Cow<'m, str>> {
        self.evaluated.text()
    }

    /// A whole number, also where it is written as a text.
    pub(crate) fn integer(&self) -> Option<i64> {
        match &self.evaluated.content {
            Content::Number(number) => number.as_i64(),
            Content::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The resource that it identifies: by `Ref`, or by an attribute that is its id or ARN.
    pub(crate) fn resource(&self) -> Option<Resource<'m>> {
        match &self.evaluated.content {
            Content::Reference {
                resource,
                attribute,
            } if attribute.as_deref().is_none_or(identifies) => Some(*resource),
            _ => None,
        }
    }

    /// The resource that it identifies, if it is of a type and there for certain.
    pub(crate) fn resource_of(&self, kind: &str) -> Option<Resource<'m>> {
        self.resource().filter(|resource| resource.kind() == kind)
    }

    /// What it is equal to another value by; none where it is absent, or is composed.
    pub(crate) fn identity(&self) -> Option<Identity<'m>> {
        if let Some(resource) = self.resource() {
            return Some(Identity::Resource(resource.id));
        }
        match &self.evaluated.content {
            Content::Reference {
                resource,
                attribute: Some(attribute),
            } => Some(Identity::Attribute(resource.id, attribute.to_string())),
            Content::Unknown(unknown) => {
                let expression = unknown.expression?;
                Some(Identity::Expression(self.evaluated.stack, expression))
            }
            _ => self.text().map(Identity::Text),
        }
    }

    fn inside(&self, value: &'m Value) -> Evaluated<'m> {
        let mut evaluated = functions::evaluate(self.model, self.evaluated.stack, value);
        evaluated.is_parameter |= self.evaluated.is_parameter;
        evaluated
    }

    fn index_path(&self, index: usize) -> String {
        format!("{}[{index}]", self.place.path)
    }

    fn at(&self, path: String, evaluated: Evaluated<'m>) -> Self {
        Self {
            model: self.model,
            place: Place { path, ..self.place },
            evaluated,
        }
    }
}

impl<'m> Evaluated<'m> {
    pub(super) const fn new(stack: usize, content: Content<'m>) -> Self {
        Self {
            content,
            stack,
            is_parameter: false,
        }
    }

    pub(super) const fn absent(stack: usize) -> Self {
        Self::new(stack, Content::Absent)
    }

    pub(super) const fn unknown(
        stack: usize,
        expression: Option<&'m Value>,
        may_be_absent: bool,
    ) -> Self {
        Self::new(
            stack,
            Content::Unknown(Unknown {
                expression,
                may_be_absent,
            }),
        )
    }

    pub(super) fn text(&self) -> Option<Cow<'m, str>> {
        match &self.content {
            Content::Text(text) => Some(text.clone()),
            Content::Number(number) => Some(number.to_string().into()),
            Content::Bool(on) => Some(if *on { "true" } else { "false" }.into()),
            _ => None,
        }
    }

    pub(super) const fn may_be_absent(&self) -> bool {
        matches!(
            self.content,
            Content::Absent
                | Content::Unknown(Unknown {
                    may_be_absent: true,
                    ..
                })
        )
    }
}

/// Attributes that identify their resource as `Ref` does.
///
/// Source: the return values of each type in
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>
fn identifies(attribute: &str) -> bool {
    matches!(
        attribute,
        "Id" | "Arn"
            | "VpcId"
            | "SubnetId"
            | "GroupId"
            | "InternetGatewayId"
            | "NatGatewayId"
            | "RouteTableId"
            | "InstanceId"
            | "LaunchTemplateId"
            | "ListenerArn"
            | "LoadBalancerArn"
            | "TargetGroupArn"
            | "TaskDefinitionArn"
            | "ServiceArn"
    )
}
