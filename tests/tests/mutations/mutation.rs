//! Templates damaged on purpose, by the catalogue in `tests/mutations/catalogue.toml`.

use std::fs;

use cloudformation::template::{Function, imports, resources};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use tests::chance::Chance;
use tests::template::walk;
use tests::{Synthesis, root};

/// What AWS's pages say that a mutation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Label {
    /// CloudFormation or the service refuses it, or what it makes never becomes ready.
    Breaks,
    /// It deploys, and opens access or takes a protection away.
    Insecure,
    /// It deploys, and neither.
    Harmless,
}

/// The mutations of one kind of place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    /// A type, `*`, `template` or `function`.
    at: String,
    /// Only in stacks whose name holds this text.
    stacks: Option<String>,
    /// Only this logical id.
    r#where: Option<String>,
    source: String,
    #[serde(default)]
    breaks: Vec<Entry>,
    #[serde(default)]
    insecure: Vec<Entry>,
    #[serde(default)]
    harmless: Vec<Entry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    path: String,
    /// A property that has to be there.
    has: Option<String>,
    source: Option<String>,
    set: Option<Value>,
    insert: Option<Member>,
    append: Option<Value>,
    rename: Option<String>,
    swap: Option<Map<String, Value>>,
    drop: Option<Vec<String>>,
    add: Option<Value>,
    long: Option<usize>,
    #[serde(default)]
    remove: bool,
    #[serde(default)]
    null: bool,
    #[serde(default)]
    misspell: bool,
    r#do: Option<Trick>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    key: String,
    value: Value,
}

/// A mutation that needs to know more than its place.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Trick {
    /// A second output takes the name of the first one's export.
    ExportTwice,
    /// An export goes that another stack imports.
    ImportedExportRemoved,
    DependsOnItself,
    /// A resource depends on one that refers to it.
    Cycle,
    /// The logical id gets a dash.
    DashedId,
    /// The resource exists again under another logical id.
    Copy,
    /// The resource goes.
    Remove,
    /// The value is the one of another resource of the type in the environment.
    Taken,
    /// The value is the one of another resource of the type in the template.
    Neighbours,
    /// The list's first item is there twice.
    FirstTwice,
    /// The list is its first item.
    FirstOnly,
    /// The list grows past the quota of a policy.
    SixKilobytes,
    /// A text becomes a list of it.
    Listed,
    /// `Fn::GetAtt` of an ARN becomes `Ref`, which is the name.
    ArnBecomesName,
}

/// One way to damage a template.
#[derive(Debug)]
pub(crate) struct Mutation {
    /// Unique in the catalogue.
    pub(crate) name: String,
    /// What it does, by its source.
    pub(crate) label: Label,
    /// The page that says so.
    pub(crate) source: String,
    at: String,
    stacks: Option<String>,
    logical_id: Option<String>,
    entry: Entry,
}

/// A damaged template.
#[derive(Debug)]
pub(crate) struct Mutant<'a> {
    /// How it was damaged.
    pub(crate) mutation: &'a Mutation,
    /// The environment that it is of.
    pub(crate) synthesis: &'a Synthesis,
    /// The stack whose template it is.
    pub(crate) stack: &'a str,
    /// A JSON pointer to the place.
    pub(crate) place: String,
    /// The damaged template.
    pub(crate) template: Value,
}

/// The mutations, in the order of the file.
///
/// # Panics
/// When the file is not a catalogue.
#[must_use]
pub(crate) fn catalogue() -> Vec<Mutation> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Catalogue {
        target: Vec<Target>,
    }

    let path = root().join("tests/mutations/catalogue.toml");
    let text = fs::read_to_string(&path).unwrap();
    let catalogue: Catalogue = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    let mut mutations = Vec::new();
    for target in catalogue.target {
        for (label, entries) in [
            (Label::Breaks, &target.breaks),
            (Label::Insecure, &target.insecure),
            (Label::Harmless, &target.harmless),
        ] {
            mutations.extend(entries.iter().map(|entry| Mutation {
                name: entry.name.clone(),
                label,
                source: entry.source.as_ref().unwrap_or(&target.source).clone(),
                at: target.at.clone(),
                stacks: target.stacks.clone(),
                logical_id: target.r#where.clone(),
                entry: entry.clone(),
            }));
        }
    }
    mutations
}

