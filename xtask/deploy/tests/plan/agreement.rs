//! The planner and the emulator ask the same service rules: what a plan blocks is refused when it is deployed all
//! the same, what it passes is not, and who follows its advice comes to the end.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::Capability;
use common::environment::EnvironmentName;
use deploy::next_step::Situation;
use deploy::plan::{Finding, FindingCode, Operation, Plan, Request, Severity};
use emulator::api::{Action, Answer, Caller, OnFailure, Target, TemplateInput};
use emulator::{Cloud as Emulator, Options};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::{Cloud, Deployed, StackText, assembly, planned, stack_name};

const ENVIRONMENT: EnvironmentName = EnvironmentName::Staging;

/// The findings that are about services.
const CODES: [FindingCode; 4] = [
    FindingCode::UniqueTaken,
    FindingCode::AttachedElsewhere,
    FindingCode::PrerequisiteMissing,
    FindingCode::DeletionRefused,
];

/// Stacks by id, each with its resources.
type Stacks = Vec<(&'static str, Value)>;

fn caller() -> Caller {
    Caller {
        account: "444455556666".to_owned(),
        region: "eu-west-1".to_owned(),
    }
}

fn texts(stacks: &Stacks) -> BTreeMap<String, StackText> {
    stacks
        .iter()
        .map(|(id, resources)| {
            let resources = resources.as_object().unwrap().clone();
            let mut text = StackText {
                resources: resources.into_iter().collect(),
                ..StackText::default()
            };
            // `Exported` and the like are exported, under their own names.
            let exported = text
                .resources
                .keys()
                .filter(|id| id.starts_with("Exported"));
            text.exports = exported
                .map(|id| (id.clone(), format!("!Ref {id}").into()))
                .collect();
            (id.to_string(), text)
        })
        .collect()
}

/// An environment that is deployed to the emulator, and what the planner sees of it.
#[derive(Clone)]
struct Environment {
    emulator: Emulator,
    seen: Cloud,
}

impl Environment {
    /// With these stacks, in this order; none where one of them is refused.
    fn with(stacks: &Stacks) -> Option<Self> {
        let mut environment = Self {
            emulator: Emulator::new(Options::default()),
            seen: Cloud::default(),
        };
        for (id, text) in in_order(stacks) {
            if !environment.put(&id, &text).is_empty() {
                return None;
            }
        }
        Some(environment)
    }

    fn plan(&self, stacks: &Stacks) -> Plan {
        let assembly = assembly(ENVIRONMENT, &texts(stacks));
        let mut request = Request {
            prune: true,
            ..Request::default()
        };
        loop {
            let (plan, _) = planned(&self.seen, &assembly, &request, false);
            let more: BTreeSet<_> = plan
                .findings
                .iter()
                .filter(|finding| {
                    finding.severity == Severity::Acknowledge && !finding.acknowledged
                })
                .map(Finding::acknowledgement)
                .collect();
            if more.is_empty() {
                return plan;
            }
            request.acknowledged.extend(more);
        }
    }

    /// Creates or updates a stack, and gives the failures.
    fn put(&mut self, id: &str, text: &StackText) -> Vec<String> {
        let deployed = Deployed::of(ENVIRONMENT, id, text);
        let target = Target {
            stack: deployed.name.to_string(),
            template: TemplateInput::Body(deployed.template.to_string()),
            parameters: Vec::new(),
            capabilities: vec![Capability::Iam, Capability::NamedIam],
            tags: None,
            role: None,
            token: None,
            notification_arns: None,
        };
        let is_there = self.seen.stacks.contains_key(&deployed.name);
        let action = if is_there {
            Action::UpdateStack {
                target,
                disable_rollback: false,
                policy: None,
                policy_during_update: None,
            }
        } else {
            Action::CreateStack {
                target,
                on_failure: OnFailure::RollBack,
                termination_protection: false,
                policy: None,
            }
        };
        let before = self.failures(deployed.name.as_str()).len();
        self.call(&action);
        let failures = self.failures(deployed.name.as_str()).split_off(before);
        if failures.is_empty() {
            self.seen.put(deployed);
        }
        failures
    }

    fn delete(&mut self, id: &str) -> Vec<String> {
        let name = stack_name(ENVIRONMENT, id);
        self.call(&Action::DeleteStack {
            stack: name.to_string(),
            retain: Vec::new(),
            role: None,
            token: None,
        });
        let failures = self.failures(name.as_str());
        if failures.is_empty() {
            self.seen.stacks.remove(&name);
        }
        failures
    }

    fn call(&mut self, action: &Action) {
        let now = self.emulator.settle();
        self.emulator.call(now, &caller(), action).unwrap();
        self.emulator.settle();
    }

    /// What handlers refused, oldest first.
    fn failures(&mut self, stack: &str) -> Vec<String> {
        let now = self.emulator.settle();
        let mut found = Vec::new();
        let mut next = None;
        loop {
            let action = Action::DescribeStackEvents {
                stack: stack.to_owned(),
                next,
            };
            let Ok(Answer::Events(page)) = self.emulator.call(now, &caller(), &action) else {
                return found;
            };
            let failed = page.items.into_iter().filter(|event| {
                let cancelled = ["Resource creation cancelled", "Resource update cancelled"];
                event.status.as_str().ends_with("_FAILED")
                    && event.logical_id.as_str() != stack
                    && !cancelled.contains(&event.reason.as_deref().unwrap_or_default())
            });
            found.extend(failed.map(|event| {
                format!("{}: {}", event.logical_id, event.reason.unwrap_or_default())
            }));
            next = page.next;
            if next.is_none() {
                found.reverse();
                return found;
            }
        }
    }

    /// Deploys all of it, whatever a plan says, each stack once: the first failures.
    fn deploy_regardless(&mut self, stacks: &Stacks) -> Vec<String> {
        let plan = self.plan(stacks);
        let order = plan.steps.iter().map(|step| step.stack.clone());
        let mut order: Vec<_> = order.collect();
        order.dedup();
        // What is blocked has no step.
        let texts = texts(stacks);
        let blocked = plan.stacks.iter().map(|stack| stack.name.clone());
        let rest: Vec<_> = blocked.filter(|name| !order.contains(name)).collect();
        order.extend(rest);
        for name in order {
            let text = texts
                .iter()
                .find(|(id, _)| stack_name(ENVIRONMENT, id) == name);
            let failures = match text {
                Some((id, text)) if self.differs(id, text) => self.put(id, text),
                Some(_) => Vec::new(),
                None => {
                    let id = name.as_str().trim_start_matches("lemonade-staging-");
                    self.delete(id)
                }
            };
            if !failures.is_empty() {
                return failures;
            }
        }
        Vec::new()
    }

    fn differs(&self, id: &str, text: &StackText) -> bool {
        let deployed = Deployed::of(ENVIRONMENT, id, text);
        let now = self.seen.stacks.get(&deployed.name);
        now.is_none_or(|now| now.template != deployed.template)
    }

    /// Deploys as a plan says that nothing blocks.
    #[track_caller]
    fn deploy(&mut self, stacks: &Stacks) {
        let plan = self.plan(stacks);
        assert!(!plan.is_blocked(), "{plan}");
        for step in &plan.steps {
            assert!(
                !matches!(step.operation, Operation::Recover { .. }),
                "{plan}"
            );
        }
        let failures = self.deploy_regardless(stacks);
        assert!(failures.is_empty(), "{failures:#?}\nafter\n{plan}");
        assert!(self.plan(stacks).is_empty());
    }
}

/// Stacks after those that they import from: those that export come first.
fn in_order(stacks: &Stacks) -> Vec<(String, StackText)> {
    let texts = texts(stacks);
    let order = stacks.iter().map(|(id, _)| (*id).to_owned());
    order.map(|id| (id.clone(), texts[&id].clone())).collect()
}

fn of_services(plan: &Plan) -> impl Iterator<Item = &Finding> {
    let findings = plan.findings.iter();
    findings.filter(|finding| CODES.contains(&finding.code))
}

/// One finding: where it comes from, what the service says, and the definitions that its advice leads to.
struct Story {
    before: Stacks,
    after: Stacks,
    code: FindingCode,
    /// What the service says when it is deployed all the same.
    says: &'static str,
    help: String,
    /// Each is deployed, and nothing blocks it.
    way: Vec<Stacks>,
}

impl Story {
    #[track_caller]
    fn check(self) {
        let environment = Environment::with(&self.before).unwrap();
        let plan = environment.plan(&self.after);
        let blocking = of_services(&plan).find(|one| one.severity == Severity::Block);
        let blocking = blocking.unwrap_or_else(|| panic!("nothing blocks\n{plan}"));
        assert_eq!(blocking.code, self.code, "{plan}");
        assert_eq!(blocking.hint.as_deref(), Some(self.help.as_str()), "{plan}");
        let failures = environment.clone().deploy_regardless(&self.after);
        assert!(
            failures.iter().any(|failure| failure.contains(self.says)),
            "{failures:#?}"
        );
        let mut environment = environment;
        for step in &self.way {
            environment.deploy(step);
        }
    }
}

const GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

fn group() -> Value {
    json!({"Type": GROUP, "Properties": {"Port": 80, "Protocol": "HTTP", "VpcId": "vpc-1"}})
}

fn forwarding(group: &str) -> Value {
    json!([{"Type": "forward", "TargetGroupArn": format!("!Ref {group}")}])
}

fn balancer(scheme: &str, protection: bool) -> Value {
    json!({"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "DeletionPolicy": "Delete", "Properties": {
        "Scheme": scheme, "Subnets": ["subnet-1", "subnet-2"], "LoadBalancerAttributes": [
            {"Key": "deletion_protection.enabled", "Value": protection.to_string()}]}})
}

