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
        let whole_item = path.ends_with(']').then(|| without_brackets(path) + "[]");
        let item = find(path).or_else(|| whole_item.as_deref().and_then(find));
        item.or_else(|| {
            std::iter::successors(Some(path), |path| above(path))
                .find_map(|path| find(path).or_else(|| find(&without_brackets(path))))
        })
    }
}

/// The path of the property or the item that a path lies in: `TargetGroupAttributes[stickiness.enabled]` is one name.
fn above(path: &str) -> Option<&str> {
    let mut depth = 0_usize;
    let mut end = None;
    for (index, character) in path.char_indices() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '.' if depth == 0 => end = Some(index),
            _ => {}
        }
    }
    path.get(..end?)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_row_tells_of_a_property() {
        let group = of("AWS::ElasticLoadBalancingV2::TargetGroup").unwrap();
        let template = of("AWS::EC2::LaunchTemplate").unwrap();
        let is_switch = |meaning: Option<&Meaning>| matches!(meaning, Some(Meaning::Switch { .. }));
        assert!(is_switch(
            group.property("TargetGroupAttributes[stickiness.enabled]")
        ));
        assert!(!is_switch(group.property("TargetGroupAttributes[other]")));
        assert!(is_switch(template.property(
            "LaunchTemplateData.BlockDeviceMappings[/dev/xvda].Ebs.Encrypted"
        )));
        assert!(group.property("Unheard").is_none());
    }
}
