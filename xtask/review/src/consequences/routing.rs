//! Which requests go where: listener rules, default actions, the names of certificates and records.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html>

use serde_json::Value;

use super::Change;
use super::cluster::services;
use super::values::{count, differs, listed, short, text, texts};
use crate::consequence::{Consequence, Kind, Weight};
use crate::difference::render;
use crate::environment::{Environment, Resource};

pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let (before, after) = (Entry::of(change.before), Entry::of(change.after));
    let mut found = rules(change, &before, &after);
    found.extend(shadows(change, &before, &after));
    found.extend(listeners(change, &before, &after));
    found.extend(certificates(change, &after));
    found.extend(records(change));
    found.extend(tls_policies(change));
    found.extend(uncovered(change, &before, &after));
    found
}

/// Types whose coming and going is told here, by what they did with requests.
pub(super) const TOLD: [&str; 3] = [
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    "AWS::Route53::RecordSet",
];

/// The rules of all listeners, with the default actions that take what is left.
struct Entry<'a> {
    rules: Vec<Rule<'a>>,
    listeners: Vec<Listener<'a>>,
}

#[derive(Clone, Debug)]
struct Rule<'a> {
    resource: Resource<'a>,
    /// Where its listener is: `loadbalancer/HttpsListener`.
    listener: String,
    hosts: Vec<String>,
    paths: Vec<String>,
    /// What else it asks for: methods, headers, addresses.
    others: Vec<String>,
    priority: u32,
    /// Who answers.
    destination: String,
}

struct Listener<'a> {
    resource: Resource<'a>,
    path: String,
    /// Its load balancer.
    balancer: String,
    answer: String,
}

fn path_of(resource: &Resource<'_>) -> String {
    format!("{}/{}", resource.stack, resource.logical_id)
}

fn is_same(one: &Resource<'_>, other: &Resource<'_>) -> bool {
    one.stack == other.stack && one.logical_id == other.logical_id
}

impl<'a> Entry<'a> {
    fn of(environment: &'a Environment) -> Self {
        let rules = environment
            .of_type("AWS::ElasticLoadBalancingV2::ListenerRule")
            .map(|resource| Rule::of(environment, resource))
            .collect();
        let listeners = environment
            .of_type("AWS::ElasticLoadBalancingV2::Listener")
            .map(|resource| Listener {
                resource,
                path: path_of(&resource),
                balancer: resource
                    .property("LoadBalancerArn")
                    .and_then(|value| environment.target(resource.stack, value))
                    .map_or_else(|| "its load balancer".to_owned(), |one| path_of(&one)),
                answer: answer(environment, &resource, resource.property("DefaultActions")),
            })
            .collect();
        Self { rules, listeners }
    }