fn listener(balancer: &str, port: u32, group: &str) -> Value {
    json!({"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {
        "LoadBalancerArn": format!("!Ref {balancer}"), "Port": port, "Protocol": "HTTP",
        "DefaultActions": forwarding(group)}})
}

const RULED: &str = "arn:aws:elasticloadbalancing:eu-west-1:444455556666:listener/app/a/1/2";

fn rule(priority: u32) -> Value {
    json!({"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": {
        "ListenerArn": RULED, "Priority": priority,
        "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
        "Conditions": [{"Field": "path-pattern", "Values": ["/"]}]}})
}

fn service(group: &str, depends_on: &[&str]) -> Value {
    json!({"Type": "AWS::ECS::Service", "DependsOn": depends_on, "Properties": {
        "Cluster": "main", "TaskDefinition": "web", "LoadBalancers": [
            {"ContainerName": "web", "ContainerPort": 80, "TargetGroupArn": format!("!Ref {group}")}]}})
}

fn log_group(name: &str) -> Value {
    json!({"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Delete", "Properties": {"LogGroupName": name}})
}

fn topic() -> Value {
    json!({"Type": "AWS::SNS::Topic"})
}

/// A service whose target group no listener uses.
#[test]
fn a_need_that_is_not_met() {
    let entry = |with: Value| {
        let mut resources = json!({
            "Balancer": balancer("internal", false), "Group": group(), "Spare": group(),
            "Listener": listener("Balancer", 80, "Spare"),
        });
        for (id, resource) in with.as_object().unwrap() {
            resources[id] = resource.clone();
        }
        vec![("entry", resources)]
    };
    let row = service_rules::rows().find(|row| row.id == "service-target-group");
    Story {
        before: entry(json!({})),
        after: entry(json!({"Service": service("Group", &[])})),
        code: FindingCode::PrerequisiteMissing,
        says: "does not have an associated load balancer",
        help: Situation::PrerequisiteMissing {
            needs: &row.unwrap().rule.in_words(),
        }
        .to_string(),
        way: vec![entry(json!({
            "Other": listener("Balancer", 81, "Group"), "Service": service("Group", &["Other"]),
        }))],
    }
    .check();
}

