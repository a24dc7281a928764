//! The files of profiles, as far as messages tell of them: which file, which line, which profiles
//! there are.
//!
//! The SDK reads them for what they are for; of what it finds wrong it names no line.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::terminal_text::{displayed, displayed_path};

/// What of a profile leads to credentials.
///
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>
const CREDENTIALS: [&str; 7] = [
    "aws_access_key_id",
    "credential_process",
    "login_session",
    "role_arn",
    "sso_session",
    "sso_start_url",
    "web_identity_token_file",
];

/// The keys that hold a credential itself.
const VALUES: [&str; 3] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
];

/// The profiles of this machine, and which one is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Profiles {
    asked: String,
    is_named: bool,
    files: Vec<ProfileFile>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ProfileFile {
    path: PathBuf,
    /// Nothing where it can't be read.
    profiles: Option<Vec<Profile>>,
    /// The first line that is none of the format.
    malformed: Option<usize>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Profile {
    name: String,
    line: usize,
    keys: BTreeMap<String, (usize, String)>,
}

impl Profiles {
    pub(super) fn of_this_machine(named: Option<&str>) -> Self {
        Self::read(
            named,
            |name| std::env::var(name).ok(),
            |path| std::fs::read(path).ok(),
        )
    }

    fn read(
        named: Option<&str>,
        variable: impl Fn(&str) -> Option<String>,
        content: impl Fn(&Path) -> Option<Vec<u8>>,
    ) -> Self {
        let given = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let named = named.map(str::to_owned).or_else(|| given("AWS_PROFILE"));
        let home = given("HOME").or_else(|| given("USERPROFILE"));
        let file = |name: &str, beside: &str| {
            let home = home
                .as_ref()
                .map(|home| Path::new(home).join(".aws").join(beside));
            match given(name) {
                Some(path) => match (path.strip_prefix("~/"), given("HOME")) {
                    (Some(rest), Some(home)) => Some(Path::new(&home).join(rest)),
                    _ => Some(PathBuf::from(path)),
                },
                None => home,
            }
        };
        let paths = [
            (file("AWS_CONFIG_FILE", "config"), true),
            (file("AWS_SHARED_CREDENTIALS_FILE", "credentials"), false),
        ];
        let files = paths.into_iter().filter_map(|(path, is_config)| {
            let path = path?;
            let content = content(&path);
            let content = content.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            Some(match content {
                Some(text) => ProfileFile::parse(path, &text, is_config),
                None => ProfileFile {
                    path,
                    ..ProfileFile::default()
                },
            })
        });
        Self {
            is_named: named.is_some(),
            asked: named.unwrap_or_else(|| "default".to_owned()),
            files: files.collect(),
        }
    }

    /// The command that gives the credentials of the profile that is asked for, where nothing else
    /// of it does.
    pub(super) fn credential_process(&self) -> Option<&str> {
        let mut keys: BTreeMap<&str, &str> = BTreeMap::new();
        for profile in self.of_the_one_asked_for() {
            for (key, (_, value)) in &profile.1.keys {
                keys.insert(key, value);
            }
        }
        let others = CREDENTIALS
            .iter()
            .filter(|key| **key != "credential_process");
        let has_other = others.into_iter().any(|key| keys.contains_key(key));
        keys.get("credential_process")
            .copied()
            .filter(|_| !has_other)
    }

    fn of_the_one_asked_for(&self) -> impl Iterator<Item = (&ProfileFile, &Profile)> {
        self.files.iter().flat_map(|file| {
            let profiles = file.profiles.iter().flatten();
            profiles
                .filter(|profile| profile.name == self.asked)
                .map(move |profile| (file, profile))
        })
    }

    /// Where a credential stands that has a character in it that none has.
    pub(super) fn ill_formed(&self, is_fine: impl Fn(&str) -> bool) -> Option<String> {
        self.of_the_one_asked_for().find_map(|(file, profile)| {
            let wrong = VALUES.iter().find_map(|key| {
                let (line, value) = profile.keys.get(*key)?;
                (!is_fine(value)).then_some((key, line))
            });
            let (key, line) = wrong?;
            Some(format!(
                "`{key}` of the profile `{}` ({}:{line})",
                displayed(&profile.name),
                displayed_path(&file.path)
            ))
        })
    }

    /// What is wrong with the files, where they give no credentials.
    pub(super) fn complaint(&self) -> Option<String> {
        for file in &self.files {
            if let Some(line) = file.malformed {
                return Some(format!(
                    "{}:{line} is no section, no `key = value` and no comment",
                    displayed_path(&file.path)
                ));
            }
        }
        let mut found = self.of_the_one_asked_for().peekable();
        if found.peek().is_none() {
            // The default profile need not exist.
            return self.is_named.then(|| self.missing());
        }
        let has_any = self.of_the_one_asked_for().any(|(_, profile)| {
            CREDENTIALS
                .iter()
                .any(|key| profile.keys.contains_key(*key))
        });
        let (file, profile) = found.next()?;
        (!has_any && self.is_named).then(|| {
            format!(
                "the profile `{}` ({}:{}) has none of {}",
                displayed(&profile.name),
                displayed_path(&file.path),
                profile.line,
                CREDENTIALS.join(", ")
            )
        })
    }

    fn missing(&self) -> String {
        let places: Vec<String> = self
            .files
            .iter()
            .map(|file| {
                let path = displayed_path(&file.path);
                match &file.profiles {
                    None => format!("{path} can't be read"),
                    Some(profiles) if profiles.is_empty() => format!("{path} has none"),
                    Some(profiles) => {
                        let names: Vec<String> = profiles
                            .iter()
                            .map(|one| format!("`{}` (line {})", displayed(&one.name), one.line))
                            .collect();
                        format!("{path} has {}", names.join(", "))
                    }
                }
            })
            .collect();
        format!(
            "there is no profile `{}`, which AWS_PROFILE names: {}",
            displayed(&self.asked),
            places.join("; ")
        )
    }
}

impl ProfileFile {
    fn parse(path: PathBuf, text: &str, is_config: bool) -> Self {
        let mut file = Self {
            path,
            profiles: Some(Vec::new()),
            malformed: None,
        };
        // Other sections (`sso-session`) are none of profiles.
        let mut open: Option<Profile> = None;
        let mut is_in_section = false;
        // Only at the line's end: a CR inside of a value is the value's.
        for (index, raw) in text.split('\n').enumerate() {
            let raw = raw.strip_suffix('\r').unwrap_or(raw);
            let line = raw.trim_matches([' ', '\t']);
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(section) = line.strip_prefix('[') {
                file.close(open.take());
                is_in_section = true;
                let Some((section, _)) = section.split_once(']') else {
                    file.malformed.get_or_insert(index + 1);
                    continue;
                };
                let section = section.trim();
                let name = match section.strip_prefix("profile") {
                    Some(name) if is_config && name.starts_with([' ', '\t']) => Some(name.trim()),
                    _ if !is_config || section == "default" => Some(section),
                    _ => None,
                };
                open = name.map(|name| Profile {
                    name: name.to_owned(),
                    line: index + 1,
                    keys: BTreeMap::new(),
                });
                continue;
            }
            // What is indented belongs to the key before.
            let is_nested = raw.starts_with([' ', '\t']);
            match (line.split_once('='), &mut open) {
                (Some((key, value)), Some(profile)) if !is_nested => {
                    let value = value.trim_matches([' ', '\t']).to_owned();
                    let key = key.trim().to_lowercase();
                    profile.keys.insert(key, (index + 1, value));
                }
                _ if is_nested && is_in_section => {}
                (Some(_), None) if is_in_section => {}
                _ => {
                    file.malformed.get_or_insert(index + 1);
                }
            }
        }
        file.close(open);
        file
    }

    fn close(&mut self, profile: Option<Profile>) {
        if let Some(profiles) = &mut self.profiles {
            profiles.extend(profile);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both files, each missing if it is empty, and the variable `AWS_PROFILE`.
    #[derive(Default)]
    struct Home<'a> {
        aws_profile: Option<&'a str>,
        config: &'a str,
        credentials: &'a str,
    }

    impl Home<'_> {
        fn read(&self) -> Profiles {
            let content = |path: &Path| {
                let text = if path.ends_with("config") {
                    self.config
                } else {
                    self.credentials
                };
                (!text.is_empty()).then(|| text.as_bytes().to_vec())
            };
            let variable = |name: &str| match name {
                "HOME" => Some("/home/a".to_owned()),
                "AWS_PROFILE" => self.aws_profile.map(str::to_owned),
                _ => None,
            };
            Profiles::read(None, variable, content)
        }
    }

    fn config(config: &str) -> Profiles {
        let home = Home {
            config,
            ..Home::default()
        };
        home.read()
    }

    fn credentials(credentials: &str) -> Profiles {
        let home = Home {
            credentials,
            ..Home::default()
        };
        home.read()
    }

    #[test]
    fn a_missing_profile_is_told_with_those_that_there_are() {
        let home = Home {
            aws_profile: Some("prod"),
            config: "[default]\nregion = eu-west-1\n\n[profile production]\nrole_arn = a\n[sso-session x]\nsso_region = a\n",
            ..Home::default()
        };
        let found = home.read();
        assert_eq!(
            found.complaint().unwrap(),
            "there is no profile `prod`, which AWS_PROFILE names: /home/a/.aws/config has \
             `default` (line 1), `production` (line 4); /home/a/.aws/credentials can't be read"
        );
        assert_eq!(Home::default().read().complaint(), None);
    }

    #[test]
    fn a_broken_file_is_told_with_its_line() {
        for (text, line) in [
            ("[default\na = b\n", 1),
            ("[default]\n# c\nwhat\n", 3),
            ("a = b\n", 1),
        ] {
            let complaint = config(text).complaint().unwrap();
            assert!(
                complaint.starts_with(&format!("/home/a/.aws/config:{line} ")),
                "{complaint}"
            );
        }
    }

    #[test]
    fn a_profile_without_credentials_is_told() {
        let home = Home {
            aws_profile: Some("a"),
            credentials: "[b]\n\n[a]\nregion = x\n",
            ..Home::default()
        };
        let complaint = home.read().complaint().unwrap();
        assert!(complaint.starts_with("the profile `a` (/home/a/.aws/credentials:3) has none of"));
    }

    #[test]
    fn an_ill_formed_value_is_found_and_not_shown() {
        let found = credentials("[default]\naws_access_key_id = A\naws_secret_access_key = b\rc\n");
        let fine = |value: &str| value.chars().all(|letter| letter.is_ascii_graphic());
        assert_eq!(
            found.ill_formed(fine).unwrap(),
            "`aws_secret_access_key` of the profile `default` (/home/a/.aws/credentials:3)"
        );
        let crlf = credentials("[default]\r\naws_access_key_id = A\r\n");
        assert_eq!((crlf.ill_formed(fine), crlf.complaint()), (None, None));
    }

    #[test]
    fn a_process_is_run_where_nothing_else_gives_credentials() {
        let only = config("[default]\ncredential_process = /opt/a --b c\n");
        assert_eq!(only.credential_process(), Some("/opt/a --b c"));
        let home = Home {
            config: "[default]\ncredential_process = a\n",
            credentials: "[default]\naws_access_key_id = A\n",
            ..Home::default()
        };
        let keys = home.read();
        assert_eq!(keys.credential_process(), None);
    }
}