    fn rule(&self, resource: &Resource<'_>) -> Option<&Rule<'a>> {
        self.rules
            .iter()
            .find(|rule| is_same(&rule.resource, resource))
    }

    /// Who answers a request on a listener: the first rule that takes it, or the default action.
    fn answerer(&self, listener: &str, (host, path): &(String, String)) -> String {
        let mut taking: Vec<&Rule<'_>> = self
            .rules
            .iter()
            .filter(|rule| rule.listener == listener && rule.takes(host, path))
            .collect();
        taking.sort_by_key(|rule| rule.priority);
        let default = || {
            let listener = self.listeners.iter().find(|one| one.path == listener);
            listener.map_or_else(|| "nothing".to_owned(), |one| one.answer.clone())
        };
        taking
            .first()
            .map_or_else(default, |rule| rule.destination.clone())
    }

    /// A rule that takes every request of another one first.
    fn shadow(&self, of: &Rule<'_>) -> Option<&Rule<'a>> {
        self.rules.iter().find(|rule| {
            rule.listener == of.listener
                && !is_same(&rule.resource, &of.resource)
                && rule.priority < of.priority
                && rule.covers(of)
        })
    }
}

impl<'a> Rule<'a> {
    fn of(environment: &'a Environment, resource: Resource<'a>) -> Self {
        let (mut hosts, mut paths, mut others) = (Vec::new(), Vec::new(), Vec::new());
        let conditions = resource.property("Conditions").and_then(Value::as_array);
        for condition in conditions.into_iter().flatten() {
            let field = condition.get("Field").and_then(Value::as_str);
            let values = |config: &str| {
                let below = condition
                    .get(config)
                    .and_then(|config| config.get("Values"));
                texts(below.or_else(|| condition.get("Values")))
            };
            match field {
                Some("host-header") => hosts.extend(values("HostHeaderConfig")),
                Some("path-pattern") => paths.extend(values("PathPatternConfig")),
                _ => others.push(render(condition)),
            }
        }
        let listener = resource
            .property("ListenerArn")
            .map(|value| match environment.target(resource.stack, value) {
                Some(target) => path_of(&target),
                None => text(value),
            })
            .unwrap_or_default();
        Self {
            resource,
            listener,
            hosts: or_any(hosts, "*"),
            paths: or_any(paths, "/*"),
            others,
            priority: count(resource.property("Priority")).unwrap_or(u32::MAX),
            destination: answer(environment, &resource, resource.property("Actions")),
        }
    }

    /// The names and paths it takes requests for.
    fn requests(&self) -> Vec<(String, String)> {
        self.hosts
            .iter()
            .flat_map(|host| self.paths.iter().map(|path| (host.clone(), path.clone())))
            .collect()
    }

    fn takes(&self, host: &str, path: &str) -> bool {
        self.others.is_empty()
            && self.hosts.iter().any(|pattern| matches(pattern, host))
            && self.paths.iter().any(|pattern| matches(pattern, path))
    }

    /// Whether it takes every request that another one takes.
    fn covers(&self, other: &Self) -> bool {
        other
            .requests()
            .iter()
            .all(|(host, path)| self.takes(host, path))
    }
}

fn or_any(patterns: Vec<String>, any: &str) -> Vec<String> {
    if patterns.is_empty() {
        vec![any.to_owned()]
    } else {
        patterns
    }
}

/// Whether a pattern with `*` and `?` takes a text, which may be a pattern, too.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (
        pattern.to_lowercase().chars().collect(),
        text.to_lowercase().chars().collect(),
    );
    // What the pattern's beginnings take of the text so far.
    let mut taken = vec![false; pattern.len() + 1];
    taken[0] = true;
    for (index, letter) in pattern.iter().enumerate() {
        if *letter != '*' {
            break;
        }
        taken[index + 1] = true;
    }
    for character in text {
        let mut next = vec![false; pattern.len() + 1];
        for (index, letter) in pattern.iter().enumerate() {
            next[index + 1] = match letter {
                '*' => next[index] || taken[index + 1] || taken[index],
                '?' => taken[index],
                letter => taken[index] && *letter == character,
            };
        }
        taken = next;
    }
    taken.last().copied().unwrap_or(false)
}

/// `www.lemonade.example`, with the path where it is not every path.
fn shown((host, path): &(String, String)) -> String {
    let host = if host == "*" { "any name" } else { host };
    if path == "/*" {
        host.to_owned()
    } else {
        format!("{host}{path}")
    }
}

/// Who answers by a list of actions.
fn answer(environment: &Environment, of: &Resource<'_>, actions: Option<&Value>) -> String {
    let actions = actions.and_then(Value::as_array);
    let answers: Vec<String> = actions
        .into_iter()
        .flatten()
        .map(|action| answer_of(environment, of, action))
        .collect();
    if answers.is_empty() {
        "nothing".to_owned()
    } else {
        answers.join(", then ")
    }
}