/// The same where the listener is made at the same time: the plan warns, and its advice orders them.
#[test]
fn a_need_that_nothing_waits_for() {
    let entry = |depends_on: &[&str]| {
        vec![(
            "entry",
            json!({
                "Balancer": balancer("internal", false), "Group": group(),
                "Listener": listener("Balancer", 80, "Group"), "Service": service("Group", depends_on),
            }),
        )]
    };
    let mut environment = Environment::with(&vec![]).unwrap();
    let plan = environment.plan(&entry(&[]));
    let help = Situation::PrerequisiteUnordered {
        resource: "Service",
        other: "Listener",
    };
    let warned = of_services(&plan).any(|one| one.hint == Some(help.to_string()));
    assert!(warned, "{plan}");
    let failures = environment.clone().deploy_regardless(&entry(&[]));
    assert!(!failures.is_empty());
    environment.deploy(&entry(&["Listener"]));
}

/// A load balancer that is replaced, with listener and target group.
#[test]
fn a_target_group_of_two_load_balancers() {
    let entry = |scheme: &str, id: &str| {
        vec![(
            "entry",
            json!({
                "Balancer": balancer(scheme, false), id: group(),
                "Listener": listener("Balancer", 80, id),
            }),
        )]
    };
    Story {
        before: entry("internal", "Group"),
        after: entry("internet-facing", "Group"),
        code: FindingCode::AttachedElsewhere,
        says: "cannot be associated with more than one load balancer",
        help: Situation::TargetGroupElsewhere.to_string(),
        way: vec![entry("internet-facing", "Other")],
    }
    .check();
}

