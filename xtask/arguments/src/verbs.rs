//! The verbs, each with what can be said to it.

use std::ffi::OsString;
use std::num::NonZeroU16;
use std::path::PathBuf;

use clap::Args;
use common::application::ApplicationName;

use crate::consent::Consent;
use crate::image::{ImageError, digest_of};
use crate::scope::{Acknowledgements, Acting, Images, Scope};
use crate::target::Target;
use crate::words::{Words, each, flag, option, switch};

/// A verb.
pub trait Verb: Words {
    /// As it is typed.
    const NAME: &'static str;

    /// What it works on.
    fn target(&mut self) -> &mut Target;

    /// The files that it reads and writes beside the sources: saved plans and findings.
    fn files(&self) -> Vec<PathBuf> {
        const OPTIONS: [&str; 4] = ["--plan=", "--out=", "--findings=", "--seen="];
        let words = self.words();
        let texts = words.iter().filter_map(|word| word.to_str());
        texts
            .filter_map(|word| OPTIONS.iter().find_map(|option| word.strip_prefix(option)))
            .map(PathBuf::from)
            .collect()
    }
}

/// The words of a verb are those of its parts.
macro_rules! words {
    ($name:ident = $verb:literal: $($part:ident),* $(; $this:ident => $more:expr)?) => {
        impl Verb for $name {
            const NAME: &'static str = $verb;

            fn target(&mut self) -> &mut Target {
                &mut self.target
            }
        }

        impl Words for $name {
            fn words(&self) -> Vec<OsString> {
                let mut words = Vec::new();
                $(words.extend(self.$part.words());)*
                $(let $this = self; words.extend::<Vec<OsString>>($more);)?
                words
            }
        }
    };
}

/// How much at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Args)]
pub struct Pace {
    /// How many stacks at once
    #[arg(long, value_name = "N", default_value = "16")]
    pub concurrency: NonZeroU16,
}

impl Words for Pace {
    fn words(&self) -> Vec<OsString> {
        flag("--concurrency", self.concurrency.to_string())
    }
}

/// `diff`: what deploying would change.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Diff {
    /// Of what.
    #[command(flatten)]
    pub target: Target,
    /// Which stacks.
    #[command(flatten)]
    pub scope: Scope,
}
words!(Diff = "diff": target, scope);

/// `plan`: what deploying would do.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Plan {
    /// Of what.
    #[command(flatten)]
    pub target: Target,
    /// Which stacks.
    #[command(flatten)]
    pub scope: Scope,
    /// With which images.
    #[command(flatten)]
    pub images: Images,
    /// As what.
    #[command(flatten)]
    pub acting: Acting,
    /// What is acknowledged.
    #[command(flatten)]
    pub acknowledged: Acknowledgements,

    /// Delete stacks that are not defined any more
    #[arg(long)]
    pub prune: bool,

    /// Save the plan, with its change sets, for `deploy --plan`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// Fail unless everything is acknowledged that has to be
    #[arg(long)]
    pub require_acknowledged: bool,

    /// Save what was found, for a later `plan --seen`
    ///
    /// Without --out, busy and stuck stacks are judged as they will be then.
    #[arg(long, value_name = "FILE")]
    pub findings: Option<PathBuf>,

    /// Block on what has to be acknowledged and is not in FILE
    ///
    /// Acknowledged or not: whoever has checked did not see it.
    #[arg(long, value_name = "FILE")]
    pub seen: Option<PathBuf>,

    /// Note what was changed without CloudFormation in stacks that change
    #[arg(long)]
    pub drift: bool,

    /// Why it is saved from another branch or with uncommitted changes
    #[arg(long, value_name = "REASON", requires = "out")]
    pub break_glass: Option<String>,
}
words!(Plan = "plan": target, scope, images, acting, acknowledged; this => {
    let mut words: Vec<OsString> = switch("--prune", this.prune).into_iter().collect();
    words.extend(option("--out", this.out.as_ref()));
    words.extend(switch("--require-acknowledged", this.require_acknowledged));
    words.extend(option("--findings", this.findings.as_ref()));
    words.extend(option("--seen", this.seen.as_ref()));
    words.extend(switch("--drift", this.drift));
    words.extend(option("--break-glass", this.break_glass.as_ref()));
    words
});