fn answer_of(environment: &Environment, of: &Resource<'_>, action: &Value) -> String {
    let config = |name: &str, entry: &str| action.get(name)?.get(entry).map(text);
    match action.get("Type").and_then(Value::as_str) {
        Some("forward") => {
            let mut groups: Vec<&Value> = action.get("TargetGroupArn").into_iter().collect();
            let weighted = action.pointer("/ForwardConfig/TargetGroups");
            groups.extend(
                weighted
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .filter_map(|one| one.get("TargetGroupArn")),
            );
            let names: Vec<String> = groups
                .into_iter()
                .map(|group| application(environment, of, group))
                .collect();
            listed(&names)
        }
        Some("redirect") => {
            let part = |name: &str, default: &str| {
                config("RedirectConfig", name).unwrap_or_else(|| default.to_owned())
            };
            format!(
                "a redirect ({}) to {}://{}:{}{}",
                part("StatusCode", "HTTP_302"),
                part("Protocol", "#{protocol}").to_lowercase(),
                part("Host", "#{host}"),
                part("Port", "#{port}"),
                part("Path", "/#{path}")
            )
        }
        Some("fixed-response") => {
            let status = config("FixedResponseConfig", "StatusCode").unwrap_or_default();
            format!("the answer {status}")
        }
        Some(other) => other.to_owned(),
        None => "nothing".to_owned(),
    }
}

/// The application behind a target group.
fn application(environment: &Environment, of: &Resource<'_>, group: &Value) -> String {
    let Some(target) = environment.target(of.stack, group) else {
        return text(group);
    };
    services(environment)
        .into_iter()
        .find(|service| {
            service
                .target_group
                .is_some_and(|one| is_same(&one, &target))
        })
        .map_or_else(|| path_of(&target), |service| service.name)
}

/// Rules that come, go, or take other requests.
fn rules(change: &Change<'_>, before: &Entry<'_>, after: &Entry<'_>) -> Vec<Consequence> {
    let mut found = Vec::new();
    let mut new_stacks: Vec<&Rule<'_>> = Vec::new();
    for rule in &after.rules {
        match before.rule(&rule.resource) {
            Some(old) => found.extend(changed(change, (before, old), (after, rule))),
            None if change.before.stacks().contains_key(rule.resource.stack) => {
                found.extend(gains(change, before, rule, &rule.requests()));
            }
            None => new_stacks.push(rule),
        }
    }
    found.extend(applications(change, before, &new_stacks));
    for old in &before.rules {
        if after.rule(&old.resource).is_none() {
            found.extend(loses(change, after, old, &old.resource, &old.requests()));
        }
    }
    found
}