#[test]
fn a_protected_deletion() {
    let entry = |balancers: Value| vec![("entry", balancers)];
    let protected = |on| json!({"Balancer": balancer("internal", on), "Topic": topic()});
    Story {
        before: entry(protected(true)),
        after: entry(json!({"Topic": topic()})),
        code: FindingCode::DeletionRefused,
        says: "deletion protection is enabled",
        help: Situation::DeletionProtected {
            setting: "`LoadBalancerAttributes[deletion_protection.enabled]` is `true`",
        }
        .to_string(),
        way: vec![entry(protected(false)), entry(json!({"Topic": topic()}))],
    }
    .check();
}

/// A cluster that a service of another stack is in, by its name.
#[test]
fn a_deletion_of_what_another_stack_uses() {
    let cluster = json!({"Cluster": {"Type": "AWS::ECS::Cluster", "DeletionPolicy": "Delete",
        "Properties": {"ClusterName": "main"}}, "Topic": topic()});
    let web = json!({"Service": {"Type": "AWS::ECS::Service", "Properties": {
        "Cluster": "main", "TaskDefinition": "web"}}, "Topic": topic()});
    let nothing = json!({"Topic": topic()});
    Story {
        before: vec![("ecs", cluster), ("web", web.clone())],
        after: vec![("ecs", nothing.clone()), ("web", web)],
        code: FindingCode::DeletionRefused,
        says: "cannot be deleted while Services are active",
        help: Situation::DeletionBlocked {
            user: "Service of lemonade-staging-web",
        }
        .to_string(),
        way: vec![
            vec![
                (
                    "ecs",
                    json!({"Cluster": {"Type": "AWS::ECS::Cluster", "DeletionPolicy": "Delete",
                        "Properties": {"ClusterName": "main"}}, "Topic": topic()}),
                ),
                ("web", nothing.clone()),
            ],
            vec![("ecs", nothing.clone()), ("web", nothing)],
        ],
    }
    .check();
}

/// A renamed logical id: the new one meets the old one.
#[test]
fn a_value_that_is_released_late() {
    let logs =
        |id: &str, name: &str| vec![("logs", json!({id: log_group(name), "Topic": topic()}))];
    Story {
        before: logs("Old", "/a"),
        after: logs("New", "/a"),
        code: FindingCode::UniqueTaken,
        says: "already exists",
        help: Situation::UniqueValueReleasedLate.to_string(),
        way: vec![vec![("logs", json!({"Topic": topic()}))], logs("New", "/a")],
    }
    .check();
}

#[test]
fn a_value_that_two_claim() {
    let logs = |name: &str| {
        vec![(
            "logs",
            json!({"One": log_group("/a"), "Two": log_group(name)}),
        )]
    };
    Story {
        before: vec![],
        after: logs("/a"),
        code: FindingCode::UniqueTaken,
        says: "already exists",
        help: Situation::UniqueValueTwice.to_string(),
        way: vec![logs("/b")],
    }
    .check();
}

