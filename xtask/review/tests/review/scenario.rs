//! A change of the definition, as a file says it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use common::Definition;
use common::assembly::Assembly;
use common::stack::StackArtifact;
use review::Environment;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Scenario {
    /// What the author of the change meant to do.
    pub(crate) about: String,
    /// The consequence that a reviewer must learn.
    #[serde(default)]
    pub(crate) consequence: String,
    /// What the first screen must contain: every group on one line, by one of its alternatives.
    #[serde(default)]
    pub(crate) names: Vec<Vec<String>>,
    /// Which environments' reports are looked at.
    #[serde(default = "both")]
    pub(crate) environments: Vec<String>,
    #[serde(default)]
    edit: Vec<Edit>,
    #[serde(default)]
    template: Vec<Patch>,
    #[serde(default)]
    assembly: Vec<Patch>,
}

fn both() -> Vec<String> {
    vec!["production".to_owned(), "staging".to_owned()]
}

/// An edit of an input file, in which the text occurs once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    file: String,
    find: String,
    replace: String,
}

/// An edit of a JSON document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    environment: String,
    stack: String,
    /// RFC 6901.
    pointer: String,
    set: Option<Value>,
    #[serde(default)]
    remove: bool,
    /// Another pointer that the value moves to.
    rename: Option<String>,
}

pub(crate) fn definition_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/definition")
}

/// The definition without a change.
pub(crate) fn base() -> &'static [Assembly] {
    static BASE: LazyLock<Vec<Assembly>> = LazyLock::new(|| synthesize(&definition_folder()));
    &BASE
}

/// Both environments of a definition.
fn synthesize(folder: &Path) -> Vec<Assembly> {
    let definition = Definition::load(folder).unwrap_or_else(|errors| panic!("{errors}"));
    let environments = definition.environments.iter().map(|environment| {
        let crates = [
            cicd_stack::stacks,
            ecs_stack::stacks,
            loadbalancer_stack::stacks,
            network_stack::stacks,
        ];
        let defined = crates
            .iter()
            .flat_map(|define| define(environment).unwrap_or_else(|error| panic!("{error}")));
        // Lines of the source change with every edit above them; one test of their own has them.
        let stacks = defined.map(|stack| StackArtifact {
            locations: BTreeMap::new(),
            ..stack
        });
        let stacks = stacks.collect();
        Assembly::new(environment, stacks).unwrap_or_else(|error| panic!("{error}"))
    });
    environments.collect()
}

impl Scenario {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        toml::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"))
    }

    /// Each environment before and after the change.
    pub(crate) fn environments(&self) -> Vec<(Environment, Environment)> {
        let after = self.proposal();
        let pairs = base().iter().zip(after);
        let model = |assembly: &Assembly| Environment::new(assembly).expect("JSON");
        pairs
            .filter(|(base, _)| {
                self.environments
                    .iter()
                    .any(|name| name == base.environment.as_str())
            })
            .map(|(base, after)| (model(base), model(&after)))
            .collect()
    }

    fn proposal(&self) -> Vec<Assembly> {
        let mut assemblies = match self.edit.as_slice() {
            [] => base().to_vec(),
            edits => synthesize(edited(edits).path()),
        };
        for patch in &self.template {
            let stack = stack(&mut assemblies, patch);
            let text = stack.template.as_deref().expect("a stack has its template");
            let mut template = serde_json::from_str(text).expect("a template is JSON");
            patch.apply(&mut template);
            stack.template = Some(template.to_string().as_str().into());
        }
        for patch in &self.assembly {
            let stack = stack(&mut assemblies, patch);
            let mut json = serde_json::to_value(&*stack).expect("JSON");
            patch.apply(&mut json);
            *stack = serde_json::from_value(json).expect("an entry of an assembly");
        }
        assemblies
    }
}

fn stack<'a>(assemblies: &'a mut [Assembly], patch: &Patch) -> &'a mut StackArtifact {
    let stacks = assemblies
        .iter_mut()
        .find(|assembly| assembly.environment.as_str() == patch.environment)
        .map(|assembly| &mut assembly.stacks)
        .unwrap_or_else(|| panic!("there is no environment {}", patch.environment));
    stacks
        .iter_mut()
        .find(|stack| stack.id == patch.stack)
        .unwrap_or_else(|| panic!("there is no stack {}", patch.stack))
}

impl Patch {
    fn apply(&self, document: &mut Value) {
        if let Some(to) = &self.rename {
            let value = take(document, &self.pointer);
            put(document, to, value);
        }
        if self.remove {
            take(document, &self.pointer);
        }
        if let Some(value) = &self.set {
            put(document, &self.pointer, value.clone());
        }
    }
}

/// The parent of what a pointer names, and its last part.
fn parent<'a>(document: &'a mut Value, pointer: &str) -> (&'a mut Value, String) {
    let (above, last) = pointer
        .rsplit_once('/')
        .expect("a pointer begins with a slash");
    let parent = document
        .pointer_mut(above)
        .unwrap_or_else(|| panic!("there is no {above}"));
    (parent, last.replace("~1", "/").replace("~0", "~"))
}

fn take(document: &mut Value, pointer: &str) -> Value {
    let (parent, last) = parent(document, pointer);
    let taken = match parent {
        Value::Object(entries) => entries.remove(&last),
        Value::Array(items) => last
            .parse()
            .ok()
            .filter(|index| *index < items.len())
            .map(|index: usize| items.remove(index)),
        _ => None,
    };
    taken.unwrap_or_else(|| panic!("there is no {pointer}"))
}

fn put(document: &mut Value, pointer: &str, value: Value) {
    let (parent, last) = parent(document, pointer);
    match parent {
        Value::Object(entries) => {
            entries.insert(last, value);
        }
        Value::Array(items) if last == "-" => items.push(value),
        Value::Array(items) => {
            let index: usize = last.parse().expect("the index of an item");
            items[index] = value;
        }
        _ => panic!("nothing can be put at {pointer}"),
    }
}

/// A copy of the definition with edits, which is removed on drop.
struct Edited(PathBuf);

impl Edited {
    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Edited {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn edited(edits: &[Edit]) -> Edited {
    use std::sync::atomic::{AtomicU32, Ordering};

    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("scenario-{}-{number}", std::process::id()));
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for file in [
        "applications.toml",
        "environments/production.toml",
        "environments/staging.toml",
    ] {
        let text = fs::read_to_string(definition_folder().join(file)).expect("an input file");
        files.insert(file.to_owned(), text);
    }
    for edit in edits {
        let text = files
            .get_mut(&edit.file)
            .unwrap_or_else(|| panic!("there is no file {}", edit.file));
        let count = text.matches(&edit.find).count();
        assert_eq!(count, 1, "{:?} must occur once in {}", edit.find, edit.file);
        *text = text.replace(&edit.find, &edit.replace);
    }
    for (file, text) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    Edited(folder)
}

/// Each environment, twice.
pub(crate) fn unchanged() -> Vec<(Environment, Environment)> {
    let model = |assembly: &Assembly| Environment::new(assembly).expect("JSON");
    base().iter().map(|one| (model(one), model(one))).collect()
}