/// The rules of new stacks, as one.
fn applications(
    change: &Change<'_>,
    before: &Entry<'_>,
    rules: &[&Rule<'_>],
) -> Option<Consequence> {
    let first = rules.first()?;
    let taken = rules.iter().any(|rule| {
        rule.requests().iter().any(|(host, path)| {
            before
                .rules
                .iter()
                .any(|old| old.listener == rule.listener && old.takes(host, path))
        })
    });
    let routes: Vec<String> = rules
        .iter()
        .map(|rule| {
            let requests: Vec<String> = rule.requests().iter().map(shown).collect();
            format!("{} to {}", listed(&requests), rule.destination)
        })
        .collect();
    let text = format!("sends requests for {}", listed(&routes));
    let (weight, text) = if taken {
        (
            Weight::Notable,
            format!("{text}; another application answered some of them until now"),
        )
    } else {
        (Weight::Minor, text)
    };
    let told = change.tell(&first.resource, weight, Kind::Behaviour, text);
    Some(Consequence {
        subjects: rules
            .iter()
            .map(|rule| {
                change
                    .after
                    .subject(rule.resource.stack, rule.resource.logical_id)
            })
            .collect(),
        ..told
    })
}

fn changed(
    change: &Change<'_>,
    (before, old): (&Entry<'_>, &Rule<'_>),
    (after, new): (&Entry<'_>, &Rule<'_>),
) -> Vec<Consequence> {
    let mut found = Vec::new();
    let (was, is) = (old.requests(), new.requests());
    let lost: Vec<_> = was
        .iter()
        .filter(|one| !is.contains(one))
        .cloned()
        .collect();
    let gained: Vec<_> = is
        .iter()
        .filter(|one| !was.contains(one))
        .cloned()
        .collect();
    let pair = (&old.resource, &new.resource);
    let of = |property: &str, told: Consequence| change.of_property(pair, property, told);
    let list = |requests: &[(String, String)]| {
        let requests: Vec<String> = requests.iter().map(shown).collect();
        Some(listed(&requests))
    };
    let conditions = |told: Consequence| Consequence {
        from: list(&was),
        to: list(&is),
        ..of("Conditions", told)
    };
    if !lost.is_empty() {
        let told = loses(change, after, old, &new.resource, &lost);
        found.extend(told.map(conditions));
    }
    if !gained.is_empty() {
        let told = gains(change, before, new, &gained);
        found.extend(told.map(conditions));
    }
    if old.others != new.others {
        let text = format!(
            "takes requests by other conditions: those that no longer meet them get {}",
            default_of(after, &new.listener)
        );
        let told = change.tell(&new.resource, Weight::Notable, Kind::Behaviour, text);
        found.push(of("Conditions", told));
    }
    if old.destination != new.destination {
        let requests: Vec<String> = is.iter().map(shown).collect();
        let text = format!(
            "requests for {} go to {} instead of {}",
            listed(&requests),
            new.destination,
            old.destination
        );
        let told = change.tell(&new.resource, Weight::Severe, Kind::Behaviour, text);
        found.push(of("Actions", told));
    } else if differs(&old.resource, &new.resource, "Actions") {
        let text = "answers its requests with other settings".to_owned();
        let told = change.tell(&new.resource, Weight::Notable, Kind::Behaviour, text);
        found.push(of("Actions", told));
    }
    if old.priority != new.priority {
        let (lower, upper) = (
            old.priority.min(new.priority),
            old.priority.max(new.priority),
        );
        let passed: Vec<String> = after
            .rules
            .iter()
            .filter(|rule| {
                rule.listener == new.listener
                    && !is_same(&rule.resource, &new.resource)
                    && (lower..=upper).contains(&rule.priority)
                    && rule
                        .requests()
                        .iter()
                        .any(|(host, path)| new.takes(host, path) || overlaps(new, host, path))
            })
            .map(|rule| rule.destination.clone())
            .collect();
        let (weight, text) = if passed.is_empty() {
            (
                Weight::Minor,
                "is evaluated at another place; no rule that it passes takes the same requests"
                    .to_owned(),
            )
        } else {
            (
                Weight::Notable,
                format!(
                    "is evaluated {} the rule of {}: requests that both take go to {}",
                    if new.priority < old.priority {
                        "before"
                    } else {
                        "after"
                    },
                    listed(&passed),
                    if new.priority < old.priority {
                        new.destination.clone()
                    } else {
                        listed(&passed)
                    }
                ),
            )
        };
        let told = change.tell(&new.resource, weight, Kind::Behaviour, text);
        found.push(of("Priority", told));
    }
    found
}

/// Whether a pattern of a rule lies within another's host and path.
fn overlaps(rule: &Rule<'_>, host: &str, path: &str) -> bool {
    rule.requests()
        .iter()
        .any(|(own_host, own_path)| matches(host, own_host) && matches(path, own_path))
}

fn default_of(entry: &Entry<'_>, listener: &str) -> String {
    let listener = entry.listeners.iter().find(|one| one.path == listener);
    listener.map_or_else(|| "nothing".to_owned(), |one| one.answer.clone())
}

/// A rule no longer takes some requests: who answers them now.
fn loses(
    change: &Change<'_>,
    after: &Entry<'_>,
    old: &Rule<'_>,
    subject: &Resource<'_>,
    lost: &[(String, String)],
) -> Option<Consequence> {
    let now = after.answerer(&old.listener, lost.first()?);
    let names: Vec<String> = lost.iter().map(shown).collect();
    if now == old.destination {
        return None;
    }
    // What is left of them, where the rule takes some only.
    let kept: Vec<String> = after
        .rule(subject)
        .map(Rule::requests)
        .unwrap_or_default()
        .iter()
        .filter(|request| {
            let (host, path) = request;
            old.takes(host, path) && old.destination == after.answerer(&old.listener, request)
        })
        .map(shown)
        .collect();
    let but = if kept.is_empty() {
        String::new()
    } else {
        format!(" other than {}", listed(&kept))
    };
    let text = format!(
        "requests for {}{but} no longer go to {}: they get {now}",
        listed(&names),
        old.destination
    );
    Some(change.tell(subject, Weight::Severe, Kind::Interruption, text))
}

/// A rule takes more requests: who answered them until now.
fn gains(
    change: &Change<'_>,
    before: &Entry<'_>,
    new: &Rule<'_>,
    gained: &[(String, String)],
) -> Option<Consequence> {
    let until_now = before.answerer(&new.listener, gained.first()?);
    let names: Vec<String> = gained.iter().map(shown).collect();
    if until_now == new.destination {
        return None;
    }
    let text = format!(
        "requests for {} go to {}; until now they got {until_now}",
        listed(&names),
        new.destination
    );
    let exposed = new.others.is_empty();
    let kind = if exposed {
        Kind::Exposure
    } else {
        Kind::Behaviour
    };
    Some(change.tell(&new.resource, Weight::Notable, kind, text))
}

/// Rules that no longer get a request, since another takes all of theirs first; and those that get some again.
fn shadows(change: &Change<'_>, before: &Entry<'_>, after: &Entry<'_>) -> Vec<Consequence> {
    let mut found = Vec::new();
    for rule in &after.rules {
        let old = before.rule(&rule.resource);
        let was = old.and_then(|old| before.shadow(old));
        let names: Vec<String> = rule.requests().iter().map(shown).collect();
        match (was, after.shadow(rule)) {
            (None, Some(by)) => {
                let text = format!(
                    "gets no request: the rule of {} (priority {}) takes all for {} before this one of {} (priority {})",
                    by.destination,
                    by.priority,
                    listed(&names),
                    rule.destination,
                    rule.priority
                );
                found.push(change.tell(&rule.resource, Weight::Severe, Kind::Interruption, text));
            }
            (Some(by), None) => {
                let text = format!(
                    "gets requests for {}, which {} took before it",
                    listed(&names),
                    by.destination
                );
                found.push(change.tell(&rule.resource, Weight::Notable, Kind::Behaviour, text));
            }
            _ => {}
        }
    }
    found
}

/// Listeners that come, go, or answer otherwise what no rule takes.
fn listeners(change: &Change<'_>, before: &Entry<'_>, after: &Entry<'_>) -> Vec<Consequence> {
    let mut found = Vec::new();
    let port = |one: &Resource<'_>| one.property("Port").map(text).unwrap_or_default();
    for new in &after.listeners {
        let Some(old) = before.listeners.iter().find(|one| one.path == new.path) else {
            let text = format!(
                "answers on port {}, for requests without a rule with {}",
                port(&new.resource),
                new.answer
            );
            found.push(change.tell(&new.resource, Weight::Notable, Kind::Exposure, text));
            continue;
        };
        if !differs(&old.resource, &new.resource, "DefaultActions") {
            continue;
        }
        let plain = new.resource.text("Protocol") == Some("HTTP");
        let redirected = old.answer.starts_with("a redirect");
        let redirects = new.answer.starts_with("a redirect");
        let (weight, kind, what) = match (plain, redirected, redirects) {
            (true, true, false) => (
                Weight::Severe,
                Kind::Exposure,
                "passwords and cookies may cross the internet unencrypted",
            ),
            (_, true, true) => (
                Weight::Notable,
                Kind::Behaviour,
                "browsers keep a permanent redirect (HTTP_301) for long",
            ),
            (_, false, true) => (
                Weight::Notable,
                Kind::Behaviour,
                "clients that don't follow redirects fail",
            ),
            _ => (
                Weight::Notable,
                Kind::Behaviour,
                "these are requests for names that no application has, scanners among them",
            ),
        };
        let text = format!(
            "port {} answers what no rule takes with {} instead of {}: {what}",
            port(&new.resource),
            new.answer,
            old.answer
        );
        let told = change.tell(&new.resource, weight, kind, text);
        found.push(change.of_property((&old.resource, &new.resource), "DefaultActions", told));
    }
    for old in &before.listeners {
        if !after.listeners.iter().any(|one| one.path == old.path) {
            let text = format!(
                "port {} of {} answers no more: its clients are refused",
                port(&old.resource),
                old.balancer
            );
            found.push(change.tell(&old.resource, Weight::Severe, Kind::Interruption, text));
        }
    }
    found
}

/// The oldest version of TLS that a security policy offers, in tenths.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html>
fn oldest_tls(policy: &str) -> Option<u32> {
    let name = policy.strip_prefix("ELBSecurityPolicy-")?;
    let version = |part: &str| match part {
        "0" => Some(10),
        "1" => Some(11),
        "2" => Some(12),
        "3" => Some(13),
        _ => None,
    };
    let after = ["TLS13-1-", "TLS-1-", "FS-1-"]
        .iter()
        .find_map(|start| name.strip_prefix(start));
    match after {
        Some(rest) => version(rest.split('-').next()?),
        // Those with nothing but a year: 2016-08, FS-2018-06.
        None => name
            .trim_start_matches("FS-")
            .starts_with("20")
            .then_some(10),
    }
}

/// Security policies that offer older versions of TLS, or no longer do.
fn tls_policies(change: &Change<'_>) -> Vec<Consequence> {
    change
        .pairs("AWS::ElasticLoadBalancingV2::Listener")
        .filter(|(before, after)| differs(before, after, "SslPolicy"))
        .map(|(before, after)| {
            let oldest = |one: &Resource<'_>| oldest_tls(one.text("SslPolicy")?);
            let version = |tenths: u32| format!("TLS 1.{}", tenths % 10);
            let (weight, kind, text) = match (oldest(&before), oldest(&after)) {
                (Some(old), Some(new)) if new < old => (
                    Weight::Severe,
                    Kind::Protection,
                    format!(
                        "accepts {} again, where {} was the least: connections of old clients, and of attackers who force it, are weakly encrypted",
                        version(new),
                        version(old)
                    ),
                ),
                (Some(old), Some(new)) if new > old => (
                    Weight::Notable,
                    Kind::Interruption,
                    format!(
                        "refuses clients that speak no {}, where {} was enough",
                        version(new),
                        version(old)
                    ),
                ),
                _ => (
                    Weight::Notable,
                    Kind::Protection,
                    "offers other ciphers: some clients may no longer connect".to_owned(),
                ),
            };
            let told = change.tell(&after, weight, kind, text);
            change.of_property((&before, &after), "SslPolicy", told)
        })
        .collect()
}

fn names(certificate: &Resource<'_>) -> Vec<String> {
    let mut names: Vec<String> = certificate
        .text("DomainName")
        .map(ToOwned::to_owned)
        .into_iter()
        .collect();
    names.extend(texts(certificate.property("SubjectAlternativeNames")));
    names
}

/// Whether a certificate's name covers another: `*` stands for one label.
/// <https://docs.aws.amazon.com/acm/latest/userguide/acm-concepts.html>
fn covers(name: &str, host: &str) -> bool {
    name.eq_ignore_ascii_case(host)
        || name.strip_prefix("*.").is_some_and(|domain| {
            host.split_once('.')
                .is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(domain))
        })
}