/// Two rules of one stack that swap priorities, through a free number.
#[test]
fn two_rules_swap_priorities() {
    let rules = |one, two| vec![("rules", json!({"One": rule(one), "Two": rule(two)}))];
    Story {
        before: rules(10, 20),
        after: rules(20, 10),
        code: FindingCode::UniqueTaken,
        says: "is currently in use",
        help: Situation::UniqueValuesSwapped.to_string(),
        way: vec![rules(30, 20), rules(30, 10), rules(20, 10)],
    }
    .check();
}

/// A rule that takes the priority of one that gets another: the plan warns, and its advice orders them.
#[test]
fn a_value_that_nothing_waits_for() {
    let rules = |one: Value, two| vec![("rules", json!({"One": one, "Two": rule(two)}))];
    let mut environment = Environment::with(&rules(rule(10), 20)).unwrap();
    let plan = environment.plan(&rules(rule(20), 30));
    let help = Situation::UniqueValueRace.to_string();
    let warned = of_services(&plan).any(|one| one.hint.as_deref() == Some(help.as_str()));
    assert!(warned, "{plan}");
    let mut waiting = rule(20);
    waiting["DependsOn"] = json!("Two");
    environment.deploy(&rules(waiting, 30));
}

/// A NAT gateway that changes its subnet, with its address.
#[test]
fn a_gateway_keeps_its_address() {
    let network = |address: &str, subnet: &str| {
        let address_type = json!({"Type": "AWS::EC2::EIP", "DeletionPolicy": "Delete"});
        vec![(
            "network",
            json!({
                address: address_type,
                "Gateway": {"Type": "AWS::EC2::NatGateway", "DeletionPolicy": "Delete", "Properties": {
                    "SubnetId": subnet, "AllocationId": format!("!GetAtt {address}.AllocationId")}},
            }),
        )]
    };
    Story {
        before: network("Address", "subnet-1"),
        after: network("Address", "subnet-2"),
        code: FindingCode::UniqueTaken,
        says: "is already associated",
        help: Situation::UniqueValueKept.to_string(),
        way: vec![network("Other", "subnet-2")],
    }
    .check();
}

/// Records of one name are told apart by their set identifiers, also across stacks.
#[test]
fn weighted_records_are_no_rivals() {
    let record = |set: &str, weight: u32| {
        json!({"Record": {"Type": "AWS::Route53::RecordSet", "Properties": {
            "HostedZoneId": "Z1", "Name": "api.lemonade.example", "Type": "A", "TTL": "60",
            "ResourceRecords": ["192.0.2.1"], "SetIdentifier": set, "Weight": weight}}})
    };
    let stacks = |weight: u32, other: Value| vec![("one", record("one", weight)), ("other", other)];
    let before = stacks(10, json!({"Topic": topic()}));
    let mut environment = Environment::with(&before).unwrap();
    let after = stacks(15, record("other", 20));
    let plan = environment.plan(&after);
    assert_eq!(plan.findings, [], "{plan}");
    environment.deploy(&after);
}

/// A repository that gets another key, under its name.
#[test]
fn a_repository_keeps_its_name() {
    let repository = |name: &str, key: &str| {
        vec![(
            "images",
            json!({"Repository": {"Type": "AWS::ECR::Repository", "DeletionPolicy": "Delete", "Properties": {
                "RepositoryName": name, "EmptyOnDelete": true,
                "EncryptionConfiguration": {"EncryptionType": "KMS", "KmsKey": key}}}}),
        )]
    };
    Story {
        before: repository("web", "a"),
        after: repository("web", "b"),
        code: FindingCode::UniqueTaken,
        says: "custom-named resource requires replacing",
        help: Situation::UniqueValueKept.to_string(),
        way: vec![repository("web-b", "b")],
    }
    .check();
}

