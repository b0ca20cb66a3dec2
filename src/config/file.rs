//! The configuration file.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use zeroize::Zeroizing;

use super::Options;
use crate::wire::PathRoot;

/// A configuration file that cannot be used: which one, where in it, and why.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It could not be read.
    #[error("cannot read the configuration {file}: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system said.
        reason: std::io::Error,
    },
    /// It has a mistake.
    #[error("{file}:{line}:{column}: {what}")]
    Mistake {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong.
        what: String,
    },
}

/// `$XDG_CONFIG_HOME/hookglass`, on every system.
pub fn config_folder() -> Option<PathBuf> {
    etcetera::base_strategy::Xdg::new().ok().map(|base| base.config_dir().join("hookglass"))
}

/// Reads the file that was asked for, or the user's own where there is one.
pub fn read(asked: Option<&Path>) -> Result<Options, ConfigError> {
    let (file, required) = match asked {
        Some(file) => (file.to_owned(), true),
        None => match config_folder() {
            Some(folder) => (folder.join("config.toml"), false),
            None => return Ok(Options::default()),
        },
    };
    match std::fs::read_to_string(&file) {
        // It may hold secrets written as `literal:`.
        Ok(text) => parse(&Zeroizing::new(text), &file.display().to_string()),
        Err(reason) if !required && reason.kind() == std::io::ErrorKind::NotFound => Ok(Options::default()),
        Err(reason) => Err(ConfigError::Unreadable { file: file.display().to_string(), reason }),
    }
}

fn parse(text: &str, file: &str) -> Result<Options, ConfigError> {
    let mistake = |at: usize, what: &str| {
        let before = &text[..at.min(text.len())];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        ConfigError::Mistake {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            what: what.replace('\n', "; "),
        }
    };
    let at_fault = |error: toml::de::Error| mistake(error.span().map_or(0, |span| span.start), error.message());
    let options = toml::from_str(text).map_err(at_fault)?;
    match toml::from_str::<Paths>(text).map_err(at_fault)?.repeated() {
        Some(path) => {
            Err(mistake(path.span().start, &format!("there is an [[endpoint]] for {} already", path.get_ref())))
        }
        None => Ok(options),
    }
}

/// The paths of a file's endpoints, with their places.
#[derive(serde::Deserialize)]
struct Paths {
    #[serde(default, rename = "endpoint")]
    endpoints: Vec<OnlyPath>,
}

#[derive(serde::Deserialize)]
struct OnlyPath {
    path: toml::Spanned<PathRoot>,
}

impl Paths {
    /// The first path that another one before it is, too.
    fn repeated(&self) -> Option<&toml::Spanned<PathRoot>> {
        let paths = self.endpoints.iter().map(|endpoint| &endpoint.path);
        let mut paths = paths.enumerate();
        let is_earlier = |(at, path): &(usize, &toml::Spanned<PathRoot>)| {
            self.endpoints[..*at].iter().any(|earlier| earlier.path.get_ref() == path.get_ref())
        };
        paths.find(is_earlier).map(|(_, path)| path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Reply, SecretText};

    #[test]
    fn the_sample_holds_the_defaults() {
        let sample = include_str!("../../assets/config.toml");
        let all_set: String =
            sample.lines().map(|line| line.strip_prefix("#= ").unwrap_or(line)).flat_map(|line| [line, "\n"]).collect();
        let options = parse(&all_set, "assets/config.toml").unwrap();
        assert_eq!(options.settle(), Options::default().settle());
        assert_eq!(parse(sample, "assets/config.toml").unwrap(), Options::default());
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        let cases = [
            ("capacity = 1\nlisten = 5\n", "c.toml:2:10: "),
            ("capcity = 1\n", "c.toml:1:1: unknown field `capcity`"),
            ("memory = \"lots\"", "c.toml:1:10: "),
            ("capacity = ", "c.toml:1:12: "),
            ("[[endpoint]]\nprovider = 'x'", "c.toml:1:1: missing field `path`"),
            ("[[endpoint]]\npath = 'x'", "c.toml:2:8: a path is written like /hooks/stripe"),
            ("[[endpoint]]\npath = '/x'\nreply = 99", "c.toml:3:9: 99 is no status to answer with"),
            ("[[endpoint]]\npath = '/x'\nsecrets = []", "c.toml:3:1: unknown field `secrets`"),
            ("[[endpoint]]\npath = '/x'\nsecret = 5", "c.toml:3:10: a text, or a list of them"),
            (
                "[[endpoint]]\npath = '/x'\n[[endpoint]]\npath = '/x/'",
                "c.toml:4:8: there is an [[endpoint]] for /x already",
            ),
            ("secret = 5", "c.toml:1:10: a text, or a list of them"),
            ("public-url = 'x'", "c.toml:1:14: "),
            ("capacity = 0", "c.toml:1:12: expected a whole number from 1"),
            ("listen = \"here\"", "c.toml:1:10: `here` is not ADDR:PORT, such as 127.0.0.1:4665"),
        ];
        for (text, begins) in cases {
            let error = parse(text, "c.toml").unwrap_err().to_string();
            assert!(error.starts_with(begins) && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn a_flag_wins_over_the_file_and_secrets_add_up() {
        let file = parse("capacity = 5\nreply = 204\nsecret = [\"a=env:A\"]", "c.toml").unwrap();
        let secrets = vec!["b=env:B".to_owned().into()];
        let flags = Options { capacity: "9".parse().ok(), secrets, ..Options::default() };
        let settings = flags.over(file).settle();
        assert_eq!((settings.capacity, settings.reply), (9, Reply::status(204).ok()));
        let secrets: Vec<&str> = settings.secrets.iter().map(SecretText::expose).collect();
        assert_eq!(secrets, ["b=env:B", "a=env:A"]);
    }

    #[test]
    fn endpoints_have_settings_of_their_own() {
        let text = "tolerance = '2m'\n[[endpoint]]\npath = '/a/'\nprovider = 'x'\nsecret = 'env:A'\nreply = 204\n\
                    [[endpoint]]\npath = '/b'\nsecret = ['env:B', 'y=env:C']";
        let settings = parse(text, "c.toml").unwrap().settle();
        assert_eq!(settings.tolerance, Some(std::time::Duration::from_secs(120)));
        let [a, b] = &settings.endpoints[..] else { panic!("{settings:?}") };
        assert_eq!((a.path.to_string().as_str(), a.provider.as_deref()), ("/a", Some("x")));
        assert_eq!((&a.reply, &b.reply), (&Reply::status(204).ok(), &None));
        assert_eq!((a.secrets.len(), b.secrets.len()), (1, 2));
        for text in ["secret = 'env:A'", "secret = ['env:A']"] {
            assert_eq!(parse(text, "c.toml").unwrap().secrets, ["env:A".to_owned().into()], "one or several");
        }
    }

    #[test]
    fn no_debug_print_of_settings_repeats_a_secret() {
        let text = "secret = ['literal:hunter2']\n[[endpoint]]\npath = '/a'\nsecret = 'hunter2'";
        let options = parse(text, "c.toml").unwrap();
        assert!(!format!("{options:?}{:?}", options.clone().settle()).contains("hunter2"));
    }
}
