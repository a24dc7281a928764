//! Both environments with their stacks and policies. Tests of roles and pipelines take the
//! definition that is checked in; attacks, which name applications, and rehearsals take the sample.

use std::sync::LazyLock;

use rehearsal::pipelines::policy::Policies;
use rehearsal::pipelines::template::Stacks;
use tests::{Synthesis, sample, synthesized};

pub(crate) struct Read {
    pub(crate) synthesis: &'static Synthesis,
    pub(crate) stacks: Stacks,
    pub(crate) rights: Policies,
}

/// Both that are checked in, production first.
pub(crate) fn environments() -> &'static [Read] {
    static ALL: LazyLock<Vec<Read>> = LazyLock::new(|| synthesized().iter().map(read).collect());
    &ALL
}

/// Both of the sample.
pub(crate) fn samples() -> &'static [Read] {
    static ALL: LazyLock<Vec<Read>> = LazyLock::new(|| sample().iter().map(read).collect());
    &ALL
}

pub(crate) fn read(synthesis: &'static Synthesis) -> Read {
    let template = |name: &str| synthesis.templates.get(name).cloned();
    let mut stacks = Stacks::from_assembly(&synthesis.assembly, template);
    let digest = format!("sha256:{}", "0".repeat(64));
    for stack in &synthesis.assembly.stacks {
        let values = stack.parameters.iter();
        stacks
            .parameters_mut(stack.name.as_str())
            .extend(values.map(|name| (name.clone(), digest.clone())));
    }
    let rights = Policies::read(&stacks).unwrap_or_else(|error| panic!("{error}"));
    Read {
        synthesis,
        stacks,
        rights,
    }
}

pub(crate) fn staging() -> &'static Read {
    named("staging")
}

pub(crate) fn production() -> &'static Read {
    named("production")
}

fn named(name: &str) -> &'static Read {
    let mut all = samples().iter();
    all.find(|read| read.synthesis.environment.name.as_str() == name)
        .unwrap()
}

/// Holds a text against its snapshot, which is called after its case.
pub(crate) fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