/// A named resource that moves to another stack is let go first.
#[test]
fn a_named_resource_moves() {
    let logs = |network: Value, ecs: Value| vec![("network", network), ("ecs", ecs)];
    let (with, without) = (
        json!({"Logs": log_group("/a"), "Topic": topic()}),
        json!({"Topic": topic()}),
    );
    let mut environment = Environment::with(&logs(with.clone(), without.clone())).unwrap();
    let after = logs(without, with);
    let plan = environment.plan(&after);
    let told = |finding: &Finding| {
        finding.code == FindingCode::ResourceMoved
            && finding.hint == Some(Situation::ResourceMoves.to_string())
    };
    assert!(plan.findings.iter().any(told), "{plan}");
    environment.deploy(&after);
}

/// What may hold something is told, and stays when it does.
#[test]
fn a_deletion_of_contents() {
    let bucket = json!({"Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete"}, "Topic": topic()});
    let environment = Environment::with(&vec![("data", bucket)]).unwrap();
    let after = vec![("data", json!({"Topic": topic()}))];
    let plan = environment.plan(&after);
    let help = Situation::DeletionOfContents { what: "objects" }.to_string();
    let told = of_services(&plan).find(|one| one.hint.as_deref() == Some(help.as_str()));
    assert_eq!(told.unwrap().severity, Severity::Note);
    let mut full = environment.clone();
    let put = emulator::OutOfBandChange::Put {
        what: "objects".to_owned(),
    };
    let stack = stack_name(ENVIRONMENT, "data").to_string();
    full.emulator
        .change_out_of_band(&caller(), &stack, "Bucket", &put)
        .unwrap();
    assert!(!full.deploy_regardless(&after).is_empty());
    environment.clone().deploy(&after);
}

/// A stack of a few resources, in a few numbers.
#[derive(Clone, Debug)]
struct Sketch {
    schemes: [Option<bool>; 2],
    protected: bool,
    /// By listener: its load balancer, its port, its target group.
    listeners: [Option<(bool, bool, bool)>; 2],
    /// By target group: its port.
    groups: [Option<bool>; 2],
    /// By rule: its priority.
    rules: [Option<u32>; 3],
    /// By log group: its name.
    logs: [Option<u8>; 2],
    /// The target group of the service, and whether it waits for the first listener.
    service: Option<(bool, bool)>,
    /// The subnet of the gateway.
    gateway: Option<bool>,
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let listener = || prop::option::weighted(0.8, any::<(bool, bool, bool)>());
    let often = || prop::option::weighted(0.8, any::<bool>());
    (
        [often(), often()],
        prop::bool::weighted(0.2),
        [listener(), listener()],
        [often(), often()],
        [0, 1, 2].map(|_| prop::option::weighted(0.6, 1..5_u32)),
        [0, 1].map(|_| prop::option::weighted(0.6, 0..3_u8)),
        prop::option::weighted(0.4, any::<(bool, bool)>()),
        prop::option::weighted(0.4, any::<bool>()),
    )
        .prop_map(
            |(schemes, protected, listeners, groups, rules, logs, service, gateway)| Sketch {
                schemes,
                protected,
                listeners,
                groups,
                rules,
                logs,
                service,
                gateway,
            },
        )
}

