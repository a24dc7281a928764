//! The next step after each situation that stops or limits a command: one table for all programs.
//!
//! Failures, findings of plans, refusals and errors name their [`Situation`]; its text is what they print as help.
//! `xtask/deploy/tests/cli/next_steps` lists who puts which situation in place and follows its text. A test reads
//! the sources of all crates: none has the text of a help, or a command of ours, of its own.
//!
//! What `doctor`, `status` and `diagnose` find has a typed action of its own, whose commands come from
//! [`command`]. What the AWS client knows of a failed connection is with that client.

use std::fmt;

use common::terminal_text::escaped;

/// How a situation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// A command of these programs ends it: the one in the text, or the same one again.
    Command,
    /// The definition, the input files or the checkout change first; then the same command ends it.
    Change,
    /// No command of these programs can end it, for this reason.
    Person(&'static str),
    /// It does no harm, or ends without a step of its own.
    Nothing,
}

/// Defines the situations: name and details, remedy, text.
macro_rules! situations {
    ($(
        $(#[$meta:meta])*
        $name:ident $({ $($field:ident),+ })? => $remedy:expr, $text:literal;
    )+) => {
        /// A situation with a next step. The details are those that the text quotes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Situation<'a> {
            $($(#[$meta])* $name $({ $($field: &'a str),+ })?,)+
        }

        impl Situation<'_> {
            /// Every situation. The names of its details are their values.
            pub const ALL: &'static [Situation<'static>] = &[
                $(Situation::$name $({ $($field: stringify!($field)),+ })?),+
            ];

            #[must_use]
            pub const fn remedy(&self) -> Remedy {
                match self {
                    $(Self::$name { .. } => $remedy,)+
                }
            }
        }

        /// The next step. Commands to copy are lines of their own, indented by four columns.
        impl fmt::Display for Situation<'_> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$name $({ $($field),+ })? => {
                        $($(let $field = escaped($field);)+)?
                        write!(formatter, $text)
                    })+
                }
            }
        }
    };
}

use Remedy::{Change, Command, Nothing, Person};

const SIGN_IN: Remedy = Person("new credentials need a sign-in");
const OTHER_OWNER: Remedy = Person("the stack belongs to another owner");
const ADMINISTRATOR: Remedy = Person("an administrator grants permissions");

