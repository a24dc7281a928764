//! The stacks that each application has, reviewed once: as those of an application that stands for all of its kind.
//!
//! A real application is reviewed as a page: what its stacks have otherwise than its family's.

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use common::Definition;
use common::application::Application;
use common::environment::Environment;
use common::input::SourceFile;
use serde_json::{Map, Value, json};

use crate::edits::{Edit, apply, edits, replace_word, replaced};
use crate::{Synthesis, root, synthesize};

/// The name of the application that stands for others.
pub const NAME: &str = "acme";

/// The kinds of applications, each with its table of `applications.toml`.
const KINDS: [(&str, &str); 2] = [
    (
        "with-ingress",
        "container_port = 8080\ningress = { host = \"acme\", priority = 100 }\n",
    ),
    ("worker", ""),
];

const INPUTS: &str = "\
[acme]
repository = \"lemonade/acme\"
memory = 512
cpu = 128
tasks = { min = 2, max = 4 }
secrets = [\"DATABASE_URL\"]
writable = [\"/tmp\"]
variables = { LOG_LEVEL = \"info\" }
";

/// The digest of a template, which changes with everything else.
const DIGEST: &str = "[digest]";

/// A kind of applications, with the environments that it alone is in: production first.
#[derive(Debug)]
pub struct Family {
    pub kind: &'static str,
    pub environments: Vec<Synthesis>,
}

/// The families, in the checked-in environments.
#[must_use]
pub fn families() -> &'static [Family] {
    static ALL: LazyLock<Vec<Family>> = LazyLock::new(|| {
        let families = KINDS.iter().map(|(kind, keys)| {
            let mut files = vec![SourceFile::new(
                "applications.toml",
                format!("{INPUTS}{keys}"),
            )];
            for name in ["production", "staging"] {
                let path = format!("environments/{name}.toml");
                let text = fs::read_to_string(root().join(&path))
                    .unwrap_or_else(|error| panic!("{path}: {error}"));
                files.push(SourceFile::new(&path, text));
            }
            let definition = Definition::parse(&files).unwrap_or_else(|errors| panic!("{errors}"));
            Family {
                kind,
                environments: definition.environments.iter().map(synthesize).collect(),
            }
        });
        families.collect()
    });
    &ALL
}

/// The family of an application.
///
/// # Panics
/// Never: there is one of each kind.
#[must_use]
pub fn family(application: &Application) -> &'static Family {
    let kind = usize::from(application.ingress.is_none());
    &families()[kind]
}

#[must_use]
pub fn without_digest(synthesis: &Synthesis, stack: &str) -> Value {
    let mut template = synthesis.templates[stack].clone();
    if let Some(digest) = template.pointer_mut("/Outputs/DefinitionDigest/Value") {
        *digest = DIGEST.into();
    }
    template
}

/// The templates of an application's stacks, without digests, by the first part of their ids: `service`.
#[must_use]
pub fn stacks(synthesis: &Synthesis, application: &str) -> BTreeMap<String, Value> {
    let of_it = synthesis.assembly.stacks.iter();
    of_it
        .filter(|stack| stack.application.as_deref() == Some(application))
        .filter_map(|stack| {
            let kind = stack.id.strip_suffix(application)?.strip_suffix('-')?;
            Some((
                kind.to_owned(),
                without_digest(synthesis, stack.name.as_str()),
            ))
        })
        .collect()
}

/// What stands for the same thing for each application in each environment, with what it is called on a page. The longest
/// first.
fn words(environment: &Environment, application: &str) -> Vec<(&'static str, String)> {
    let application = environment.application(application);
    let pipeline = application.map(|one| environment.names().pipeline(&one.name).to_string());
    // CodePipeline cuts its name at twenty characters for the folder of its artifacts.
    let folder: String = pipeline.unwrap_or_default().chars().take(20).collect();
    let mut words = vec![
        ("/<artifacts>/", format!("/{folder}/")),
        ("<environment>", environment.name.to_string()),
        ("<account>", environment.account.to_string()),
        ("<region>", environment.region.to_string()),
        ("<domain>", environment.domain.name.to_string()),
        ("<connection>", environment.pipeline.connection.to_string()),
    ];
    words.sort_by_key(|(_, text)| std::cmp::Reverse(text.len()));
    words
}

fn named(value: &Value, environment: &Environment, application: &str) -> Value {
    let words = words(environment, application);
    replaced(value, &|text| {
        words.iter().fold(text.to_owned(), |text, (name, word)| {
            replace_word(&text, word, name)
        })
    })
}

fn resolved(value: &Value, environment: &Environment, application: &str) -> Value {
    let words = words(environment, application);
    replaced(value, &|text| {
        words.iter().fold(text.to_owned(), |text, (name, word)| {
            text.replace(name, word)
        })
    })
}

/// The edits of each stack.
type Sections = BTreeMap<String, Vec<Edit>>;

/// A page: what is the same in all environments, and what each has alone.
#[derive(Debug, Default)]
struct Page {
    sections: BTreeMap<String, Sections>,
}

const ALL: &str = "everywhere";

impl Page {
    /// From the edits of each environment, by its name.
    fn new(mut environments: BTreeMap<String, Sections>) -> Self {
        let mut all = Sections::new();
        let names: Vec<String> = environments.keys().cloned().collect();
        if let Some((first, others)) = names.split_first().filter(|(_, others)| !others.is_empty())
        {
            for (stack, edits) in environments[first].clone() {
                for edit in edits {
                    let has = |name: &String| {
                        let edits = environments[name].get(&stack);
                        edits.is_some_and(|edits| edits.contains(&edit))
                    };
                    if others.iter().all(has) {
                        all.entry(stack.clone()).or_default().push(edit);
                    }
                }
            }
        }
        for sections in environments.values_mut() {
            for (stack, edits) in sections {
                edits.retain(|edit| !all.get(stack).is_some_and(|all| all.contains(edit)));
            }
        }
        environments.insert(ALL.to_owned(), all);
        Self {
            sections: environments,
        }
    }

    fn to_value(&self, mut head: Map<String, Value>) -> Value {
        for (environment, stacks) in &self.sections {
            let mut section = Map::new();
            for (stack, edits) in stacks.iter().filter(|(_, edits)| !edits.is_empty()) {
                let mut entries = Map::new();
                let set: Map<String, Value> = edits
                    .iter()
                    .filter_map(|(at, value)| Some((at.clone(), value.clone()?)))
                    .collect();
                let removed = edits.iter().filter(|(_, value)| value.is_none());
                let removed: Vec<&String> = removed.map(|(at, _)| at).collect();
                if !removed.is_empty() {
                    entries.insert("removed".to_owned(), json!(removed));
                }
                if !set.is_empty() {
                    entries.insert("set".to_owned(), Value::Object(set));
                }
                section.insert(stack.clone(), Value::Object(entries));
            }
            if !section.is_empty() {
                head.insert(environment.clone(), Value::Object(section));
            }
        }
        Value::Object(head)
    }
}

/// The edits of a page for a stack in an environment, read from the page's own YAML.
fn edits_of(page: &Value, environment: &Environment, stack: &str) -> Vec<Edit> {
    let mut found = Vec::new();
    for section in [ALL, environment.name.as_str()] {
        let entries = &page[section][stack];
        for (at, value) in entries["set"].as_object().into_iter().flatten() {
            found.push((at.clone(), Some(value.clone())));
        }
        for at in entries["removed"].as_array().into_iter().flatten() {
            found.push((at.as_str().unwrap_or_default().to_owned(), None));
        }
    }
    found
}

/// The family's templates in an environment, with the name of an application, and the words of a page.
fn renamed(synthesis: &Synthesis, application: &str) -> BTreeMap<String, Value> {
    let templates = stacks(synthesis, NAME).into_iter();
    templates
        .map(|(stack, template)| {
            let template = named(&template, &synthesis.environment, NAME);
            let template = replaced(&template, &|text| replace_word(text, NAME, application));
            (stack, template)
        })
        .collect()
}

fn of_environment<'a>(all: &'a [Synthesis], environment: &Environment) -> &'a Synthesis {
    let found = all
        .iter()
        .find(|one| one.environment.name == environment.name);
    found.expect("both definitions have the same environments")
}

