//! No function takes three texts: a caller that swaps two of them compiles.
//!
//! Borrowed texts are counted, and owned ones: a `String` where a `&str` belongs does not compile. What takes
//! either (`impl Into<String>`) counts as both.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use tests::root;

/// How many texts of one kind a function takes at most.
const MOST: usize = 2;

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Texts {
    borrowed: usize,
    owned: usize,
}

/// A function and the texts that it takes. Functions in macros count; those in `#[cfg(test)]` don't.
fn functions(source: &str) -> Vec<(String, Texts)> {
    let mut found = Vec::new();
    let tokens: TokenStream = source.parse().unwrap();
    visit(&tokens.into_iter().collect::<Vec<_>>(), &mut found);
    found
}

fn visit(tokens: &[TokenTree], found: &mut Vec<(String, Texts)>) {
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if let Some(end) = end_of_test_item(&tokens[at..]) {
            at += end;
            continue;
        }
        if let Some((name, generics, parameters)) = function(&tokens[at..]) {
            found.push((name, texts(parameters, &text_generics(generics))));
        }
        if let TokenTree::Group(group) = token {
            visit(&group.stream().into_iter().collect::<Vec<_>>(), found);
        }
        at += 1;
    }
}

fn is(token: Option<&TokenTree>, text: &str) -> bool {
    token.is_some_and(|token| token.to_string() == text)
}

/// How many tokens an item takes that only tests compile, its attribute included.
fn end_of_test_item(tokens: &[TokenTree]) -> Option<usize> {
    let TokenTree::Group(attribute) = tokens.get(1)? else {
        return None;
    };
    let attribute = attribute.stream().to_string().replace(' ', "");
    if !is(tokens.first(), "#") || !matches!(attribute.as_str(), "cfg(test)" | "test") {
        return None;
    }
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => token.to_string() == ";",
    };
    Some(tokens.iter().position(ends)? + 1)
}

/// `fn name<generics>(parameters)`.
fn function(tokens: &[TokenTree]) -> Option<(String, &[TokenTree], &Group)> {
    let (TokenTree::Ident(keyword), TokenTree::Ident(name)) = (tokens.first()?, tokens.get(1)?)
    else {
        return None;
    };
    if keyword != "fn" {
        return None;
    }
    let mut after = 2;
    if is(tokens.get(after), "<") {
        after += end_of_angles(&tokens[after..])?;
    }
    match tokens.get(after)? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            Some((name.to_string(), &tokens[2..after], group))
        }
        _ => None,
    }
}