/// Where a mutation may be applied: a template, and a JSON pointer into it.
struct Site<'a> {
    synthesis: &'a Synthesis,
    stack: &'a str,
    template: &'a Value,
    /// The logical id, but for a mutation of the template itself.
    resource: Option<&'a str>,
    pointer: Vec<String>,
}

impl Mutation {
    /// Up to so many damaged templates, chosen by the seed; fewer where there are fewer places.
    #[must_use]
    pub(crate) fn mutants<'a>(
        &'a self,
        environments: &'a [Synthesis],
        seed: u64,
        most: usize,
    ) -> Vec<Mutant<'a>> {
        let mut chance = Chance::new(seed ^ digest(&self.name));
        let mut sites = self.sites(environments);
        let mut mutants = Vec::new();
        while mutants.len() < most && !sites.is_empty() {
            let site = sites.swap_remove(chance.below(sites.len()));
            let mut template = site.template.clone();
            if self.apply(&mut template, &site, &mut chance).is_some() && template != *site.template
            {
                mutants.push(Mutant {
                    mutation: self,
                    synthesis: site.synthesis,
                    stack: site.stack,
                    place: format!("/{}", site.pointer.join("/")),
                    template,
                });
            }
        }
        mutants
    }

    fn sites<'a>(&self, environments: &'a [Synthesis]) -> Vec<Site<'a>> {
        let mut sites = Vec::new();
        for synthesis in environments {
            for (stack, template) in &synthesis.templates {
                if self
                    .stacks
                    .as_ref()
                    .is_some_and(|part| !stack.contains(part))
                {
                    continue;
                }
                let mut site = |resource: Option<&'a str>, pointer: Vec<String>| {
                    sites.push(Site {
                        synthesis,
                        stack,
                        template,
                        resource,
                        pointer,
                    });
                };
                if self.at == "template" {
                    for pointer in self.places(template, &self.entry.path) {
                        site(None, pointer);
                    }
                    continue;
                }
                for (id, resource) in resources(template) {
                    if !self.is_at(id, resource) {
                        continue;
                    }
                    let path = match self.entry.path.strip_prefix('/') {
                        Some(path) => path.to_owned(),
                        None => format!("Properties/{}", self.entry.path),
                    };
                    for pointer in self.places(resource, &path) {
                        let start = ["Resources".to_owned(), id.to_owned()];
                        site(Some(id), start.into_iter().chain(pointer).collect());
                    }
                }
            }
        }
        sites
    }

    fn is_at(&self, id: &str, resource: &Value) -> bool {
        let kind = resource["Type"].as_str().unwrap_or_default();
        let has = |path: &String| {
            let mut found = Vec::new();
            find(
                &resource["Properties"],
                &segments(path),
                false,
                &mut Vec::new(),
                &mut found,
            );
            !found.is_empty()
        };
        (["*", "function"].contains(&self.at.as_str()) || kind == self.at)
            && self.logical_id.as_ref().is_none_or(|only| only == id)
            && self.entry.has.as_ref().is_none_or(has)
    }

    fn places(&self, value: &Value, path: &str) -> Vec<Vec<String>> {
        // What is set may be new; everything else changes what is there.
        let new = self.entry.set.is_some() || self.entry.long.is_some();
        let mut found = Vec::new();
        find(value, &segments(path), new, &mut Vec::new(), &mut found);
        found
    }

    /// Nothing where it doesn't apply.
    fn apply(&self, template: &mut Value, site: &Site<'_>, chance: &mut Chance) -> Option<()> {
        let entry = &self.entry;
        let environment = &site.synthesis.assembly.environment.to_string();
        let own = |value: &Value| -> Option<Value> {
            let text = value.to_string().replace("{environment}", environment);
            serde_json::from_str(&text).ok()
        };
        if let Some(trick) = entry.r#do {
            return trick.play(template, site);
        }
        if let Some(resource) = &entry.add {
            template["Resources"]["Added"] = own(resource)?;
            return Some(());
        }
        let (last, parent) = site
            .pointer
            .split_last()
            .map_or((None, &[][..]), |(last, parent)| (Some(last), parent));
        if let Some(member) = &entry.insert {
            let place = template.pointer_mut(&pointer(&site.pointer))?;
            place
                .as_object_mut()?
                .insert(member.key.clone(), own(&member.value)?);
            return Some(());
        }
        if let Some(value) = &entry.append {
            template
                .pointer_mut(&pointer(&site.pointer))?
                .as_array_mut()?
                .push(own(value)?);
            return Some(());
        }
        if let Some(keys) = &entry.drop {
            let place = template
                .pointer_mut(&pointer(&site.pointer))?
                .as_object_mut()?;
            return keys
                .iter()
                .all(|key| place.remove(key).is_some())
                .then_some(());
        }
        let place = template.pointer_mut(&pointer(parent))?;
        let last = last?;
        let value = if let Some(value) = &entry.set {
            own(value)?
        } else if let Some(length) = entry.long {
            "a".repeat(length).into()
        } else if entry.null {
            Value::Null
        } else if entry.misspell {
            let text = place.get_mut_of(last)?.as_str()?.to_owned();
            misspelt(&text, chance)?.into()
        } else if let Some(key) = &entry.rename {
            let members = place.as_object_mut()?;
            let value = members.remove(last)?;
            members.insert(key.clone(), value);
            return Some(());
        } else if let Some(swap) = &entry.swap {
            let members = place.as_object_mut()?;
            members.remove(last)?;
            for (key, value) in swap {
                members.insert(key.clone(), own(value)?);
            }
            return Some(());
        } else if entry.remove {
            match place {
                Value::Object(members) => {
                    members.remove(last)?;
                }
                Value::Array(items) => {
                    let index: usize = last.parse().ok()?;
                    (index < items.len()).then(|| items.remove(index))?;
                }
                _ => return None,
            }
            return Some(());
        } else {
            return None;
        };
        match place {
            Value::Object(members) => {
                members.insert(last.clone(), value);
            }
            Value::Array(items) => *items.get_mut(last.parse::<usize>().ok()?)? = value,
            _ => return None,
        }
        Some(())
    }
}