/// `deploy`: brings an environment to its definition.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Deploy {
    /// Of what.
    #[command(flatten)]
    pub target: Target,

    /// Do what this saved plan says, unless the environment has moved since
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = [
            "only", "bootstrap", "images", "use_previous_template", "role", "words", "prune", "drift",
            "rebuild",
        ]
    )]
    pub plan: Option<PathBuf>,

    /// Which stacks.
    #[command(flatten)]
    pub scope: Scope,
    /// With which images.
    #[command(flatten)]
    pub images: Images,
    /// As what.
    #[command(flatten)]
    pub acting: Acting,
    /// What is acknowledged.
    #[command(flatten)]
    pub acknowledged: Acknowledgements,

    /// Delete stacks that are not defined any more
    #[arg(long)]
    pub prune: bool,

    /// Note what was changed without CloudFormation in stacks that change
    #[arg(long)]
    pub drift: bool,

    /// Take over what deleted stacks left: keys, secrets, addresses, images
    #[arg(long)]
    pub rebuild: bool,

    /// How much at once.
    #[command(flatten)]
    pub pace: Pace,
    /// Who has said yes.
    #[command(flatten)]
    pub consent: Consent,
}
words!(Deploy = "deploy": target, scope, images, acting, acknowledged, pace, consent; this => {
    let mut words = option("--plan", this.plan.as_ref());
    words.extend(switch("--prune", this.prune));
    words.extend(switch("--drift", this.drift));
    words.extend(switch("--rebuild", this.rebuild));
    words
});

/// `bootstrap`: the one deployment by a person.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Bootstrap {
    /// Of what.
    #[command(flatten)]
    pub target: Target,
    /// What is acknowledged.
    #[command(flatten)]
    pub acknowledged: Acknowledgements,
    /// How much at once.
    #[command(flatten)]
    pub pace: Pace,
    /// Who has said yes.
    #[command(flatten)]
    pub consent: Consent,
    /// What is defined.
    #[command(flatten)]
    pub definition: Definition,
}
words!(Bootstrap = "bootstrap": target, acknowledged, pace, consent, definition);

/// `status`: whether what is deployed is what is defined.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Status {
    /// Of what.
    #[command(flatten)]
    pub target: Target,
    /// Which stacks.
    #[command(flatten)]
    pub scope: Scope,
    /// Which images are expected.
    #[command(flatten)]
    pub images: Images,

    /// Wait as long for busy stacks that are not as defined yet
    #[arg(long, value_name = "MINUTES", default_value = "0")]
    pub wait: u16,

    /// What is defined. Where it is given, what is beside the stacks is looked at too.
    #[command(flatten)]
    pub definition: Definition,
}
words!(Status = "status": target, scope, images, definition; this => {
    flag("--wait", this.wait.to_string())
});

/// What a verb that only looks at deployed stacks is told: of what, and which of them.
macro_rules! of_stacks {
    ($(#[$doc:meta])* $name:ident = $verb:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Args)]
        pub struct $name {
            /// Of what.
            #[command(flatten)]
            pub target: Target,

            /// Only this stack, by short or full name; may be given several times
            #[arg(long, value_name = "STACK")]
            pub only: Vec<String>,
        }
        words!($name = $verb: target; this => each("--only", &this.only));
    };
}

of_stacks! {
    /// `outputs`: what the deployed stacks say of themselves.
    Outputs = "outputs"
}

of_stacks! {
    /// `drift`: what somebody changed without CloudFormation.
    Drift = "drift"
}

/// `recover`: brings stuck stacks to where they can be deployed.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Recover {
    /// Of what.
    #[command(flatten)]
    pub target: Target,
    /// Which stacks.
    #[command(flatten)]
    pub scope: Scope,
    /// How much at once.
    #[command(flatten)]
    pub pace: Pace,
    /// Who has said yes.
    #[command(flatten)]
    pub consent: Consent,
}
words!(Recover = "recover": target, scope, pace, consent);