/// How many tokens there are up to the `>` of a first `<`, that included.
fn end_of_angles(tokens: &[TokenTree]) -> Option<usize> {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        if is(Some(token), "<") {
            depth += 1;
        } else if is(Some(token), ">") && !(at > 0 && is(tokens.get(at - 1), "-")) {
            depth -= 1;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

/// The parts between commas that are in no angle brackets.
fn split(tokens: &[TokenTree]) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    let mut previous = String::new();
    for token in tokens {
        let text = token.to_string();
        match text.as_str() {
            "<" => depth += 1,
            ">" if previous != "-" => depth -= 1,
            _ => {}
        }
        match (text.as_str(), depth) {
            (",", 0) => parts.push(String::new()),
            (part, _) => parts.last_mut().unwrap().push_str(&format!("{part} ")),
        }
        previous = text;
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Generic types that are texts: `T: AsRef<str>`.
fn text_generics(generics: &[TokenTree]) -> BTreeSet<(String, Kind)> {
    let inner = generics.get(1..generics.len().saturating_sub(1));
    split(inner.unwrap_or_default())
        .iter()
        .filter_map(|one| {
            let (name, bound) = one.split_once(" : ")?;
            Some((name.trim().to_owned(), kind_of_bound(bound)?))
        })
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    Borrowed,
    Owned,
    Either,
}

fn kind_of_bound(bound: &str) -> Option<Kind> {
    let bound = bound.replace(' ', "");
    if bound.contains("AsRef<str>") || bound.contains("Borrow<str>") {
        Some(Kind::Borrowed)
    } else if bound.contains("Into<String>") || bound.contains("ToString") {
        Some(Kind::Either)
    } else {
        None
    }
}

fn texts(parameters: &Group, generics: &BTreeSet<(String, Kind)>) -> Texts {
    let tokens: Vec<TokenTree> = parameters.stream().into_iter().collect();
    let mut texts = Texts::default();
    for parameter in split(&tokens) {
        let Some((_, type_of)) = parameter.split_once(" : ") else {
            continue;
        };
        let type_of: Vec<&str> = type_of.split_whitespace().collect();
        match kind(&type_of, generics) {
            Some(Kind::Borrowed) => texts.borrowed += 1,
            Some(Kind::Owned) => texts.owned += 1,
            Some(Kind::Either) => {
                texts.borrowed += 1;
                texts.owned += 1;
            }
            None => {}
        }
    }
    texts
}

/// The kind of a type, by its tokens.
fn kind(mut type_of: &[&str], generics: &BTreeSet<(String, Kind)>) -> Option<Kind> {
    let mut is_reference = false;
    while let ["&", rest @ ..] | ["'", _, rest @ ..] = type_of {
        is_reference = true;
        type_of = rest;
    }
    match type_of {
        ["str"] => Some(Kind::Borrowed),
        ["String"] if is_reference => Some(Kind::Borrowed),
        ["String"] => Some(Kind::Owned),
        ["impl", bound @ ..] => kind_of_bound(&bound.concat()),
        ["Option", "<", inner @ .., ">"] => match kind(inner, generics) {
            Some(Kind::Owned) if is_reference => Some(Kind::Borrowed),
            other => other,
        },
        [name] => generics
            .iter()
            .find(|(generic, _)| generic == name)
            .map(|(_, kind)| *kind),
        _ => None,
    }
}

/// What is over the limit in a source.
fn over(source: &str) -> Vec<String> {
    functions(source)
        .into_iter()
        .filter(|(_, texts)| texts.borrowed > MOST || texts.owned > MOST)
        .map(|(name, _)| name)
        .collect()
}

/// The sources of programs and libraries: generated ones and tests are no one's to call.
pub(crate) fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let left_out = name.starts_with('.') || matches!(name.as_str(), "target" | "tests");
        if path.is_dir() && !left_out {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests.rs"
        {
            found.push(path);
        }
    }
}

#[test]
fn no_function_takes_three_texts() {
    let mut files = Vec::new();
    sources(root(), &mut files);
    assert!(files.len() > 500, "{}", files.len());
    let mut wrong = Vec::new();
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let place = file.strip_prefix(root()).unwrap().display().to_string();
        wrong.extend(
            over(&source)
                .into_iter()
                .map(|name| format!("{place}: {name}")),
        );
    }
    assert_eq!(
        wrong,
        Vec::<String>::new(),
        "take ids of their own types (xtask/cloudformation/src/ids.rs), or a struct"
    );
}

#[test]
fn every_form_of_a_text_counts() {
    let found = [
        "fn f(a: &str, b: &'static str, c: &'a str) {}",
        "fn f(&mut self, a: &str, n: u32, b: Option<&str>, c: Option<&'a str>) {}",
        "fn f(a: &String, b: &str, c: impl AsRef<str>) {}",
        "fn f<'a, S: AsRef<str>, T>(a: S, b: S, map: BTreeMap<T, u8>, c: &str) {}",
        "fn f(a: String, b: Option<String>, c: impl Into<String>) {}",
        "fn f(a: &Option<String>, b: &str, c: impl Into<String>) {}",
        "impl A { pub(crate) const fn f(a: &str, b: &str, c: &str,) -> u8 { 0 } }",
        "macro_rules! m { ($a:ident) => { fn f(a: &str, b: &str, c: &str) {} }; }",
        "trait A { fn f(a: &str, b: &str, c: &str); }",
        "#[cfg(test)] mod tests { fn g() {} } fn f(a: &str, b: &str, c: &str) {}",
    ];
    for source in found {
        assert_eq!(over(source), ["f"], "{source}");
    }
    let fine = [
        "fn f(a: &str, b: &str, c: &StackName) {}",
        "fn f(a: &str, b: &[&str], c: &mut String) {}",
        "fn f(a: &str, b: &str, c: String) {}",
        "fn f(a: &str, of: impl Fn(&str, &str) -> String, b: &str) {}",
        "#[cfg(test)] mod tests { fn f(a: &str, b: &str, c: &str) {} }",
        "#[cfg(test)] mod tests; fn g() {}",
    ];
    for source in fine {
        assert_eq!(over(source), Vec::<String>::new(), "{source}");
    }
}