situations! {
    // Failed calls.

    CredentialsExpired => SIGN_IN,
        "get new credentials (`aws sso login`) and run it again; nothing is lost";
    CredentialsExpiredInOperation => SIGN_IN,
        "sign in again and run the same command: it waits for the operation in progress, and continues from there";
    Denied => ADMINISTRATOR,
        "the caller lacks a permission; `cargo xtask bootstrap` updates the environment's roles, otherwise have it \
         added or use another role";
    DeniedAction { caller, action } => ADMINISTRATOR,
        "{caller} lacks {action}; if it is one of the environment's roles, `cargo xtask bootstrap` updates it, \
         otherwise have the permission added or use another role";
    DeniedExplicitly { caller, action } => ADMINISTRATOR,
        "{caller} is explicitly denied {action} by a policy, a permissions boundary or the organization; use another \
         role, or change what denies it";
    DriftRoleUnusable => ADMINISTRATOR,
        "CloudFormation reads the resources with your own rights instead. To use the role, have `sts:AssumeRole` on \
         it permitted; `cargo xtask bootstrap` makes it";
    ServiceRoleUnusable => ADMINISTRATOR,
        "CloudFormation's service role does not exist, or CloudFormation may not assume it; `drift --only \
         bootstrap-roles` shows whether it was deleted, and docs/guides/recover.md how to restore it";
    AwsUnreachable => Command,
        "nothing was done; run it again when AWS can be reached";
    CallUnanswered => Command,
        "whether it took effect is unknown; run the same command again to find out";
    CallsThrottled => Command,
        "other callers use up the rate of CloudFormation's API; run the same command again later";

    // Operations that failed, by the status that they leave behind.

    CreationFailed => Command,
        "fix the cause and deploy again: the failed stack is deleted first";
    UpdateRolledBack => Command,
        "fix the cause and deploy again";
    UpdateRollbackFailed => Command,
        "fix what keeps the rollback from finishing, then run `recover`, which continues it";
    UpdateFailed => Command,
        "run `recover`, which rolls the update back";
    DeletionFailed => Command,
        "fix what keeps the resources from being deleted, and delete the stack again";
    StackDeleted => Command,
        "deploy again: the stack is created anew";
    ResourceDeletedOutside { resources } => Change,
        "{resources} was deleted outside of CloudFormation: remove it from the definition, deploy, add it again, and \
         deploy once more (docs/guides/drift.md)";
    RollbackOfDeletedResource { resources, stack, skipped } => Change,
        "{resources} was deleted outside of CloudFormation: skip it in the rollback with:\n    aws cloudformation \
         continue-update-rollback --stack-name {stack} --resources-to-skip {skipped}\nthen remove it from the definition, \
         deploy, add it again, and deploy once more (docs/guides/drift.md)";
    OrphansExist { orphans } => Command,
        "{orphans}: the same command with `--rebuild` adopts what earlier stacks retained";
    ResourceNameTaken { resources } => Change,
        "{resources} exists, and no stack of this environment retained it within 90 days: give it another name in \
         the definition, or have its owner delete it, then run the same command again";
    ContactLost => Command,
        "run the same command again: it waits for the operation in progress";
    ResultUnreadable => Command,
        "run the same command again: it reads the stack's state";
    OperationRunsOn => Command,
        "docs/guides/recover.md lists what a stack may wait for; `recover` waits for it again";
    OperationNotReverted { command, stack } => ADMINISTRATOR,
        "with credentials that allow it:\n    aws cloudformation {command} --stack-name {stack}";

    // How a run that ended early continues: above the command to type.

    StepFailed => Command,
        "after fixing the cause, resume with:";
    StackChangedSincePlan => Command,
        "plan the changed stacks again with:";
    Interrupted => Command,
        "to reattach and finish the rest:";
    InterruptedLocally => Command,
        "to resume from there:";
    InterruptedWithoutState => Command,
        "no state was kept; to start again and keep it:";

    // Findings: stacks in a status that no update starts from.

    DeletionStuck { events, destroy } => Command,
        "its events show what blocks the deletion:\n    {events}\nremove that, then delete the stack again with:\n    {destroy}";
    Stuck { events, status } => Person("no automatic step is safe in such a status"),
        "its events show why:\n    {events}\ndocs/guides/recover.md lists the manual steps, under `{status}`";
    DeletionUnsafe => Person("no deletion is known to be safe in such a status"),
        "inspect it in the CloudFormation console";
    FailedCreationProtected { stack, recover } => Command,
        "turn off termination protection, then recover the stack:\n    aws cloudformation \
         update-termination-protection --no-enable-termination-protection --stack-name {stack}\n    {recover}";
    UndefinedStuck { recover } => Command,
        "recover it with:\n    {recover}";
    UndefinedNeverCreated { destroy } => Command,
        "delete it with:\n    {destroy}";
    Undefined => Command,
        "`--prune` deletes it";
    DeployedBefore { parameter, deploy } => Command,
        "recreate it with the last value of {parameter}:\n    {deploy}";

    // Findings: stacks of others, and stacks that an administrator applies.

    OtherOwnersStack => Nothing,
        "stacks of other owners are never changed; nothing in this environment needs it";
    OtherOwnersStackInTheWay => OTHER_OWNER,
        "stacks of other owners are never changed, and this one has the name of a defined stack: ask its owner to \
         delete it, then run the same command again";
    UntaggedStackInTheWay { tag } => Person("whether the stack is the environment's is a person's decision"),
        "its template was not generated by this project, so it is not changed; if it belongs to this environment all \
         the same, tag it with:\n    {tag}";
    TagLost => Nothing,
        "its update restores the tags; no manual step is needed";
    ManualStackOutdated => ADMINISTRATOR,
        "an administrator has to apply it";
    RolesLackPermissions { environment } => ADMINISTRATOR,
        "apply it, then check again:\n    cargo xtask bootstrap --env {environment}";
    ManualStackMissing { producer } => ADMINISTRATOR,
        "apply {producer} manually first";

    // Findings: exports and imports.

    ProducerNotSelected { producer } => Command,
        "deploy {producer} too";
    ImporterRemains { importer } => Command,
        "delete or change {importer} first, or together with it";
    OtherOwnersImporter { importer } => OTHER_OWNER,
        "{importer} does not belong to this environment: ask its owner to change or delete it, then run the same \
         command again";
    ExportRetained => Nothing,
        "the first deployment after that removes it";
    ExportRetainedForOthers { importers } => OTHER_OWNER,
        "stacks of other owners have to stop importing it: {importers}; the first deployment after that removes it";
    ExportValueChanges => Change,
        "give the new resource a logical id and an output of its own, so that both exist while importers move (a load \
         balancer and its listeners with target groups of their own: a target group belongs to one load balancer); or \
         deploy without the imports first, and with them again afterwards";
    ExportNameTaken => Change,
        "give the export another name, so that importers can move to it; or remove the import, deploy its stack alone \
         with `--only`, and then the others";
    OtherOwnersExport { holder } => OTHER_OWNER,
        "{holder} does not belong to this environment: ask its owner to rename the export or delete the stack, then \
         run the same command again";
    RetainedExportsTooLarge => Change,
        "remove the imports in one deployment, and the exports in the next";
    CircularImport => Change,
        "deploy one of them with a definition that imports from none of the others";

    // Findings: resources and parameters.

    ChangeUnacknowledged => Command,
        "nothing was executed; review the change, and acknowledge it if it is intended";
    ChangeUnreviewed => Command,
        "the environment has changed since the check, which did not report this: check again, or restart the pipeline";
    ChangeSetEmpty => Nothing,
        "compare the templates with `diff`; the stack stays as it is";
    DataLossInRollback => Change,
        "a rollback never loses data: bring the parts of the old definition that you want into the current one, and \
         deploy that";
    UniqueValueKept => Change,
        "give the new one a different value, or remove the resource in one deployment and add it in the next";
    UniqueValueTaken => Change,
        "deploy one of them with an unused value first, then with the intended one";
    UniqueValuesSwapped => Change,
        "swap them in three deployments: give one of them an unused value, then the other one its intended value, and \
         then the first one its own";
    UniqueValueTwice => Change,
        "give one of them another value";
    UniqueValueReleasedLate => Change,
        "keep its logical id, give the new one a different value, or remove the old one in a deployment before";
    UniqueValueRace => Change,
        "let the resource that takes the value wait for the one that gives it up, with `DependsOn`";
    TargetGroupElsewhere => Change,
        "give the other load balancer a target group of its own, under a logical id of its own: a target group \
         belongs to one load balancer";
    PrerequisiteMissing { needs } => Change,
        "define what it needs, in this stack and with `DependsOn`, or in one that is deployed before: {needs}";
    PrerequisiteUnordered { resource, other } => Change,
        "let {resource} wait for {other}, with `DependsOn`";
    DeletionProtected { setting } => Change,
        "change that ({setting}) in one deployment, and remove the resource in the next";
    DeletionBlocked { user } => Change,
        "change or remove {user} in a deployment before";
    DeletionOfContents { what } => Person("whether its contents are needed is a person's decision"),
        "empty it of {what} before, or retain it by its DeletionPolicy";
    ResourceMoves => Change,
        "it is gone in between; to keep it, give it `DeletionPolicy: Retain` in both stacks: deploy that where it is \
         now, then move it, and it is imported";
    Orphan => Command,
        "`--rebuild` imports it; without it a new one is created";
    OrphanedName => Command,
        "`--rebuild` imports it; without it the deployment fails, because the name is taken";
    ResourceDrifted => Nothing,
        "an update changes only what differs between the templates: what was changed by hand stays until its \
         property, or the resource, is deployed again";
    DriftedByDeletion => Change,
        "an update of it fails; `docs/guides/deploy.md` says how it comes back";
    ImageMissing => Person("the application's pipeline builds its first image"),
        "the first release of the application provides it";
    ParameterMissing { parameter } => Change,
        "provide a value for {parameter}";

    // Refusals.

    OtherAccount { account } => SIGN_IN,
        "use credentials of account {account}; `aws sts get-caller-identity` shows whose are in use";
    OtherRegion => Command,
        "synthesize and plan again: the environment has moved to another region since";
    StackNotOurs { stack } => OTHER_OWNER,
        "find out whose {stack} is; a stack that this definition did not make can't stay under that name";
    SourceUnknown => Change,
        "deploy what `cargo xtask` synthesizes in a checkout of the repository, or a release; in an emergency \
         --break-glass REASON";
    OtherBranch { branch } => Change,
        "check `{branch}` out, or merge into it; in an emergency --break-glass REASON";
    ChangesUncommitted => Change,
        "commit or stash them; in an emergency --break-glass REASON";
    InputsElsewhere => Change,
        "commit them to the repository of the code; in an emergency --break-glass REASON";
    ReleaseUnusable => Person("the publisher of the release has the original"),
        "take the release again from where it was published";
    ReleaseOfOtherCommit { commit } => Person("the pipeline makes its releases"),
        "start the pipeline again: its stage Build makes the release of {commit}";
    PlanOfOtherTarget => Command,
        "nothing was done; make the plan again";
    PlanOfOtherCommit => Command,
        "make the plan again; in an emergency --break-glass REASON";
    ReasonMissing => Command,
        "say why, in a few words: --break-glass 'the site is down'";
    NotConfirmed => Command,
        "nothing was done; run it again to be asked again";
    StagingUnconfirmed => Command,
        "add --yes";
    ProductionUnconfirmed => Command,
        "save the plan with `plan --out FILE`, look at it, and deploy it with `deploy --plan FILE`";
    /// Above the command that confirms it.
    SavedPlanUnconfirmed => Command,
        "say on the command line which environment it is:";
    /// Above the commands that plan and deploy.
    PlanUnsaved => Command,
        "save the plan, look at it, and deploy it:";
    TerminalMissing { environment } => Person("the confirmation is typed at a terminal"),
        "run it at a terminal, and type {environment}: no plan of it can be saved and looked at before";

    // Errors.

    AssemblyOverwritten => Command,
        "run it again, or write each to a folder of its own with `synth --out DIR`";
    CheckoutChanged => Command,
        "something else has checked another commit out meanwhile; run it again";
    SynthesisNotStarted => Command,
        "nothing was done; run the same command again: cargo builds the program anew if it is missing";
    PlanVersionUnknown => Command,
        "create the plan again";
    PlanModified => Command,
        "change the definition, and create the plan again";
    FindingsOutdated => Command,
        "check again";
    WorkspaceMissing => Command,
        "call it as `cargo xtask diff`";
    ImageWithoutStack { digest } => Command,
        "name it, as in --image service-web={digest}, or give a single --only";
    ImageNotSelected { stack } => Command,
        "add --only {stack}";
    ImageTwice => Command,
        "a service runs one; leave the other out";
    NotDeployed => Command,
        "`status` tells what is";
    NeverSettles => Person("something outside of these programs changes the stacks"),
        "look at the stacks in the console; something keeps them from settling";
    EmulatorMissing => Command,
        "`cargo xtask` starts the one that has, for --local";
    EmulatorOnly => Command,
        "add --local; `deployer` is the one for AWS";
    ServicesMissing => SIGN_IN,
        "leave out --local, and sign in to the environment's account";
    ImageHistoryMissing => Command,
        "name the image with --to";
    PeeringMissing { environment } => Person("a peering is requested in Atlas"),
        "request the peering in Atlas (Network Access, Peering), then add [atlas] to \
         environments/{environment}.toml";

    SecretWithoutValue => Command,
        "`cargo xtask doctor` lists the secrets without a value";

    // Promotion: `promote`, in a checkout of an application.

    PromotionFromStaging => Person("staging follows its branch by itself"),
        "staging follows its branch by itself: merge into it";
    RemoteMissing { repository } => Change,
        "run it in a checkout of {repository}, or name one with --checkout DIR";
    CommitNotOnBranch => Command,
        "the branch was rewritten after the commit ran; name one that is on it with --commit";
    BranchNotForward { branch, from } => Change,
        "a branch only moves forward. To go back, use `cargo xtask rollback` or `cargo xtask applications rollback`; \
         what is on {branch} alone, merge into {from}";
    PushRefused => Person("the owner of the repository decides who may push"),
        "if the branch is protected, promote with an account that may push to it";
    ImageUnknown => Command, "name one that the repository has with --to:";
    EarlierImageUnknown => Command, "name one with --to; the repository has:";

    // The peering with Atlas: `atlas accept`.

    PeeringUnknown => Person("peerings are requested in Atlas"),
        "compare `peering` in the environment's file with Network Access, Peering, in Atlas";
    PeeringDiffers => Person("a request is corrected, or rejected, in Atlas"),
        "correct the environment's file, or request the peering again in Atlas with the right values; a request from \
         another party has to be rejected";
    PeeringTerminated => Person("peerings are requested in Atlas"),
        "request the peering again in Atlas, and set the new id in the environment's file";
    PeeringPending => Command,
        "run the same command again: it resumes here";
    PeeringUnconfirmed => Command,
        "compare the values above with Atlas, and pass --yes if they match";

    // `cargo xtask`: the definition, its inputs and the tools.

    OutsideOfWorkspace => Change,
        "run it inside the repository";
    HomeUnusable => Person("the environment of the shell is its user's"),
        "set it to your home folder";
    OutputNotReplaced { option } => Change,
        "choose another folder with {option}, or remove it";
    ApplicationDefined => Change,
        "edit its table, or choose another name";
    PrioritiesTaken => Change,
        "make room between the priorities of the other applications";
    ApplicationAdded => Command,
        "next:\n  cargo xtask check\n  cargo xtask snapshots accept, and look at `git diff`\n  commit, and send the \
         change (docs/guides/add-an-application.md)";
    RevisionUnknown => Command,
        "`git fetch` brings commits of the origin";
    AssemblyOfOtherVersion { commit, environment } => Command,
        "deploy it with its own code: `git worktree add ../then {commit}`, and there `cargo xtask deploy --env \
         {environment}`";
    StacksMissing => Change,
        "a stack crate has [package.metadata.stack] in its Cargo.toml";
    BinaryMissing => Change,
        "a stack crate has a src/main.rs";
    BindingsOutdated => Command,
        "`cargo xtask bindings` writes them";
    PythonMissing => Person("the system's administrator installs programs"),
        "the tools that check templates and deployments are Python packages: install Python 3.10 or newer with its \
         venv module";
    ValidatorsMissing => Command,
        "`cargo xtask test` installs it and runs the tests; `cargo xtask check --judges` installs it and runs the \
         validators";
    BrowserMissing => Command,
        "`cargo xtask test` installs it and runs the tests";
}

impl Situation<'_> {
    /// The line of help under an error.
    #[must_use]
    pub fn help(&self) -> String {
        format!("\n  = help: {self}")
    }
}

/// A command of ours for an environment, as it is typed.
#[must_use]
pub fn command(verb: &str, environment: impl fmt::Display) -> String {
    format!("cargo xtask {verb} --env {environment}")
}
