//! Templates in files: which of them are deployed together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use checks::{Deployment, Stack};
use cloudformation::template::parse;
use common::assembly::FILE_NAME;
use common::terminal_text::{displayed, displayed_path};
use serde_json::Value;

use crate::Error;

const ENDINGS: [&str; 4] = ["json", "yaml", "yml", "template"];

/// Templates that are deployed together, and the file of each stack.
#[derive(Debug)]
pub struct FileSet {
    pub deployment: Deployment,
    pub files: BTreeMap<String, PathBuf>,
}

/// A file that is no template, with the place in it.
#[derive(Debug)]
pub struct FileProblem {
    pub path: PathBuf,
    pub problem: String,
    /// Line and column, from 1.
    pub place: Option<(usize, usize)>,
}

impl fmt::Display for FileProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", displayed_path(&self.path))?;
        if let Some((line, column)) = self.place {
            write!(formatter, ":{line}:{column}")?;
        }
        write!(formatter, ": {}", displayed(&self.problem))
    }
}

/// What all files have in common.
#[derive(Clone, Debug, Default)]
pub struct Target {
    pub account: Option<String>,
    pub region: Option<String>,
}

/// Reads files, and all templates in folders and the folders in them. The templates of a folder are one deployment.
///
/// # Errors
/// When a path can't be read, a file is malformed, or there is no template at all.
pub fn read(paths: &[PathBuf], target: &Target) -> Result<Vec<FileSet>, Error> {
    let mut folders: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
    let mut named = BTreeSet::new();
    for path in paths {
        if is_folder(path)? {
            walk(path, &mut folders)?;
        } else {
            named.insert(path.clone());
            let folder = path.parent().unwrap_or(Path::new("")).to_owned();
            folders.entry(folder).or_default().insert(path.clone());
        }
    }
    let mut problems = Vec::new();
    let mut sets = Vec::new();
    for (folder, files) in folders {
        let target = assembly_target(&folder).unwrap_or_else(|| (target.clone(), false));
        let mut templates = Vec::new();
        for path in files {
            match read_template(&path, named.contains(&path))? {
                Ok(Some(template)) => templates.push((path, template)),
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
        sets.extend(deployments(templates, &target));
    }
    if !problems.is_empty() {
        return Err(Error::Templates(problems));
    }
    if sets.is_empty() {
        return Err(Error::NoTemplates {
            paths: paths.to_vec(),
        });
    }
    Ok(sets)
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Read { path, source }
}

fn is_folder(path: &Path) -> Result<bool, Error> {
    Ok(fs::metadata(path).map_err(unreadable(path))?.is_dir())
}

/// Finds files with the ending of a template. What begins with a dot is skipped.
fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, BTreeSet<PathBuf>>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let entry = entry.map_err(unreadable(folder))?;
        let path = entry.path();
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        let kind = entry.file_type().map_err(unreadable(&path))?;
        if is_hidden {
            continue;
        }
        if kind.is_dir() {
            walk(&path, found)?;
        } else if has_ending(&path) {
            found.entry(folder.to_owned()).or_default().insert(path);
        }
    }
    Ok(())
}

fn has_ending(path: &Path) -> bool {
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| ENDINGS.contains(&ending))
}

/// The template in a file; none where a file of a folder is something else.
fn read_template(path: &Path, is_named: bool) -> Result<Result<Option<Value>, FileProblem>, Error> {
    let bytes = fs::read(path).map_err(unreadable(path))?;
    let problem = |problem: String, place| FileProblem {
        path: path.to_owned(),
        problem,
        place,
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let what = format!("not UTF-8 from byte {} on", valid + 1);
            return Ok(Err(problem(what, None)));
        }
    };
    let template = match parse(&text) {
        Ok(template) => template,
        Err(error) => {
            let place = Some(error.place());
            return Ok(Err(problem(error.problem().to_owned(), place)));
        }
    };
    if template.get("Resources").is_some_and(Value::is_object) {
        Ok(Ok(Some(template)))
    } else if is_named {
        let what = "no template: it has no section `Resources`".to_owned();
        Ok(Err(problem(what, None)))
    } else {
        Ok(Ok(None))
    }
}

/// Account and region of an assembly's folder, which holds all stacks.
fn assembly_target(folder: &Path) -> Option<(Target, bool)> {
    let text = fs::read_to_string(folder.join(FILE_NAME)).ok()?;
    let assembly: Value = serde_json::from_str(&text).ok()?;
    let text = |name: &str| Some(assembly.get(name)?.as_str()?.to_owned());
    let target = Target {
        account: text("account"),
        region: text("region"),
    };
    Some((target, true))
}

/// The templates of a folder as deployments. A second template of one name is another form of the first one, and is
/// checked alone.
fn deployments(
    templates: Vec<(PathBuf, Value)>,
    (target, is_complete): &(Target, bool),
) -> Vec<FileSet> {
    let mut together = FileSet {
        deployment: Deployment {
            stacks: Vec::new(),
            is_complete: *is_complete,
        },
        files: BTreeMap::new(),
    };
    let mut alone = Vec::new();
    for (path, template) in templates {
        let name = stack_name(&path);
        let stack = Stack {
            name: name.as_str().into(),
            account: target.account.clone(),
            region: target.region.clone(),
            template,
            ..Stack::default()
        };
        if together.files.contains_key(&name) {
            alone.push(FileSet {
                deployment: Deployment {
                    stacks: vec![stack],
                    is_complete: false,
                },
                files: BTreeMap::from([(name, path)]),
            });
        } else {
            together.deployment.stacks.push(stack);
            together.files.insert(name, path);
        }
    }
    let together = (!together.files.is_empty()).then_some(together);
    together.into_iter().chain(alone).collect()
}

/// The file's name without its ending, and without `.template` before that.
fn stack_name(path: &Path) -> String {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    name.strip_suffix(".template").unwrap_or(&name).to_owned()
}
