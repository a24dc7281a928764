//! Flow logs of all accepted and rejected traffic.

use common::environment::Environment;
use common::grant::{GrantLogGroup as _, RoleBuilder};
use common::resources::ec2::flow_log::{
    FlowLogDestinationType, FlowLogResourceType, FlowLogTrafficType,
};
use common::resources::{Handle, ec2, kms};
use common::tags;
use common::template::Template;
use common::template::policy::{ServicePrincipal, Statement};

/// Adds the log group, the role and the flow log of the whole network.
pub(crate) fn add(
    template: &mut Template,
    environment: &Environment,
    vpc: &Handle<ec2::Vpc>,
    key: &Handle<kms::Key>,
) {
    let group = template.add(
        "FlowLogGroup",
        common::logs::group(
            environment,
            environment.names().log_group("network", "flow-logs"),
            key.attr_arn(),
        ),
    );
    let mut role = RoleBuilder::new(
        environment,
        "FlowLogRole",
        environment.names().role("flow-logs"),
        ServicePrincipal::VpcFlowLogs,
        "Writes the network's flow logs",
    )
    .for_this_account_only();
    group.attr_arn().grant_write(&mut role);
    role.allow(
        // The flow log service needs this besides writing.
        // https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
        Statement::allow(["logs:DescribeLogStreams"])
            .sid("FindStreams")
            .on(group.attr_arn()),
    );
    let role = role.add_to(template);
    template.add(
        "FlowLog",
        ec2::FlowLog::new(vpc.reference(), FlowLogResourceType::Vpc)
            .traffic_type(FlowLogTrafficType::All)
            .log_destination_type(FlowLogDestinationType::CloudWatchLogs)
            .log_group_name(group.reference())
            .deliver_logs_permission_arn(role.attr_arn())
            .max_aggregation_interval(600)
            .tags([tags::name(environment, "flow-log")]),
    );
}
