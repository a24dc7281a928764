//! Assemblies that are read from a folder, and those that are not believed.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use common::assembly::{Assembly, FILE_NAME, ReadError, VERSION, layers, read, template_file};
use common::environment::EnvironmentName;
use common::error_chain::error_chain;
use common::naming::{Names, StackKind};
use common::resources::sns::Topic;
use common::stack::StackArtifact;
use common::template::{Output, Template};

/// An empty folder for one test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A stack with some topics, and its template.
fn stack(id: &'static str, topics: usize) -> StackArtifact {
    let environment = EnvironmentName::Staging;
    let mut template = Template::new(format!("The stack {id}"));
    for number in 0..topics {
        template.add(format!("Topic{number}"), Topic::new());
    }
    template.output("Name", Output::new::<String>("What it is called", id));
    let checked = template.check().unwrap();
    StackArtifact {
        name: Names::new(environment).stack(&StackKind::Other(id)),
        id: id.to_owned(),
        crate_name: format!("{id}-stack"),
        environment,
        application: None,
        applied_manually: false,
        digest: checked.digest().to_owned(),
        bytes: checked.minified().len(),
        resources: topics,
        quotas: BTreeMap::new(),
        resource_types: Vec::new(),
        capabilities: Vec::new(),
        parameters: Vec::new(),
        tags: BTreeMap::new(),
        termination_protection: false,
        notes: Vec::new(),
        exports: Vec::new(),
        imports: Vec::new(),
        retained: Vec::new(),
        guarded: Vec::new(),
        locations: BTreeMap::new(),
        template: Some(checked.minified().into()),
    }
}

fn assembly(stacks: Vec<StackArtifact>) -> Assembly {
    Assembly {
        version: VERSION,
        environment: EnvironmentName::Staging,
        account: "444455556666".to_owned(),
        region: "eu-west-1".to_owned(),
        branch: "next".to_owned(),
        order: layers(&stacks).unwrap(),
        stacks,
    }
}

fn write(folder: &Path, assembly: &Assembly) {
    let mut assembly = assembly.clone();
    for stack in &mut assembly.stacks {
        let text = stack.template.take().unwrap();
        fs::write(folder.join(template_file(&stack.name)), &*text).unwrap();
    }
    let list = serde_json::to_string(&assembly).unwrap();
    fs::write(folder.join(FILE_NAME), list).unwrap();
}

/// The error with all that is behind it, with the folder's name left out.
fn complaint(folder: &Path, error: &dyn std::error::Error) -> String {
    error_chain(error).replace(&format!("{}/", folder.display()), "")
}

#[test]
fn what_was_written_is_read() {
    let folder = folder("whole");
    let whole = assembly(vec![stack("ecs", 2), stack("network", 1)]);
    write(&folder, &whole);
    assert_eq!(read(&folder).unwrap(), whole);
}

#[test]
fn a_template_that_was_changed_is_refused_with_both_digests() {
    let folder = folder("changed");
    let whole = assembly(vec![stack("ecs", 2), stack("network", 1)]);
    let change = |change: &dyn Fn(&str) -> String| {
        write(&folder, &whole);
        let file = folder.join(template_file(&whole.stacks[0].name));
        let text = fs::read_to_string(&file).unwrap();
        let changed = change(&text);
        assert_ne!(text, changed);
        fs::write(&file, changed).unwrap();
        read(&folder).unwrap_err()
    };

    // As long as before, with the digest that it shows as before.
    let error = change(&|text| text.replace("Topic1", "Topic9"));
    insta::assert_snapshot!(complaint(&folder, &error), @r"
    lemonade-staging-ecs.template.json is not the template of lemonade-staging-ecs that the assembly was made with: its digest is 6ac1c60796dd90258c6c2591fb4f84f0a6be711f310d5fefa585feb064581ae0, not b8e21d3212c26085a43a1e17d91164ce4d6ba48c264d25cefe93e583b878020c
      = help: something has changed it since; synthesize again, or take the release again from where it was published
    ");

    let error = change(&|text| text.replace("DefinitionDigest", "Digest"));
    insta::assert_snapshot!(complaint(&folder, &error), @r"
    lemonade-staging-ecs.template.json is not the template of lemonade-staging-ecs that the assembly was made with: its digest is missing, not b8e21d3212c26085a43a1e17d91164ce4d6ba48c264d25cefe93e583b878020c
      = help: something has changed it since; synthesize again, or take the release again from where it was published
    ");

    // The whole of it, as another definition would have it, and only the digest that it shows.
    let other = stack("network", 1).template.unwrap();
    for error in [
        change(&|_| other.to_string()),
        change(&|text| text.replace(&whole.stacks[0].digest, &whole.stacks[1].digest)),
        change(&|text| text.to_owned() + "\n"),
    ] {
        assert!(matches!(error, ReadError::Template { .. }), "{error}");
    }
}

#[test]
fn a_list_that_does_not_fit_together_is_refused() {
    let folder = folder("list");
    let whole = assembly(vec![stack("ecs", 1), stack("network", 1)]);
    let change = |change: &dyn Fn(&mut Assembly)| {
        let mut changed = whole.clone();
        change(&mut changed);
        write(&folder, &changed);
        complaint(&folder, &read(&folder).unwrap_err())
    };
    let name = |text: &str| serde_json::from_value(text.into()).unwrap();
    let complaints = [
        change(&|list| list.stacks[0].name = name("lemonade-production-ecs")),
        change(&|list| list.stacks[0].environment = EnvironmentName::Production),
        change(&|list| list.stacks[0].id = "network".to_owned()),
        change(&|list| list.stacks.push(stack("ecs", 1))),
        change(&|list| list.order.push(list.order[0].clone())),
        change(&|list| list.order = vec![vec![list.stacks[0].name.clone()]]),
        change(&|list| list.order.push(vec![name("lemonade-staging-else")])),
        change(&|list| list.stacks[1].bytes += 1),
    ];
    insta::assert_snapshot!(complaints.join("\n"), @r"
    malformed assembly.json: lemonade-production-ecs is no stack of staging: its name would begin with `lemonade-staging-`
    malformed assembly.json: lemonade-staging-ecs is of production, not of staging
    malformed assembly.json: lemonade-staging-ecs has the id `network`, not `ecs`
    malformed assembly.json: lemonade-staging-ecs is listed twice
    malformed assembly.json: lemonade-staging-ecs stands 2 times in the order
    malformed assembly.json: lemonade-staging-network is missing in the order
    malformed assembly.json: the order names lemonade-staging-else, which is not listed
    malformed assembly.json: lemonade-staging-network is listed with 354 bytes, and its template has 353
    ");
}
