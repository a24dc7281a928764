//! What types and properties mean, as data: the consequence that a change of each has.
//!
//! A row says in words what CloudFormation's documentation, or the service's, says of a property. Whatever needs
//! more than the property's own values (a policy, the rules of a security group, the stages of a pipeline) is
//! [`Meaning::Analysed`], and has an analysis in [`crate::consequences`].

mod row;
mod table;

pub use row::{Effect, Meaning, TypeMeaning, Unset};

/// What is known of a type.
#[must_use]
pub fn of(resource_type: &str) -> Option<&'static TypeMeaning> {
    table::TABLES
        .iter()
        .flat_map(|rows| rows.iter())
        .find(|row| row.resource_type == resource_type)
}

impl TypeMeaning {
    /// The meaning of a property by its path, such as `TargetGroupAttributes[stickiness.enabled].Value` or
    /// `Listeners[0].Port`: its own row, that of the path without names and positions, or that of the nearest
    /// property above.
    #[must_use]
    pub fn property(&self, path: &str) -> Option<&'static Meaning> {
        let find = |path: &str| {
            let row = self.properties.iter().find(|(name, _)| *name == path);
            row.map(|(_, meaning)| meaning)
        };
        let plain = without_brackets(path);
        let above = std::iter::successors(Some(plain.as_str()), |path| {
            path.rsplit_once('.').map(|(above, _)| above)
        });
        let named = std::iter::successors(Some(path), |path| {
            path.rsplit_once('.').map(|(above, _)| above)
        });
        named
            .map(find)
            .find_map(|found| found)
            .or_else(|| above.map(find).find_map(|found| found))
    }
}

/// A path without the names and positions of list items: `Listeners[0].Port` is `Listeners.Port`.
#[must_use]
pub fn without_brackets(path: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::new();
    for character in path.chars() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    plain
}

/// The plural of a type's noun.
#[must_use]
pub fn plural(noun: &str) -> String {
    let consonant_y = noun
        .strip_suffix('y')
        .filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']));
    match consonant_y {
        Some(stem) => format!("{stem}ies"),
        None if noun.ends_with(['s', 'x']) || noun.ends_with("ch") => format!("{noun}es"),
        None => format!("{noun}s"),
    }
}