/// `rollback`: brings an environment back to the definition of an older commit.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Rollback {
    /// Of what.
    #[command(flatten)]
    pub target: Target,

    /// The commit to go back to
    #[arg(long, value_name = "REV")]
    pub to: String,

    /// Which stacks.
    #[command(flatten)]
    pub scope: Scope,
    /// What is acknowledged.
    #[command(flatten)]
    pub acknowledged: Acknowledgements,
    /// How much at once.
    #[command(flatten)]
    pub pace: Pace,
    /// Who has said yes.
    #[command(flatten)]
    pub consent: Consent,
}
words!(Rollback = "rollback": target, scope, acknowledged, pace, consent; this => {
    flag("--to", &this.to)
});

/// `promote`: moves an environment's branch to what completed in the other one.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Promote {
    /// Of what.
    #[command(flatten)]
    pub target: Target,
    /// What is defined.
    #[command(flatten)]
    pub definition: Definition,

    /// Promote this application's repository instead of the definition's
    #[arg(long, value_name = "NAME")]
    pub application: Option<ApplicationName>,

    /// The commit [default: the newest that completed]
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,

    /// A checkout of the repository
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub checkout: PathBuf,

    /// Who has said yes.
    #[command(flatten)]
    pub consent: Consent,
}
words!(Promote = "promote": target, definition, consent; this => {
    let mut words = option("--application", this.application.as_ref().map(ApplicationName::as_str));
    words.extend(option("--commit", this.commit.as_ref()));
    words.extend(flag("--checkout", &this.checkout));
    words
});

/// `destroy`: deletes an environment, but what is retained.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Destroy {
    /// Of what.
    #[command(flatten)]
    pub target: Target,
    /// Which stacks.
    #[command(flatten)]
    pub scope: Scope,
    /// What is acknowledged.
    #[command(flatten)]
    pub acknowledged: Acknowledgements,
    /// How much at once.
    #[command(flatten)]
    pub pace: Pace,
    /// Who has said yes.
    #[command(flatten)]
    pub consent: Consent,
}
words!(Destroy = "destroy": target, scope, acknowledged, pace, consent);

/// `doctor`: what is wrong with an environment, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Doctor {
    /// Of what.
    #[command(flatten)]
    pub target: Target,
    /// What is defined.
    #[command(flatten)]
    pub definition: Definition,
}
words!(Doctor = "doctor": target, definition);

/// `atlas accept`: accepts the peering with the database.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct AtlasAccept {
    /// Of what.
    #[command(flatten)]
    pub target: Target,
    /// What is defined.
    #[command(flatten)]
    pub definition: Definition,

    /// Accept though not everything could be compared
    #[arg(long)]
    pub yes: bool,
}
words!(AtlasAccept = "atlas-accept": target, definition; this => {
    switch("--yes", this.yes).into_iter().collect()
});

/// `applications rollback`: an application back to an older image.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct ApplicationsRollback {
    /// The application
    #[arg(value_name = "NAME")]
    pub application: ApplicationName,

    /// Of what.
    #[command(flatten)]
    pub target: Target,

    /// The image [default: the newest from before that ran well]
    #[arg(long, value_name = "DIGEST", value_parser = digest)]
    pub to: Option<String>,

    /// What is acknowledged.
    #[command(flatten)]
    pub acknowledged: Acknowledgements,
    /// Who has said yes.
    #[command(flatten)]
    pub consent: Consent,
}
words!(ApplicationsRollback = "image-rollback": target, acknowledged, consent; this => {
    let mut words = option("--to", this.to.as_ref());
    words.push(this.application.as_str().into());
    words
});