/// The page of an application, as YAML: what its stacks have otherwise than its family's.
///
/// # Panics
/// When an environment is without the application.
#[must_use]
pub fn page(definition: &[Synthesis], name: &str) -> String {
    let mut environments = BTreeMap::new();
    let mut head = Map::new();
    for synthesis in definition {
        let environment = &synthesis.environment;
        let application = environment
            .application(name)
            .expect("it is in all environments");
        let family = family(application);
        head.insert("application".to_owned(), name.into());
        head.insert("family".to_owned(), family.kind.into());
        let base = renamed(of_environment(&family.environments, environment), name);
        let own = stacks(synthesis, name);
        let sections = own.iter().map(|(stack, template)| {
            let to = named(template, environment, name);
            (stack.clone(), edits(&base[stack], &to))
        });
        environments.insert(environment.name.to_string(), sections.collect());
    }
    cloudformation::yaml::write(&Page::new(environments).to_value(head))
}

/// The templates that the family and a page make, in an environment.
///
/// # Panics
/// When the page is not one, or an edit of it leads nowhere.
#[must_use]
pub fn applied(page: &str, synthesis: &Synthesis, name: &str) -> BTreeMap<String, Value> {
    let page = cloudformation::yaml::read_written(page).unwrap_or_else(|error| panic!("{error}"));
    let environment = &synthesis.environment;
    let family = families()
        .iter()
        .find(|family| page["family"] == family.kind)
        .expect("the page names its family");
    let mut templates = renamed(of_environment(&family.environments, environment), name);
    for (stack, template) in &mut templates {
        let edits = edits_of(&page, environment, stack);
        apply(template, &edits);
        *template = resolved(template, environment, name);
    }
    templates
}