/// The stack of a sketch. What refers to nothing is left out.
fn drawn(sketch: &Sketch) -> Stacks {
    let mut resources = json!({"Topic": topic()});
    let name = |kind: &str, second: bool| format!("{kind}{}", u8::from(second));
    for (index, scheme) in sketch.schemes.iter().enumerate() {
        if let Some(internal) = scheme {
            let scheme = if *internal {
                "internal"
            } else {
                "internet-facing"
            };
            resources[name("Balancer", index == 1)] = balancer(scheme, sketch.protected);
        }
    }
    for (index, port) in sketch.groups.iter().enumerate() {
        if let Some(port) = port {
            let mut group = group();
            group["Properties"]["Port"] = json!(80 + u32::from(*port));
            resources[name("Group", index == 1)] = group;
        }
    }
    for (index, one) in sketch.listeners.iter().enumerate() {
        let Some((second, port, group)) = *one else {
            continue;
        };
        let (balancer, group) = (name("Balancer", second), name("Group", group));
        if resources.get(&balancer).is_some() && resources.get(&group).is_some() {
            let port = 80 + u32::from(port);
            resources[name("Listener", index == 1)] = listener(&balancer, port, &group);
        }
    }
    for (index, priority) in sketch.rules.iter().enumerate() {
        if let Some(priority) = priority {
            resources[format!("Rule{index}")] = rule(*priority);
        }
    }
    for (index, log) in sketch.logs.iter().enumerate() {
        if let Some(log) = log {
            resources[name("Logs", index == 1)] = log_group(&format!("/{log}"));
        }
    }
    if let Some((group, waits)) = sketch.service {
        let group = name("Group", group);
        let listener = resources.get("Listener0").is_some() && waits;
        if resources.get(&group).is_some() {
            let depends_on: &[&str] = if listener { &["Listener0"] } else { &[] };
            resources["Service"] = service(&group, depends_on);
        }
    }
    if let Some(second) = sketch.gateway {
        resources["Address"] = json!({"Type": "AWS::EC2::EIP", "DeletionPolicy": "Delete"});
        resources["Gateway"] = json!({"Type": "AWS::EC2::NatGateway", "Properties": {
            "SubnetId": name("subnet-", second), "AllocationId": "!GetAtt Address.AllocationId"}});
    }
    vec![("stack", resources)]
}

/// That plan and emulator agree about a change.
fn agrees(before: &Stacks, after: &Stacks) -> Result<(), TestCaseError> {
    let Some(environment) = Environment::with(before) else {
        return Ok(());
    };
    let plan = environment.plan(after);
    let blocked = of_services(&plan).any(|one| one.severity == Severity::Block);
    let warned = of_services(&plan).count() > 0;
    let failures = environment.clone().deploy_regardless(after);
    if blocked {
        prop_assert!(!failures.is_empty(), "blocked, and not refused:\n{plan}");
    } else if !warned {
        prop_assert!(
            failures.is_empty(),
            "passed, and refused: {failures:#?}\n{plan}"
        );
    }
    Ok(())
}

/// What is drawn holds every finding, and enough that passes: the tests below look at something.
#[test]
fn sketches_lead_to_every_finding() {
    let mut runner = TestRunner::deterministic();
    let mut found = BTreeSet::new();
    let (mut passed, mut blocked) = (0, 0);
    for _ in 0..400 {
        let mut draw = || drawn(&sketch().new_tree(&mut runner).unwrap().current());
        let (before, after) = (draw(), draw());
        let Some(environment) = Environment::with(&before) else {
            continue;
        };
        let plan = environment.plan(&after);
        found.extend(of_services(&plan).map(|one| (one.code, one.severity)));
        match of_services(&plan).any(|one| one.severity == Severity::Block) {
            true => blocked += 1,
            false if of_services(&plan).count() == 0 => passed += 1,
            false => {}
        }
    }
    for code in CODES {
        assert!(
            found.contains(&(code, Severity::Block)),
            "{code}: {found:?}"
        );
    }
    assert!(
        passed >= 10 && blocked >= 10,
        "{passed} passed, {blocked} blocked"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(160) })]

    #[test]
    fn a_creation_is_refused_where_its_plan_is_blocked(after in sketch()) {
        agrees(&vec![], &drawn(&after))?;
    }

    #[test]
    fn a_change_is_refused_where_its_plan_is_blocked(before in sketch(), after in sketch()) {
        agrees(&drawn(&before), &drawn(&after))?;
    }

    /// A small change of what is deployed, so that most of it stays.
    #[test]
    fn a_small_change_is_refused_where_its_plan_is_blocked(
        before in sketch(),
        other in sketch(),
        which in 0..7_usize,
    ) {
        let mut after = before.clone();
        match which {
            0 => after.schemes = other.schemes,
            1 => after.listeners = other.listeners,
            2 => after.groups = other.groups,
            3 => after.rules = other.rules,
            4 => after.logs = other.logs,
            5 => after.service = other.service,
            _ => after.gateway = other.gateway,
        }
        agrees(&drawn(&before), &drawn(&after))?;
    }
}