/// A member or an item, by a step of a path.
trait Step {
    fn get_mut_of(&mut self, step: &str) -> Option<&mut Value>;
}

impl Step for Value {
    fn get_mut_of(&mut self, step: &str) -> Option<&mut Value> {
        match self {
            Value::Object(members) => members.get_mut(step),
            Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?),
            _ => None,
        }
    }
}

impl Trick {
    fn play(self, template: &mut Value, site: &Site<'_>) -> Option<()> {
        let at = pointer(&site.pointer);
        let own_id = site.resource;
        match self {
            Self::ExportTwice => {
                let outputs = template["Outputs"].as_object_mut()?;
                let mut exporting = outputs
                    .values_mut()
                    .filter(|output| output.get("Export").is_some());
                let first = exporting.next()?["Export"].clone();
                exporting.next()?["Export"] = first;
            }
            Self::ImportedExportRemoved => {
                let needed = |name: &Value| {
                    let others = site.synthesis.templates.iter();
                    others
                        .filter(|(stack, _)| stack.as_str() != site.stack)
                        .any(|(_, other)| imports(other).iter().any(|import| *name == **import))
                };
                let outputs = template["Outputs"].as_object_mut()?;
                let output = outputs
                    .values_mut()
                    .find(|output| needed(&output["Export"]["Name"]))?;
                output.as_object_mut()?.remove("Export");
            }
            Self::DependsOnItself => {
                template["Resources"][own_id?]["DependsOn"] = json!([own_id?]);
            }
            Self::Cycle => {
                let id = own_id?;
                let refers = |resource: &Value| {
                    let mut found = false;
                    walk(&resource["Properties"], &mut |value| {
                        found |= matches!(Function::of(value), Some(Function::Ref(target)) if target == id);
                    });
                    found
                };
                let (other, _) = resources(site.template)
                    .find(|(other, resource)| *other != id && refers(resource))?;
                template["Resources"][id]["DependsOn"] = json!([other]);
            }
            Self::DashedId => {
                let resources = template["Resources"].as_object_mut()?;
                let resource = resources.remove(own_id?)?;
                resources.insert(format!("{}-x", own_id?), resource);
            }
            Self::Copy => {
                let resource = template["Resources"][own_id?].clone();
                template["Resources"][format!("{}Again", own_id?)] = resource;
            }
            Self::Remove => {
                template["Resources"].as_object_mut()?.remove(own_id?)?;
            }
            Self::Taken | Self::Neighbours => {
                let path = format!("/{}", site.pointer[2..].join("/"));
                let kind = &site.template["Resources"][own_id?]["Type"];
                let mine = site.template.pointer(&at)?;
                let everywhere = matches!(self, Self::Taken);
                let theirs = site
                    .synthesis
                    .templates
                    .iter()
                    .filter(|(stack, _)| everywhere || stack.as_str() == site.stack)
                    .flat_map(|(_, template)| resources(template))
                    .filter(|(_, resource)| resource["Type"] == *kind)
                    .filter_map(|(_, resource)| resource.pointer(&path))
                    .find(|value| !value.is_object() && *value != mine)?
                    .clone();
                *template.pointer_mut(&at)? = theirs;
            }
            Self::FirstTwice => {
                let list = template.pointer_mut(&at)?.as_array_mut()?;
                list.push(list.first()?.clone());
            }
            Self::FirstOnly => template.pointer_mut(&at)?.as_array_mut()?.truncate(1),
            Self::SixKilobytes => {
                let list = template.pointer_mut(&at)?.as_array_mut()?;
                list.extend((0..60).map(|number| {
                    json!({
                        "Sid": format!("Grown{number}"),
                        "Effect": "Allow",
                        "Action": "s3:GetObject",
                        "Resource": format!("arn:aws:s3:::a-bucket-with-quite-a-long-name-{number}/and/a/folder/*"),
                    })
                }));
            }
            Self::Listed => {
                let value = template.pointer_mut(&at)?;
                *value = json!([value.as_str()?]);
            }
            Self::ArnBecomesName => {
                let value = template.pointer_mut(&at)?;
                let target = value["Fn::GetAtt"][0].clone();
                *value = json!({ "Ref": target.as_str()? });
            }
        }
        Some(())
    }
}

