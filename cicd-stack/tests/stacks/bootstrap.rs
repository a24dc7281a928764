//! What must hold of single resources, so that they can be made, replaced and deleted.

use std::path::Path;

use common::Definition;
use common::input::SourceFile;

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

/// Two environments in one account count the same costs twice, which a person is told who sets the amounts.
#[test]
fn environments_that_share_an_account_are_told_that_each_budget_counts_both() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/definition");
    let file = |name: &str| {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        (name.to_owned(), text)
    };
    let files = [
        "applications.toml",
        "environments/production.toml",
        "environments/staging.toml",
    ];
    let notes = |files: &[(String, String)]| {
        let files: Vec<SourceFile> = files
            .iter()
            .map(|(name, text)| SourceFile::new(name, text.as_str()))
            .collect();
        let definition = Definition::parse(&files).unwrap_or_else(|errors| panic!("{errors}"));
        let environments = definition.environments.iter();
        let notes = environments.map(|environment| {
            let stacks = cicd_stack::stacks(environment).unwrap();
            let bootstrap = stacks.iter().find(|stack| stack.name.id() == "bootstrap");
            bootstrap.unwrap().notes.join(" ")
        });
        notes.collect::<Vec<_>>()
    };
    let apart = files.map(file);
    assert_eq!(notes(&apart), ["", ""]);
    // In another region.
    let mut shared = apart;
    let [_, (_, production), (_, staging)] = &mut shared;
    assert!(production.contains("111122223333") && staging.contains("444455556666"));
    *staging = staging
        .replace("444455556666", "111122223333")
        .replace("eu-west-1", "eu-central-1")
        .replace("euw1-", "euc1-");
    for note in notes(&shared) {
        assert!(
            note.contains("includes the costs of both environments"),
            "{note}"
        );
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
