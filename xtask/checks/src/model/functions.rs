//! Intrinsic functions, evaluated as far as a template and its parameters decide them.

use std::borrow::Cow;

use cloudformation::template::{AttributeName, Call, Function, GetAtt, Part, Sub, entry};
use ipnet::Ipv4Net;
use serde_json::Value;

use super::Model;
use super::node::{Content, Evaluated};
use super::parameters::{Assignment, Text};
use super::resource::Presence;

/// Deeper nesting than any template has; a circle of mappings and imports ends here.
const DEPTH: usize = 48;

pub(super) fn evaluate<'m>(model: &'m Model<'m>, stack: usize, value: &'m Value) -> Evaluated<'m> {
    evaluate_at(model, stack, value, 0)
}

pub(super) fn evaluate_at<'m>(
    model: &'m Model<'m>,
    stack: usize,
    value: &'m Value,
    depth: usize,
) -> Evaluated<'m> {
    let content = match value {
        Value::Null => Content::Absent,
        Value::Bool(on) => Content::Bool(*on),
        Value::Number(number) => Content::Number(number),
        Value::String(text) => dynamic_reference(text).map_or_else(
            || Content::Text(Cow::Borrowed(text)),
            |()| Evaluated::unknown(stack, Some(value), false).content,
        ),
        Value::Array(items) => Content::List(items),
        Value::Object(members) => match Call::of(value) {
            Some(call) if depth < DEPTH => {
                let context = Context {
                    model,
                    stack,
                    value,
                    depth: depth + 1,
                };
                return context.call(call);
            }
            Some(_) => return Evaluated::unknown(stack, None, true),
            // A macro that is called inside may add members.
            None if members.keys().any(|name| is_macro(name)) => {
                return Evaluated::unknown(stack, None, true);
            }
            None => Content::Object(members),
        },
    };
    Evaluated::new(stack, content)
}

fn is_macro(name: &str) -> bool {
    name == "Fn::Transform" || name.starts_with("Fn::ForEach")
}

/// `{{resolve:ssm:…}}`, which CloudFormation replaces when it deploys.
fn dynamic_reference(text: &str) -> Option<()> {
    text.contains("{{resolve:").then_some(())
}

struct Context<'m> {
    model: &'m Model<'m>,
    stack: usize,
    /// The whole call.
    value: &'m Value,
    depth: usize,
}