/// The page of the families in one environment, by what they have otherwise than in another one.
#[must_use]
pub fn environment_page(family: &Family, base: &Synthesis, synthesis: &Synthesis) -> String {
    let own = stacks(synthesis, NAME);
    let base_stacks = stacks(base, NAME);
    let sections: Sections = own
        .iter()
        .map(|(stack, template)| {
            let from = named(&base_stacks[stack], &base.environment, NAME);
            let to = named(template, &synthesis.environment, NAME);
            (stack.clone(), edits(&from, &to))
        })
        .collect();
    let name = synthesis.environment.name.to_string();
    let mut head = Map::new();
    head.insert("family".to_owned(), family.kind.into());
    let page = Page {
        sections: BTreeMap::from([(name, sections)]),
    };
    cloudformation::yaml::write(&page.to_value(head))
}

/// The templates that the families of one environment and the page of another one make.
///
/// # Panics
/// When the page is not one, or an edit of it leads nowhere.
#[must_use]
pub fn environment_applied(
    page: &str,
    base: &Synthesis,
    environment: &Environment,
) -> BTreeMap<String, Value> {
    let page = cloudformation::yaml::read_written(page).unwrap_or_else(|error| panic!("{error}"));
    let templates = stacks(base, NAME).into_iter();
    templates
        .map(|(stack, template)| {
            let mut template = named(&template, &base.environment, NAME);
            let edits = edits_of(&page, environment, &stack);
            apply(&mut template, &edits);
            let template = resolved(&template, environment, NAME);
            (stack, template)
        })
        .collect()
}
