//! The verbs of deploying: synthesizes, and hands the rest on to the programs that do it.

use deploy_arguments::Verb;

use super::{Context, applications_add, applications_list, release};
use crate::cli::{Applications, Atlas, Deploying, Diff};
use crate::deploying::{base, deployer, drill, rollback};
use crate::{Error, exit_code};

pub(super) fn run(context: &Context, verb: Deploying) -> Result<u8, Error> {
    match verb {
        Deploying::Diff(arguments) => diff(context, arguments),
        Deploying::Plan(arguments) => hand_on(context, arguments),
        Deploying::Deploy(arguments) => hand_on(context, arguments),
        Deploying::Bootstrap(mut arguments) => {
            arguments.definition.folder = Some(context.config.clone());
            hand_on(context, arguments)
        }
        Deploying::Status(arguments) => status(context, arguments),
        Deploying::Drift(arguments) => hand_on(context, arguments),
        Deploying::Outputs(arguments) => hand_on(context, arguments),
        Deploying::Recover(arguments) => hand_on(context, arguments),
        Deploying::Rollback(mut arguments) => {
            arguments.target.typed_config = context.typed_config.clone();
            rollback::run(&context.workspace, &context.config, arguments)
        }
        Deploying::Promote(mut arguments) => {
            arguments.definition.folder = Some(context.config.clone());
            hand_on(context, arguments)
        }
        Deploying::Destroy(arguments) => hand_on(context, arguments),
        Deploying::Drill(arguments) => drill::run(&context.workspace, &context.config, &arguments),
        Deploying::Doctor(mut arguments) => {
            arguments.definition.folder = Some(context.config.clone());
            hand_on(context, arguments)
        }
        Deploying::Applications(Applications::List(arguments)) => {
            applications_list::run(context, &arguments).map(|()| exit_code::SUCCESS)
        }
        Deploying::Applications(Applications::Add(arguments)) => {
            applications_add::run(context, &arguments).map(|()| exit_code::SUCCESS)
        }
        Deploying::Applications(Applications::Rollback(arguments)) => hand_on(context, arguments),
        Deploying::Atlas(Atlas::Accept(mut arguments)) => {
            arguments.definition.folder = Some(context.config.clone());
            hand_on(context, arguments)
        }
        Deploying::Release(arguments) => {
            release::run(context, &arguments).map(|()| exit_code::SUCCESS)
        }
    }
}

fn diff(context: &Context, arguments: Diff) -> Result<u8, Error> {
    match arguments.base {
        Some(base) => base::compare(
            &context.workspace,
            &context.config,
            &base,
            &arguments.deployed,
        ),
        None => hand_on(context, arguments.deployed),
    }
}

/// What is beside the stacks is looked at where there is more than CloudFormation: in AWS.
fn status(context: &Context, mut arguments: deploy_arguments::Status) -> Result<u8, Error> {
    let target = &arguments.target;
    let in_aws = target.local.is_none() && target.endpoint_url.is_none();
    if in_aws && arguments.scope.only.is_empty() {
        arguments.definition.folder = Some(context.config.clone());
    }
    hand_on(context, arguments)
}

fn hand_on(context: &Context, mut verb: impl Verb) -> Result<u8, Error> {
    verb.target().typed_config = context.typed_config.clone();
    deployer::run(&context.workspace, &context.config, verb)
}