impl<'m> Context<'m> {
    fn call(&self, call: Call<'m>) -> Evaluated<'m> {
        match call.function() {
            Function::Ref(name) => self.reference(name, self.value),
            Function::GetAtt(get_att) => self.get_att(get_att),
            Function::Sub(sub) => self.sub(sub),
            Function::ImportValue(name) => self.import(name),
            Function::If {
                condition,
                then,
                otherwise,
            } => self.choose(condition, then, otherwise),
            Function::FindInMap(arguments) => self.find_in_map(arguments),
            Function::Other => self.other(call),
            Function::Condition(_) | Function::Malformed => self.unknown(),
        }
    }

    fn inner(&self, value: &'m Value) -> Evaluated<'m> {
        evaluate_at(self.model, self.stack, value, self.depth)
    }

    fn unknown(&self) -> Evaluated<'m> {
        Evaluated::unknown(self.stack, Some(self.value), false)
    }

    fn text(&self, text: impl Into<Cow<'m, str>>, is_parameter: bool) -> Evaluated<'m> {
        Evaluated {
            is_parameter,
            ..Evaluated::new(self.stack, Content::Text(text.into()))
        }
    }

    fn reference(&self, name: &str, expression: &'m Value) -> Evaluated<'m> {
        if let Some(pseudo) = self.pseudo_parameter(name) {
            return pseudo;
        }
        let unknown = || Evaluated::unknown(self.stack, Some(expression), false);
        let evaluated = &self.model.stacks[self.stack];
        if let Some(assignment) = evaluated.parameters.get(name) {
            let content = match assignment {
                Assignment::Known(Text::Single(text)) => Content::Text(text.clone()),
                Assignment::Known(Text::List(texts)) => Content::Texts(texts.clone()),
                Assignment::Other | Assignment::Unknown => unknown().content,
            };
            return Evaluated {
                is_parameter: true,
                ..Evaluated::new(self.stack, content)
            };
        }
        match self.model.resource(self.stack, name) {
            Some(resource) if resource.presence() != Presence::Absent => Evaluated::new(
                self.stack,
                Content::Reference {
                    resource,
                    attribute: None,
                },
            ),
            _ => unknown(),
        }
    }

    fn pseudo_parameter(&self, name: &str) -> Option<Evaluated<'m>> {
        let name = name.strip_prefix("AWS::")?;
        let stack = self.model.stacks[self.stack].stack;
        let region = stack.region.as_deref();
        let text = match name {
            "NoValue" => return Some(Evaluated::absent(self.stack)),
            "StackName" if !stack.name.is_empty() => Some(stack.name.as_str()),
            "AccountId" => stack.account.as_deref(),
            "Region" => region,
            "Partition" => region.map(partition),
            "URLSuffix" => region.map(url_suffix),
            _ => None,
        };
        Some(text.map_or_else(|| self.unknown(), |text| self.text(text, false)))
    }

    fn get_att(&self, get_att: GetAtt<'m>) -> Evaluated<'m> {
        let AttributeName::Literal(attribute) = get_att.attribute else {
            return self.unknown();
        };
        self.attribute(get_att.target, attribute)
    }

    fn attribute(&self, target: &str, attribute: &'m str) -> Evaluated<'m> {
        let resource = match self.model.resource(self.stack, target) {
            Some(resource) if resource.presence() != Presence::Absent => resource,
            _ => return self.unknown(),
        };
        if returns_property(resource.kind(), attribute) {
            let property = resource.property(attribute);
            if property.text().is_some() {
                return property.evaluated;
            }
        }
        let attribute = Some(Cow::Borrowed(attribute));
        Evaluated::new(
            self.stack,
            Content::Reference {
                resource,
                attribute,
            },
        )
    }

    fn sub(&self, sub: Sub<'m>) -> Evaluated<'m> {
        let mut text = String::new();
        let mut is_parameter = false;
        let parts = sub.parts();
        for part in &parts {
            let evaluated = match *part {
                Part::Text(part) => {
                    text += part;
                    continue;
                }
                Part::Escaped(name) => {
                    text += &format!("${{{name}}}");
                    continue;
                }
                Part::Variable(value) => self.inner(value),
                Part::Ref(name) => self.reference(name, self.value),
                Part::GetAtt { target, attribute } => self.attribute(target, attribute),
            };
            // `${Vpc}` alone is the VPC.
            if parts.len() == 1 && matches!(evaluated.content, Content::Reference { .. }) {
                return evaluated;
            }
            is_parameter |= evaluated.is_parameter;
            match evaluated.text() {
                Some(known) => text += &known,
                None => {
                    return Evaluated {
                        is_parameter,
                        ..self.unknown()
                    };
                }
            }
        }
        if dynamic_reference(&text).is_some() {
            return self.unknown();
        }
        self.text(text, is_parameter)
    }

    fn import(&self, name: &'m Value) -> Evaluated<'m> {
        let name = self.inner(name);
        let exports = name
            .text()
            .and_then(|name| self.model.exports.get(name.as_ref()));
        match exports.map(Vec::as_slice) {
            Some([export]) if export.presence == Presence::Present => match export.value {
                Some(value) => evaluate_at(self.model, export.stack, value, self.depth),
                None => self.unknown(),
            },
            _ => self.unknown(),
        }
    }

    fn choose(&self, condition: &str, then: &'m Value, otherwise: &'m Value) -> Evaluated<'m> {
        match self.model.condition(self.stack, condition) {
            Some(true) => self.inner(then),
            Some(false) => self.inner(otherwise),
            None => {
                let (then, otherwise) = (self.inner(then), self.inner(otherwise));
                if then.text().is_some() && then.text() == otherwise.text() {
                    return then;
                }
                let may_be_absent = then.may_be_absent() || otherwise.may_be_absent();
                Evaluated {
                    is_parameter: true,
                    ..Evaluated::unknown(self.stack, Some(self.value), may_be_absent)
                }
            }
        }
    }

    fn find_in_map(&self, arguments: &'m [Value]) -> Evaluated<'m> {
        let [map, first, second, ..] = arguments else {
            return self.unknown();
        };
        let (map, first, second) = (self.inner(map), self.inner(first), self.inner(second));
        let is_parameter = map.is_parameter || first.is_parameter || second.is_parameter;
        let found = || {
            let template = &self.model.stacks[self.stack].stack.template;
            let (_, map) = entry(template, "Mappings", &map.text()?)?;
            map.get(first.text()?.as_ref())?
                .get(second.text()?.as_ref())
        };
        let evaluated = match found() {
            Some(value) => self.inner(value),
            None => self.unknown(),
        };
        Evaluated {
            is_parameter: evaluated.is_parameter || is_parameter,
            ..evaluated
        }
    }

    fn other(&self, call: Call<'m>) -> Evaluated<'m> {
        let found = match (call.name, call.argument) {
            ("Fn::Join", Value::Array(arguments)) => self.join(arguments),
            ("Fn::Select", Value::Array(arguments)) => self.select(arguments),
            ("Fn::Split" | "Fn::Cidr", _) => {
                self.texts(self.value)
                    .map(|(texts, is_parameter)| Evaluated {
                        is_parameter,
                        ..Evaluated::new(self.stack, Content::Texts(texts))
                    })
            }
            _ => None,
        };
        found.unwrap_or_else(|| self.unknown())
    }

    fn join(&self, arguments: &'m [Value]) -> Option<Evaluated<'m>> {
        let [separator, list] = arguments else {
            return None;
        };
        let separator = separator.as_str()?;
        let (texts, is_parameter) = self.texts(list)?;
        Some(self.text(texts.join(separator), is_parameter))
    }

    fn select(&self, arguments: &'m [Value]) -> Option<Evaluated<'m>> {
        let [index, list] = arguments else {
            return None;
        };
        let index = self.inner(index);
        let position: usize = index.text()?.trim().parse().ok()?;
        // A list that is written may hold references.
        if let Value::Array(items) = list {
            let is_plain = !items
                .iter()
                .any(|item| matches!(Call::of(item), Some(call) if call.name == "Fn::If"));
            let item = items.get(position).filter(|_| is_plain)?;
            return Some(self.inner(item));
        }
        let (texts, is_parameter) = self.texts(list)?;
        let text = texts.get(position)?.clone();
        Some(self.text(text, is_parameter || index.is_parameter))
    }

    /// A list of texts that is known as a whole, and whether a parameter has a part in it.
    fn texts(&self, value: &'m Value) -> Option<(Vec<Cow<'m, str>>, bool)> {
        match Call::of(value) {
            Some(Call {
                name: "Fn::Split",
                argument: Value::Array(arguments),
            }) => {
                let [separator, source] = arguments.as_slice() else {
                    return None;
                };
                let separator = separator.as_str().filter(|text| !text.is_empty())?;
                let source = self.inner(source);
                let text = source.text()?;
                let parts = text.split(separator).map(|part| part.to_owned().into());
                Some((parts.collect(), source.is_parameter))
            }
            Some(Call {
                name: "Fn::Cidr",
                argument: Value::Array(arguments),
            }) => {
                let [block, count, bits] = arguments.as_slice() else {
                    return None;
                };
                let block = self.inner(block);
                let number = |value| self.inner(value).text()?.trim().parse::<u32>().ok();
                let blocks = cidr(&block.text()?, number(count)?, number(bits)?)?;
                Some((blocks, block.is_parameter))
            }
            _ => {
                let list = self.inner(value);
                match list.content {
                    Content::Texts(texts) => Some((texts, list.is_parameter)),
                    Content::List(items) => {
                        let mut texts = Vec::with_capacity(items.len());
                        let mut is_parameter = list.is_parameter;
                        for item in items {
                            let item = evaluate_at(self.model, list.stack, item, self.depth);
                            is_parameter |= item.is_parameter;
                            if !matches!(item.content, Content::Absent) {
                                texts.push(item.text()?);
                            }
                        }
                        Some((texts, is_parameter))
                    }
                    _ => None,
                }
            }
        }
    }
}

/// The blocks that `Fn::Cidr` gives of an IPv4 block: so many, each with so many bits for hosts.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html>
fn cidr<'m>(block: &str, count: u32, host_bits: u32) -> Option<Vec<Cow<'m, str>>> {
    let block: Ipv4Net = block.parse().ok()?;
    let prefix = u8::try_from(32_u32.checked_sub(host_bits)?).ok()?;
    let blocks: Vec<Cow<'_, str>> = block
        .subnets(prefix)
        .ok()?
        .take(usize::try_from(count).ok()?)
        .map(|subnet| subnet.to_string().into())
        .collect();
    (blocks.len() == usize::try_from(count).ok()?).then_some(blocks)
}

/// Attributes that return a property as it was given.
fn returns_property(kind: &str, attribute: &str) -> bool {
    matches!(
        (kind, attribute),
        ("AWS::EC2::VPC", "CidrBlock")
            | (
                "AWS::EC2::Subnet",
                "CidrBlock" | "AvailabilityZone" | "AvailabilityZoneId" | "VpcId"
            )
            | ("AWS::EC2::SecurityGroup", "VpcId")
    )
}

fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

fn url_suffix(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cidr_counts_host_bits() {
        let blocks = cidr("10.0.0.0/16", 3, 8).unwrap();
        assert_eq!(blocks, ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]);
        assert_eq!(cidr("10.0.0.0/24", 3, 7), None);
        assert_eq!(cidr("fd00::/56", 1, 64), None);
    }
}