/// Loses a letter in the middle.
fn misspelt(text: &str, chance: &mut Chance) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    let at = letters.len() / 2 + chance.below(letters.len() / 2);
    let mut left = letters.clone();
    (letters.len() > 2).then(|| left.remove(at))?;
    Some(left.into_iter().collect())
}

fn pointer(steps: &[String]) -> String {
    steps
        .iter()
        .map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1")))
        .collect()
}

/// A name as a number, so that each mutation has choices of its own.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The steps of a path. A `/` in brackets belongs to its step.
fn segments(path: &str) -> Vec<&str> {
    let mut depth = 0;
    path.split(|letter| {
        match letter {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        letter == '/' && depth == 0
    })
    .filter(|step| !step.is_empty())
    .collect()
}

/// The places that a path leads to; with `new`, also those whose last step is missing.
fn find(
    value: &Value,
    steps: &[&str],
    new: bool,
    so_far: &mut Vec<String>,
    found: &mut Vec<Vec<String>>,
) {
    let Some((step, rest)) = steps.split_first() else {
        found.push(so_far.clone());
        return;
    };
    let mut enter = |key: String, child: &Value, steps: &[&str]| {
        so_far.push(key);
        find(child, steps, new, so_far, found);
        so_far.pop();
    };
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, child)| (key.clone(), child))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, child)| (index.to_string(), child))
            .collect(),
        _ => return,
    };
    if *step == "**" {
        for (key, child) in &children {
            if rest.first() == Some(&key.as_str()) {
                enter(key.clone(), child, &rest[1..]);
            }
            enter(key.clone(), child, steps);
        }
        return;
    }
    let wanted = step
        .strip_prefix('[')
        .and_then(|step| step.strip_suffix(']'));
    for (key, child) in &children {
        let fits = match wanted.and_then(|wanted| wanted.split_once('=')) {
            Some(("", text)) => child.as_str() == Some(text),
            Some((name, text)) => child[name] == *text,
            None => *step == "*" || step == key,
        };
        if fits {
            enter(key.clone(), child, rest);
        }
    }
    let is_plain = *step != "*" && wanted.is_none();
    if new && rest.is_empty() && is_plain && value.is_object() && value.get(step).is_none() {
        enter((*step).to_owned(), &Value::Null, rest);
    }
}
