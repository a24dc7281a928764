//! Rules that hold for all types.

use crate::row::Source;

/// A rule of CloudFormation's own, which holds for every type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct General {
    pub rule: &'static str,
    pub sources: &'static [Source],
    /// The test that shows it: a file of this workspace, and the name of a function in it.
    pub test: (&'static str, &'static str),
}

pub const GENERAL: &[General] = &[
    General {
        rule: "a replacement is created before the old resource is deleted, so nothing that is unique by its name \
               can be replaced under it",
        sources: &[Source::Page(
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html",
        )],
        test: (
            "xtask/deploy/tests/plan/agreement.rs",
            "a_repository_keeps_its_name",
        ),
    },
    General {
        rule: "types with the strategy `delete_then_create` (associations of route tables, attachments of gateways) \
               are replaced the other way round, and are without for a moment",
        sources: &[Source::Schema],
        test: (
            "xtask/emulator/tests/model/services.rs",
            "some_types_are_deleted_before_they_are_replaced",
        ),
    },
    General {
        rule: "a renamed logical id is a creation and a deletion, and collides in the same way",
        sources: &[
            Source::Page("https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html"),
            Source::Thread("aws-cloudformation/cloudformation-coverage-roadmap#1813"),
        ],
        test: (
            "xtask/deploy/tests/plan/agreement.rs",
            "a_value_that_is_released_late",
        ),
    },
    General {
        rule: "`RetainExceptOnCreate` deletes only in the rollback of the operation that created; any later deletion \
               of the stack retains",
        sources: &[Source::Page(
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html",
        )],
        test: (
            "xtask/emulator/tests/model/services.rs",
            "the_deletion_after_a_failed_rollback_retains",
        ),
    },
    General {
        rule: "`ImportExistingResources` takes types whose names are in the template and which are retained",
        sources: &[Source::Page(
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html",
        )],
        test: (
            "xtask/emulator/tests/model/imports.rs",
            "only_static_names_of_what_is_kept_are_imported",
        ),
    },
    General {
        rule: "the value of an export that is imported can't change",
        sources: &[Source::Page(
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html",
        )],
        test: (
            "xtask/emulator/tests/model/exports.rs",
            "an_export_in_use_is_neither_removed_nor_changed",
        ),
    },
    General {
        rule: "no operation takes longer than 36 hours",
        sources: &[Source::Page(
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-canaryconfiguration.html",
        )],
        test: (
            "tests/tests/deploying/deadlines.rs",
            "a_deletion_is_left_to_cloudformation",
        ),
    },
    General {
        rule: "types without a read handler (`CodeBuild::Project`, a topic's policy, wait conditions, custom resources) \
               can't be imported",
        sources: &[
            Source::Schema,
            Source::Page(
                "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html",
            ),
        ],
        test: (
            "xtask/emulator/tests/model/imports.rs",
            "what_can_not_be_read_is_not_imported",
        ),
    },
    General {
        rule: "properties that can only be written (`DeleteReports`, `EmptyOnDelete`, `LaunchTemplateData`, …) show no \
               drift",
        sources: &[Source::Schema],
        test: (
            "xtask/emulator/tests/model/services.rs",
            "what_can_only_be_written_shows_no_drift",
        ),
    },
];

/// Properties that can only be written: `writeOnlyProperties` in the schema, of the types in use.
const WRITE_ONLY: [(&str, &str); 7] = [
    ("AWS::CodeBuild::ReportGroup", "DeleteReports"),
    ("AWS::CodePipeline::Pipeline", "RestartExecutionOnUpdate"),
    ("AWS::EC2::LaunchTemplate", "LaunchTemplateData"),
    ("AWS::ECR::Repository", "EmptyOnDelete"),
    ("AWS::KMS::Key", "PendingWindowInDays"),
    ("AWS::SSM::Association", "WaitForSuccessTimeoutSeconds"),
    ("AWS::SSM::Document", "UpdateMethod"),
];

/// Whether a property can only be written: nothing reads it, so that it shows no drift.
#[must_use]
pub fn is_write_only(resource_type: &str, property: &str) -> bool {
    WRITE_ONLY.contains(&(resource_type, property))
}

#[cfg(test)]
mod tests {
    use common_resources::type_facts;

    use super::*;

    #[test]
    fn properties_that_can_only_be_written_are_there() {
        for (resource_type, property) in WRITE_ONLY {
            let facts = type_facts(resource_type).unwrap();
            assert!(
                facts.properties.contains(&property),
                "{resource_type}: {property}"
            );
        }
    }
}
