//! The web application firewall on the load balancer.
//!
//! AWS's managed rules for common attacks, known bad inputs and addresses with a bad reputation, and a
//! rate limit per client address. The rules see the clients' addresses with both kinds of ingress: the
//! network load balancer preserves them.

use common::environment::Environment;
use common::resources::Handle;
use common::resources::elasticloadbalancingv2::LoadBalancer;
use common::resources::wafv2::logging_configuration::{FieldToMatch, FieldToMatchSingleHeader};
use common::resources::wafv2::web_acl::{
    AllowAction, BlockAction, CountAction, DefaultAction, ManagedRuleGroupStatement,
    OverrideAction, RateBasedStatement, RateBasedStatementAggregateKeyType, Rule, RuleAction,
    RuleActionOverride, RuleRequired, Scope, Statement, VisibilityConfig,
};
use common::resources::wafv2::{LoggingConfiguration, WebAcl, WebAclAssociation};
use common::template::{Json, Properties, Template, Value, sub};

/// The rate limit: requests from one address within five minutes. A household behind one address stays
/// far below.
const REQUESTS_PER_FIVE_MINUTES: u32 = 2_000;

/// Managed rule groups, in the order of evaluation.
///
/// Source: <https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html>
const MANAGED: [&str; 3] = [
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesCommonRuleSet",
];

/// Rules of the common group that only count: it would refuse every body above 8 KB, and so every
/// upload.
const ONLY_COUNTED: [&str; 1] = ["SizeRestrictions_BODY"];

/// Adds the firewall, its association with the load balancer, and its log.
pub(crate) fn add(
    template: &mut Template,
    environment: &Environment,
    network: &network_stack::Exports,
    load_balancer: &Handle<LoadBalancer>,
) {
    let mut rules = vec![
        Rule::new(RuleRequired {
            name: "RateLimit".into(),
            priority: 0.into(),
            statement: Statement::new()
                .rate_based_statement(RateBasedStatement::new(
                    RateBasedStatementAggregateKeyType::Ip,
                    REQUESTS_PER_FIVE_MINUTES,
                ))
                .into(),
            visibility_config: visible("RateLimit").into(),
        })
        .action(RuleAction::new().block(BlockAction::new())),
    ];
    rules.extend(
        (1_i64..)
            .zip(MANAGED)
            .map(|(priority, name)| managed(priority, name)),
    );

    let firewall = template.add(
        "Firewall",
        WebAcl::new(
            DefaultAction::new().allow(AllowAction::new()),
            Scope::Regional,
            visible("Firewall"),
        )
        .name(environment.names().shared("entry"))
        .description(format!("Protects the entry of {}", environment.name))
        .rules(rules),
    );
    template.add(
        "FirewallAssociation",
        WebAclAssociation::new(load_balancer.reference(), firewall.attr_arn()),
    );

    let log_group = template.add(
        "FirewallLogGroup",
        common::logs::group(
            environment,
            environment.names().firewall_log_group(),
            network.data_key.import(),
        ),
    );
    let header =
        |name: &str| FieldToMatch::new().single_header(FieldToMatchSingleHeader::new(name));
    // The destination is the group's ARN without the `:*` that `Fn::GetAtt` puts behind it.
    let destination =
        sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Group}")
            .with::<String>("Group", log_group.reference());
    template.add(
        "FirewallLog",
        LoggingConfiguration::new([destination], firewall.attr_arn())
            .redacted_fields([header("authorization"), header("cookie")]),
    );
}

fn managed(priority: i64, name: &str) -> Rule {
    let mut group = ManagedRuleGroupStatement::new(name, "AWS");
    if name == "AWSManagedRulesCommonRuleSet" {
        let overrides = ONLY_COUNTED
            .map(|rule| RuleActionOverride::new(rule, RuleAction::new().count(CountAction::new())));
        group = group.rule_action_overrides(overrides);
    }
    Rule::new(RuleRequired {
        name: name.into(),
        priority: priority.into(),
        statement: Statement::new().managed_rule_group_statement(group).into(),
        visibility_config: visible(name).into(),
    })
    .override_action(OverrideAction::new().none(Value::<Json>::from(Properties::default())))
}

/// Counts and samples what a rule matches.
fn visible(metric: &str) -> VisibilityConfig {
    VisibilityConfig::new(metric, true, true)
}