/// Names that certificates gain or lose.
fn certificates(change: &Change<'_>, after: &Entry<'_>) -> Vec<Consequence> {
    let mut found = Vec::new();
    for (before, new) in change.pairs("AWS::CertificateManager::Certificate") {
        let (was, is) = (names(&before), names(&new));
        let lacks = |names: &[String], name: &String| !names.iter().any(|one| covers(one, name));
        let lost: Vec<String> = was
            .iter()
            .filter(|name| lacks(&is, name))
            .cloned()
            .collect();
        let gained: Vec<String> = is
            .iter()
            .filter(|name| lacks(&was, name))
            .cloned()
            .collect();
        let property = if before.property("DomainName") == new.property("DomainName") {
            "SubjectAlternativeNames"
        } else {
            "DomainName"
        };
        if !lost.is_empty() {
            let served: Vec<String> = after
                .rules
                .iter()
                .filter(|rule| {
                    rule.hosts
                        .iter()
                        .any(|host| lost.iter().any(|name| covers(name, host)) && lacks(&is, host))
                })
                .map(|rule| rule.destination.clone())
                .collect();
            let mut text = format!(
                "no longer holds {}: browsers refuse connections to {}",
                listed(&lost),
                if lost.len() == 1 { "it" } else { "them" }
            );
            if !served.is_empty() {
                text += &format!(", which cuts off {}", listed(&served));
            }
            let told = change.tell(&new, Weight::Severe, Kind::Interruption, text);
            found.push(change.of_property((&before, &new), property, told));
        }
        if !gained.is_empty() {
            let text = format!("also holds {}", listed(&gained));
            let told = change.tell(&new, Weight::Minor, Kind::Behaviour, text);
            found.push(change.of_property((&before, &new), property, told));
        }
    }
    found
}

