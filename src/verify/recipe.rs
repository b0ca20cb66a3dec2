//! How to hash the right bytes in each common stack: data, from `assets/recipes.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use super::Cause;

/// How one stack hands over the raw body.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Its name in one word: `django-rest-framework`.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// Where it usually goes wrong, in one sentence.
    pub hint: String,
    /// The shortest handler that hashes the right bytes; some lines, the last with its line break.
    pub code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    recipe: Vec<Recipe>,
}

impl Recipe {
    /// Whether hashing the bytes as they came would have kept a delivery from failing so. Line breaks are not the
    /// parser's: the sender has them in the one copy and not in the other.
    pub fn prevents(cause: Cause) -> bool {
        matches!(cause, Cause::BodyReserialized | Cause::BodyEncoding | Cause::BodyEmpty)
    }
}

/// All of them, the most common first.
pub fn recipes() -> &'static [Recipe] {
    static RECIPES: OnceLock<Vec<Recipe>> = OnceLock::new();
    RECIPES.get_or_init(|| {
        let book: Book =
            toml::from_str(include_str!("../../assets/recipes.toml")).expect("a test reads this very text");
        book.recipe
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipe_is_short_and_checks_before_it_parses() {
        assert_eq!(recipes().len(), 10);
        for Recipe { name, title, hint, code } in recipes() {
            assert!(!title.is_empty() && hint.ends_with('.'), "{name}");
            assert!((5..=12).contains(&code.lines().count()), "{name}");
            assert!(code.lines().all(|line| line.len() <= 116), "{name}");
            assert!(code.lines().next().unwrap().contains("verify: "), "{name} says what verify is");
            let checked = code.find("verify(").unwrap_or_else(|| panic!("{name} checks nothing"));
            let parses = ["JSON.parse(", "json.loads(", "json_decode(", "readTree(", "from_slice", "Unmarshal("];
            let parsed = parses.iter().find_map(|parse| code.find(parse)).unwrap_or_else(|| panic!("{name}"));
            assert!(checked < parsed, "{name}");
        }
    }
}
