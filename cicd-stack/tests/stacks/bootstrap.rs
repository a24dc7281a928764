//! What must hold of single resources, so that they can be made, replaced and deleted.

use crate::support::synthesized;

/// CloudFormation waits an hour for a function that died, unless it is told otherwise.
#[test]
fn custom_resources_are_not_waited_for_an_hour() {
    for synthesized in synthesized() {
        let mut seen = 0;
        for (stack, id, resource) in synthesized.resources("AWS::CloudFormation::CustomResource") {
            let seconds = resource["ServiceTimeout"].as_u64().unwrap_or(3600);
            assert!(seconds <= 300, "{stack}/{id}: {seconds}");
            seen += 1;
        }
        assert!(seen > 0);
    }
}

/// `NotificationsWithSubscribers` can't be changed in place, and two budgets of one name can't exist.
#[test]
fn a_budget_can_be_replaced() {
    for synthesized in synthesized() {
        for (stack, id, budget) in synthesized.resources("AWS::Budgets::Budget") {
            assert!(budget["Budget"]["BudgetName"].is_null(), "{stack}/{id}");
        }
    }
}

/// `DeleteReportGroup` refuses a group that holds reports.
#[test]
fn report_groups_are_deleted_with_their_reports() {
    for synthesized in synthesized() {
        let mut seen = 0;
        for (stack, id, group) in synthesized.resources("AWS::CodeBuild::ReportGroup") {
            assert_eq!(group["DeleteReports"], true, "{stack}/{id}");
            seen += 1;
        }
        assert!(seen > 0);
    }
}