fn record_name(record: &Resource<'_>) -> String {
    record
        .property("Name")
        .map(text)
        .unwrap_or_default()
        .trim_end_matches('.')
        .to_owned()
}

/// Whether a record answers for a host: `*` stands for one or more labels.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html>
fn resolves(record: &str, host: &str) -> bool {
    record.eq_ignore_ascii_case(host)
        || record.strip_prefix('*').is_some_and(|rest| {
            host.len() > rest.len() && host.to_lowercase().ends_with(&rest.to_lowercase())
        })
}

/// Names that resolve elsewhere, or no more.
fn records(change: &Change<'_>) -> Vec<Consequence> {
    const RECORD: &str = "AWS::Route53::RecordSet";
    let mut found = Vec::new();
    for (before, after) in change.pairs(RECORD) {
        let (old, new) = (record_name(&before), record_name(&after));
        if old != new {
            let text = format!("{new} resolves, and {old} no longer does by this record");
            let told = change.tell(&after, Weight::Severe, Kind::Interruption, text);
            found.push(change.of_property((&before, &after), "Name", told));
        }
        for property in ["AliasTarget.DNSName", "ResourceRecords"] {
            let pointer = property.replace('.', "/");
            let (from, to) = (before.property(&pointer), after.property(&pointer));
            if !differs(&before, &after, property) {
                continue;
            }
            let text = format!(
                "sends clients of {new} to {} instead of {}; resolvers give out the old answer until it expires",
                to.map_or("nothing".to_owned(), short),
                from.map_or("nothing".to_owned(), short)
            );
            let told = change.tell(&after, Weight::Notable, Kind::Interruption, text);
            found.push(change.of_property((&before, &after), property, told));
        }
    }
    for old in change.before.of_type(RECORD) {
        let gone = change.after.resource(old.stack, old.logical_id).is_none();
        let name = record_name(&old);
        let others: Vec<String> = change
            .after
            .of_type(RECORD)
            .map(|one| record_name(&one))
            .collect();
        if !gone || others.contains(&name) {
            continue;
        }
        let (weight, text) = match others.iter().find(|one| resolves(one, &name)) {
            Some(other) => (
                Weight::Notable,
                format!("{name} resolves by {other} from now on"),
            ),
            None => (
                Weight::Severe,
                format!("{name} no longer resolves: clients can't reach what is served under it"),
            ),
        };
        found.push(change.tell(&old, weight, Kind::Interruption, text));
    }
    for new in change.after.of_type(RECORD) {
        let known = change
            .before
            .of_type(RECORD)
            .any(|one| record_name(&one) == record_name(&new));
        if !known
            && change.before.resource(new.stack, new.logical_id).is_none()
            && change.before.stacks().contains_key(new.stack)
        {
            let text = format!("{} resolves from now on", record_name(&new));
            found.push(change.tell(&new, Weight::Minor, Kind::Exposure, text));
        }
    }
    found
}