fn digest(text: &str) -> Result<String, ImageError> {
    digest_of(text).map(str::to_owned)
}

/// Where the definition's inputs are: what an assembly does not say of an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct Definition {
    /// The folder of the input files [default: .]
    #[arg(long = "definition", value_name = "DIR", hide = true)]
    pub folder: Option<PathBuf>,
}

impl Words for Definition {
    fn words(&self) -> Vec<OsString> {
        option("--definition", self.folder.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser};

    use super::*;

    #[derive(Debug, PartialEq, Eq, Parser)]
    struct One<T: Args> {
        #[command(flatten)]
        arguments: T,
    }

    fn read<T: Args>(words: &[OsString]) -> T {
        let program = OsString::from("program");
        let words = std::iter::once(&program).chain(words);
        let matches = One::<T>::command().try_get_matches_from(words).unwrap();
        One::from_arg_matches(&matches).unwrap().arguments
    }

    fn round_trip<T: Args + Words + PartialEq + std::fmt::Debug>(line: &str) {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let first: T = read(&words);
        let second: T = read(&first.words());
        assert_eq!(first, second, "{line}");
        // Nothing was lost on the way but the spelling.
        assert!(first.words().len() >= line.matches("--").count(), "{line}");
    }

    #[test]
    fn words_give_the_same_arguments_again() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let target = "--env staging --assembly a/b --handed-over --endpoint-url http://127.0.0.1:1 --format json";
        let local =
            "--env staging --local a/b --local-speed 600 --called-as=program --typed-config c";
        let scope = "--only network --only=-odd --bootstrap";
        let consent = "--concurrency 3 --yes --confirm staging --break-glass=-reason";
        let image = format!("--image service-web={digest} --image {digest}");
        let acknowledged = "--acknowledge a:b/c:d --acknowledge e --acknowledgements f.toml";
        round_trip::<Diff>(&format!("{target} {scope}"));
        round_trip::<Plan>(&format!(
            "{target} {scope} {image} {acknowledged} --prune --out p.json --require-acknowledged --findings f.json --seen s.json --drift --break-glass=-reason"
        ));
        round_trip::<Deploy>(&format!(
            "{target} {scope} {image} {acknowledged} --prune --drift --rebuild {consent}"
        ));
        round_trip::<Deploy>(&format!("{target} --plan p.json {consent}"));
        round_trip::<Bootstrap>(&format!(
            "{target} {acknowledged} {consent} --definition a/b"
        ));
        round_trip::<Status>(&format!("{target} {scope} {image} --definition a/b"));
        round_trip::<Outputs>(&format!("{target} --only network"));
        round_trip::<Outputs>(&format!("{local} --only network"));
        round_trip::<Outputs>("--env staging --local --only network");
        round_trip::<Drift>(&format!("{local} --only network --only ecs"));
        round_trip::<Doctor>(&format!("{target} --definition a/b"));
        round_trip::<AtlasAccept>(&format!("{target} --definition a/b --yes"));
        round_trip::<Recover>(&format!("{target} {scope} {consent}"));
        round_trip::<Rollback>(&format!(
            "{target} {scope} {acknowledged} {consent} --to HEAD~1"
        ));
        round_trip::<ApplicationsRollback>(&format!(
            "web {target} {acknowledged} --to {digest} --yes --confirm staging"
        ));
        round_trip::<Destroy>(&format!("{target} {scope} {acknowledged} {consent}"));
    }

    #[test]
    fn a_saved_plan_leaves_nothing_to_be_said() {
        for more in [
            "--only=network",
            "--bootstrap",
            "--prune",
            "--drift",
            "--rebuild",
            "--acknowledge=a",
        ] {
            let words = ["program", "--env=staging", "--plan=p.json", more];
            let error = One::<Deploy>::command()
                .try_get_matches_from(words)
                .unwrap_err();
            assert_eq!(error.kind(), clap::error::ErrorKind::ArgumentConflict);
        }
    }
}
