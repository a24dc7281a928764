//! Listener rules: their order and their conditions.

use crate::finding::Report;
use crate::model::{Identity, Model, Node, Resource};
use crate::rule::{Evidence, Rule, Severity};

const RULE: &str = "AWS::ElasticLoadBalancingV2::ListenerRule";

pub(super) static PRIORITY_TWICE: Rule = Rule {
    code: "elb/priority-twice",
    severity: Severity::Error,
    summary: "two rules of a listener with the same priority",
    why: "Elastic Load Balancing refuses the second one: `PriorityInUse`.",
    fix: "Give each rule of the listener a priority of its own.",
    source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static CONDITION_VALUES: Rule = Rule {
    code: "elb/condition-values",
    severity: Severity::Error,
    summary: "a listener rule with more than five values in its conditions",
    why: "Elastic Load Balancing refuses it: five values are a quota that AWS does not raise.",
    fix: "Split the rule in two, or use wildcards.",
    source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static SHADOWED: Rule = Rule {
    code: "elb/rule-shadowed",
    severity: Severity::Warning,
    summary: "a listener rule that never applies, because one with a lower priority number takes all its requests",
    why: "The first rule whose conditions are met gets the request. What the second one forwards to gets none.",
    fix: "Give the more specific rule the lower priority number.",
    source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html",
    evidence: Evidence::AnyVariant,
};

/// Fields whose conditions are lists of values, and where the list may stand instead of in `Values`.
const FIELDS: [(&str, &str); 4] = [
    ("host-header", "HostHeaderConfig"),
    ("path-pattern", "PathPatternConfig"),
    ("http-request-method", "HttpRequestMethodConfig"),
    ("source-ip", "SourceIpConfig"),
];

struct ListenerRule<'m> {
    resource: Resource<'m>,
    listener: Identity<'m>,
    priority: i64,
    /// None where a condition is not known, or of another kind.
    conditions: Option<Vec<Condition>>,
}

struct Condition {
    field: &'static str,
    values: Vec<String>,
}

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for resource in model.resources(RULE) {
        condition_values(report, resource);
    }
    let mut rules: Vec<ListenerRule<'m>> = model
        .resources(RULE)
        .filter_map(|resource| {
            Some(ListenerRule {
                resource,
                listener: resource.property("ListenerArn").identity()?,
                priority: resource.property("Priority").integer()?,
                conditions: conditions(resource),
            })
        })
        .collect();
    rules.sort_by_key(|rule| rule.priority);
    for (index, rule) in rules.iter().enumerate() {
        let mut earlier = rules[..index]
            .iter()
            .filter(|other| other.listener == rule.listener);
        let stack = rule.resource.id.stack;
        let same = earlier
            .clone()
            .find(|other| other.priority == rule.priority);
        if let Some(other) = same {
            let other = other.resource.name_from(stack);
            let message = format!("{other} has the priority {}, too", rule.priority);
            let place = rule.resource.property("Priority").place();
            report.add(&PRIORITY_TWICE, place, message);
        } else if let Some(other) = earlier.find(|other| other.takes_all_of(rule)) {
            let message = format!(
                "{} with priority {} takes all requests of this rule",
                other.resource.name_from(stack),
                other.priority
            );
            report.add(&SHADOWED, rule.resource.at("Conditions"), message);
        }
    }
}

/// The values of a condition, wherever they stand.
fn values<'m>(condition: &Node<'m>, config: &str) -> Node<'m> {
    let plain = condition.get("Values");
    if plain.is_absent() {
        condition.get(config).get("Values")
    } else {
        plain
    }
}

fn conditions(rule: Resource<'_>) -> Option<Vec<Condition>> {
    let items = rule.property("Conditions").items();
    if !items.is_exact || items.nodes.is_empty() {
        return None;
    }
    let conditions = items.nodes.iter().map(|condition| {
        let name = condition.get("Field").text()?;
        let (field, config) = FIELDS.into_iter().find(|(field, _)| *field == name)?;
        let has_regex = !condition.get("RegexValues").is_absent()
            || !condition.get(config).get("RegexValues").is_absent();
        let list = values(condition, config).items();
        if has_regex || !list.is_exact || list.nodes.is_empty() {
            return None;
        }
        let texts = list.nodes.iter().map(|value| {
            let text = value.text()?;
            // Host names have no case.
            Some(if field == "host-header" {
                text.to_ascii_lowercase()
            } else {
                text.into_owned()
            })
        });
        Some(Condition {
            field,
            values: texts.collect::<Option<_>>()?,
        })
    });
    conditions.collect()
}

impl ListenerRule<'_> {
    /// Whether every request that meets the other rule's conditions meets these.
    fn takes_all_of(&self, other: &Self) -> bool {
        let (Some(own), Some(others)) = (&self.conditions, &other.conditions) else {
            return false;
        };
        own.iter().all(|condition| {
            others.iter().any(|narrow| {
                narrow.field == condition.field
                    && narrow.values.iter().all(|value| {
                        condition
                            .values
                            .iter()
                            .any(|wide| condition.covers(wide, value))
                    })
            })
        })
    }
}

impl Condition {
    fn covers(&self, wide: &str, narrow: &str) -> bool {
        match self.field {
            "host-header" | "path-pattern" => covers(wide.as_bytes(), narrow.as_bytes()),
            _ => wide == narrow,
        }
    }
}

/// Whether a pattern matches every text that another pattern matches; `*` is any text, `?` any character.
fn covers(wide: &[u8], narrow: &[u8]) -> bool {
    match (wide, narrow) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => {
            covers(rest, narrow) || matches!(narrow, [_, tail @ ..] if covers(wide, tail))
        }
        ([_, ..], [b'*', ..]) => false,
        ([b'?', wide @ ..], [_, narrow @ ..]) => covers(wide, narrow),
        ([one, wide @ ..], [other, narrow @ ..]) => one == other && covers(wide, narrow),
        _ => false,
    }
}

fn condition_values<'m>(report: &mut Report<'m>, rule: Resource<'m>) {
    let list = rule.property("Conditions");
    let count: usize = list
        .present_items()
        .iter()
        .map(|condition| {
            let name = condition.get("Field").text();
            let config = FIELDS
                .iter()
                .find(|(field, _)| name.as_deref() == Some(field));
            let config = config.map_or("", |(_, config)| *config);
            values(condition, config).present_items().len()
        })
        .sum();
    if count > 5 {
        report.add(
            &CONDITION_VALUES,
            list.place(),
            format!("{count} values, of 5"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn patterns_cover_narrower_ones() {
        for (wide, narrow, expected) in [
            ("*", "/api/*", true),
            ("/api/*", "/api/v1", true),
            ("/api/*", "/api/v?/*", true),
            ("/api/*", "/api", false),
            ("/api/?", "/api/*", false),
            ("/api/?", "/api/1", true),
            ("/a", "/a*", false),
            ("*.example.org", "*", false),
            ("*.example.org", "*.www.example.org", true),
        ] {
            assert_eq!(
                covers(wide.as_bytes(), narrow.as_bytes()),
                expected,
                "{wide} {narrow}"
            );
        }
    }
}