/// Hosts of rules that no certificate holds, or no record resolves, and that were.
fn uncovered(change: &Change<'_>, before: &Entry<'_>, after: &Entry<'_>) -> Vec<Consequence> {
    let mut found = Vec::new();
    let held = |environment: &Environment, host: &str| {
        environment
            .of_type("AWS::CertificateManager::Certificate")
            .any(|one| names(&one).iter().any(|name| covers(name, host)))
    };
    let resolved = |environment: &Environment, host: &str| {
        environment
            .of_type("AWS::Route53::RecordSet")
            .any(|one| resolves(&record_name(&one), host))
    };
    for rule in &after.rules {
        let old = before.rule(&rule.resource);
        for host in rule.hosts.iter().filter(|host| !host.contains(['*', '!'])) {
            let had = old.is_some_and(|old| old.hosts.contains(host));
            let was = |holds: bool| had && !holds;
            // A certificate that stays and loses the name tells of it itself.
            let told = change
                .pairs("AWS::CertificateManager::Certificate")
                .any(|(before, _)| names(&before).iter().any(|name| covers(name, host)));
            let known = held(change.after, host) || was(held(change.before, host)) || had && told;
            if !known {
                let text = format!(
                    "no certificate of this environment holds {host}: browsers refuse connections to {}",
                    rule.destination
                );
                found.push(change.tell(&rule.resource, Weight::Severe, Kind::Interruption, text));
            }
            if !resolved(change.after, host) && !was(resolved(change.before, host)) {
                let text = format!(
                    "no record of this environment resolves {host}: {} isn't reached under it unless another one does",
                    rule.destination
                );
                found.push(change.tell(&rule.resource, Weight::Notable, Kind::Interruption, text));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_texts_and_other_patterns() {
        let cases = [
            ("*", "anything", true),
            ("*.a.example", "www.a.example", true),
            ("*.a.example", "a.example", false),
            ("/api/*", "/api/v1/*", true),
            ("/api/v1/*", "/api/*", false),
            ("/*", "/", true),
            ("/?", "/x", true),
            ("/?", "/", false),
            ("WWW.example", "www.EXAMPLE", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn the_oldest_tls_of_a_policy_is_in_its_name() {
        let cases = [
            ("ELBSecurityPolicy-2016-08", Some(10)),
            ("ELBSecurityPolicy-TLS-1-2-Ext-2018-06", Some(12)),
            ("ELBSecurityPolicy-FS-2018-06", Some(10)),
            ("ELBSecurityPolicy-FS-1-2-2019-08", Some(12)),
            ("ELBSecurityPolicy-TLS13-1-0-2021-06", Some(10)),
            ("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", Some(12)),
            ("ELBSecurityPolicy-TLS13-1-3-2021-06", Some(13)),
            ("Another", None),
        ];
        for (policy, oldest) in cases {
            assert_eq!(oldest_tls(policy), oldest, "{policy}");
        }
    }

    #[test]
    fn a_wildcard_certificate_holds_one_label() {
        assert!(covers("*.a.example", "www.a.example"));
        assert!(!covers("*.a.example", "x.www.a.example"));
        assert!(!covers("*.a.example", "a.example"));
        assert!(resolves("*.a.example", "x.www.a.example"));
    }
}
