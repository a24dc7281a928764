//! Every next step of the table: who puts its situation in place and follows it.

mod failures;
mod findings;
mod journey;
mod saved;

use std::any::type_name;
use std::fs;
use std::path::Path;

use deploy::next_step::{Remedy, Situation};

use crate::{foreign_stacks, orphans};
use failures as failed;
use findings as found;

/// How a row of the table is tested.
enum Test {
    /// A test of this program puts the situation in place and follows the text to its end.
    Followed(&'static str),
    /// The same, without the program: a test's file in this crate, and its name.
    FollowedBy(&'static str, &'static str),
    /// There is nothing to follow: a person acts, or no one has to.
    NotFollowed,
    /// The command ends it after what only a person outside of this project can do.
    ByPerson(&'static str),
    /// Nothing follows it yet, for this reason.
    Missing(&'static str),
}

/// By the name of the test, which exists as long as this compiles.
fn followed<F: Fn()>(_: F) -> Test {
    Test::Followed(type_name::<F>())
}

fn test(situation: &Situation<'_>) -> Test {
    use Situation as S;
    use Test::{ByPerson, FollowedBy, Missing, NotFollowed};

    const CALLS: &str = "tests/execute/next_steps.rs";
    const CONSENT: &str = "tests/preflight/consent.rs";
    const XTASK: &str = "only `cargo xtask` synthesizes";
    const RULES: &str = "tests/plan/agreement.rs";
    const TOOLS: &str = "it installs tools from a registry";
    const ACCEPT: &str = "tests/inspection/peering.rs";
    const IMAGES: &str = "src/release/rollback.rs";
    const OF_XTASK: &str = "../../tests/tests/cli/next_steps.rs";
    const PROMOTE: &str = "../aws/tests/deploy/promoting.rs";
    const GUARD: &str = "tests/preflight/check.rs";

    match situation {
        S::CredentialsExpired
        | S::CredentialsExpiredInOperation
        | S::Denied
        | S::DeniedAction { .. }
        | S::DeniedExplicitly { .. }
        | S::DriftRoleUnusable
        | S::ServiceRoleUnusable
        | S::OperationNotReverted { .. }
        | S::Stuck { .. }
        | S::DeletionUnsafe
        | S::OtherOwnersStack
        | S::OtherOwnersStackInTheWay
        | S::UntaggedStackInTheWay { .. }
        | S::ManualStackOutdated
        | S::RolesLackPermissions { .. }
        | S::ManualStackMissing { .. }
        | S::OtherOwnersImporter { .. }
        | S::ExportRetainedForOthers { .. }
        | S::OtherOwnersExport { .. }
        | S::ChangeSetEmpty
        | S::ResourceDrifted
        | S::DeletionOfContents { .. }
        | S::ImageMissing
        | S::OtherAccount { .. }
        | S::StackNotOurs { .. }
        | S::ReleaseUnusable
        | S::ReleaseOfOtherCommit { .. }
        | S::TerminalMissing { .. }
        | S::NeverSettles
        | S::ServicesMissing
        | S::PeeringMissing { .. }
        | S::PromotionFromStaging
        | S::PushRefused
        | S::PeeringUnknown
        | S::PeeringDiffers
        | S::PeeringTerminated
        | S::HomeUnusable
        | S::PythonMissing => NotFollowed,

        S::AwsUnreachable => ByPerson("the connection is not this project's"),
        S::CallUnanswered => FollowedBy(CALLS, "a_call_without_an_answer"),
        S::CallsThrottled => FollowedBy(CALLS, "calls_that_are_throttled"),
        S::ContactLost => FollowedBy(CALLS, "a_stack_that_can_not_be_read"),
        S::ResultUnreadable => FollowedBy(CALLS, "events_that_can_not_be_read"),
        S::OperationRunsOn => Missing("it takes 36 hours, or an end of CloudFormation's own"),
        S::StackDeleted => Missing("another caller has to hit the moment after an update"),

        S::CreationFailed | S::StepFailed => followed(failed::a_creation),
        S::UpdateRolledBack => followed(failed::an_update),
        S::UpdateRollbackFailed => followed(failed::a_rollback),
        S::UpdateFailed => FollowedBy("tests/execute/lost_answers.rs", "RollBack"),
        S::DeletionFailed => followed(failed::a_deletion),
        S::ResourceDeletedOutside { .. } => followed(failed::an_update_that_finds_nothing),
        S::DriftedByDeletion => followed(failed::a_rollback_of_a_deleted_resource),
        S::RollbackOfDeletedResource { .. } => followed(failed::a_rollback_of_a_deleted_resource),
        S::OrphansExist { .. } | S::OrphanedName => {
            followed(orphans::a_secret_that_was_removed_is_added_again)
        }
        S::ResourceNameTaken { .. } => followed(failed::a_creation_with_a_taken_name),

        S::StackChangedSincePlan => followed(saved::stacks_that_changed),
        S::Interrupted => Missing("CloudFormation has to go on without the program"),
        S::InterruptedLocally => followed(failed::an_interrupted_run),
        S::InterruptedWithoutState => followed(failed::an_interrupted_run_without_state),

        S::DeletionStuck { .. } => followed(failed::a_deletion_before_a_deployment),
        S::FailedCreationProtected { .. } => followed(failed::a_protected_creation),
        S::UndefinedStuck { .. } | S::Undefined => followed(found::an_undefined_stack_is_stuck),
        S::UndefinedNeverCreated { .. } => followed(found::an_undefined_stack_was_never_created),
        S::DeployedBefore { .. } => followed(found::a_service_was_deployed_before),
        S::TagLost => {
            followed(foreign_stacks::one_that_lost_its_tag_gets_it_back_from_the_next_deployment)
        }

        S::ProducerNotSelected { .. } | S::ImageNotSelected { .. } => {
            followed(found::the_producer_is_not_selected)
        }
        S::ImporterRemains { .. } => followed(found::an_importer_remains),
        S::ExportRetained => followed(found::an_export_is_retained),
        S::ExportValueChanges => followed(found::an_export_in_use_changes),
        S::ExportNameTaken => followed(found::an_export_name_is_taken),
        S::RetainedExportsTooLarge => Missing("it takes a template of half a megabyte"),
        S::CircularImport => Missing("no definition of these programs leads there"),

        S::ChangeUnacknowledged => FollowedBy("tests/execute/refusals.rs", "acknowledge"),
        S::ChangeUnreviewed | S::FindingsOutdated => followed(saved::findings_of_an_earlier_check),
        S::DataLossInRollback => Missing(XTASK),
        S::UniqueValueKept => followed(found::a_replacement_keeps_a_unique_value),
        S::UniqueValueTaken => followed(found::two_stacks_swap_unique_values),
        S::UniqueValuesSwapped => FollowedBy(RULES, "two_rules_swap_priorities"),
        S::UniqueValueTwice => FollowedBy(RULES, "a_value_that_two_claim"),
        S::UniqueValueReleasedLate => FollowedBy(RULES, "a_value_that_is_released_late"),
        S::UniqueValueRace => FollowedBy(RULES, "a_value_that_nothing_waits_for"),
        S::TargetGroupElsewhere => FollowedBy(RULES, "a_target_group_of_two_load_balancers"),
        S::PrerequisiteMissing { .. } => FollowedBy(RULES, "a_need_that_is_not_met"),
        S::PrerequisiteUnordered { .. } => FollowedBy(RULES, "a_need_that_nothing_waits_for"),
        S::DeletionProtected { .. } => FollowedBy(RULES, "a_protected_deletion"),
        S::DeletionBlocked { .. } => FollowedBy(RULES, "a_deletion_of_what_another_stack_uses"),
        S::ResourceMoves => FollowedBy(RULES, "a_named_resource_moves"),
        S::Orphan => followed(found::an_orphan_would_be_created_anew),
        S::ParameterMissing { .. } => followed(found::a_parameter_has_no_value),

        S::OtherRegion
        | S::SourceUnknown
        | S::OtherBranch { .. }
        | S::ChangesUncommitted
        | S::InputsElsewhere
        | S::PlanOfOtherCommit
        | S::ReasonMissing => FollowedBy(GUARD, "a_refusal_ends_as_its_next_step_says"),
        S::PlanOfOtherTarget => FollowedBy(GUARD, "a_saved_plan_is_for_the_environments_place"),
        S::NotConfirmed => FollowedBy(CONSENT, "answers"),
        S::StagingUnconfirmed
        | S::ProductionUnconfirmed
        | S::SavedPlanUnconfirmed
        | S::PlanUnsaved => FollowedBy(CONSENT, "who_is_asked_what"),

        S::AssemblyOverwritten | S::CheckoutChanged => Missing("two runs have to meet"),
        S::SynthesisNotStarted => followed(failed::a_synthesis_that_can_not_start),
        S::PlanVersionUnknown | S::PlanModified => followed(saved::a_plan_that_can_not_be_read),
        S::WorkspaceMissing => Missing(XTASK),
        S::ImageWithoutStack { .. } | S::ImageTwice => followed(found::images_are_ambiguous),
        S::NotDeployed => followed(found::a_stack_is_not_deployed),
        S::EmulatorMissing => Missing("it takes a program without the emulator"),
        S::EmulatorOnly => followed(found::the_program_is_for_the_emulator),
        S::ImageHistoryMissing => Missing(XTASK),

        S::RemoteMissing { .. } => FollowedBy(
            PROMOTE,
            "an_application_is_promoted_in_a_checkout_of_its_own_repository",
        ),
        S::CommitNotOnBranch => FollowedBy(
            PROMOTE,
            "a_commit_that_is_not_on_stagings_branch_any_more_is_refused",
        ),
        S::BranchNotForward { .. } => FollowedBy(PROMOTE, "what_is_no_step_forward_is_refused"),
        S::ImageUnknown | S::EarlierImageUnknown => {
            FollowedBy(IMAGES, "what_a_refusal_names_is_held")
        }
        S::PeeringPending => FollowedBy(
            ACCEPT,
            "a_second_run_resumes_where_the_first_stopped_waiting",
        ),
        S::PeeringUnconfirmed => FollowedBy(ACCEPT, "a_declined_peering_is_accepted_with_consent"),

        S::OutputNotReplaced { .. } => FollowedBy(OF_XTASK, "a_folder_that_holds_something_else"),
        S::OutsideOfWorkspace => FollowedBy(OF_XTASK, "outside_of_the_workspace"),
        S::ApplicationDefined => FollowedBy(OF_XTASK, "an_application_that_is_defined"),
        S::PrioritiesTaken => FollowedBy(OF_XTASK, "no_room_between_priorities"),
        S::StacksMissing | S::BinaryMissing => FollowedBy(OF_XTASK, "a_workspace_without_stacks"),
        S::ApplicationAdded => Missing("it writes the snapshots of the checkout that tests run in"),
        S::RevisionUnknown | S::AssemblyOfOtherVersion { .. } => {
            Missing("it builds another commit of the workspace")
        }
        S::BindingsOutdated => Missing("it downloads the schemas of all types"),
        S::ValidatorsMissing | S::BrowserMissing => Missing(TOOLS),
        S::SecretWithoutValue => ByPerson("the value is known outside of this project"),
    }
}

/// The commands in a text: what stands in backticks, or behind `cargo xtask`.
fn commands(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted
        .map(|command| command.trim_start_matches("cargo xtask "))
        .collect()
}

#[test]
fn every_situation_is_followed_or_says_why_not() {
    for situation in Situation::ALL {
        let remedy = situation.remedy();
        match test(situation) {
            Test::Followed(name) => assert!(name.contains("::"), "{situation:?}"),
            Test::FollowedBy(file, name) => {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
                let text = fs::read_to_string(path).unwrap();
                assert!(text.contains(name), "{situation:?}: {name} in {file}");
            }
            Test::NotFollowed => assert!(
                matches!(remedy, Remedy::Person(_) | Remedy::Nothing),
                "{situation:?}"
            ),
            Test::ByPerson(reason) | Test::Missing(reason) => {
                assert!(!reason.is_empty(), "{situation:?}");
                assert!(
                    matches!(remedy, Remedy::Command | Remedy::Change),
                    "{situation:?}"
                );
            }
        }
    }
}

/// Where a person has to act, no command of ours comes before that: it would lead back here.
#[test]
fn what_a_person_ends_names_no_command_that_leads_back() {
    // They change nothing, or what an administrator changes.
    let harmless = ["bootstrap", "drift", "sts", "aws"];
    for situation in Situation::ALL {
        let Remedy::Person(reason) = situation.remedy() else {
            continue;
        };
        let text = situation.to_string();
        assert!(!reason.is_empty(), "{text}");
        for command in commands(&text) {
            let verb = command.split([' ', ':']).next().unwrap();
            let is_status = command.chars().all(|one| one.is_lowercase() && one != ' ');
            assert!(harmless.contains(&verb) || is_status, "{text}: {command}");
        }
        for start in ["run the same", "run it again", "deploy ", "recover"] {
            assert!(!text.starts_with(start), "{text}");
        }
    }
}

/// What a command ends says which, or that it is the same again.
#[test]
fn what_a_command_ends_names_it() {
    for situation in Situation::ALL {
        if situation.remedy() != Remedy::Command {
            continue;
        }
        let text = situation.to_string();
        let names = [
            "--", "again", "deploy", "with:", "there:", "rest:", "is:", "it:",
        ]
        .iter()
        .any(|part| text.contains(part));
        let names = names || !commands(&text).is_empty() || text.contains("first, or together");
        let detail = [
            "recover",
            "destroy",
            "deploy",
            "leave the other out",
            "acknowledge it",
        ];
        let names = names || detail.iter().any(|part| text.contains(part));
        assert!(names, "{situation:?}: {text}");
    }
}
