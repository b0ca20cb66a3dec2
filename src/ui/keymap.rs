//! Which keys do what: the defaults of `assets/keys.toml` with the user's own over them.

use super::action::{Action, Entry, Place, entries};
use super::key::{Chord, Key, NoKey};
use crate::text;

/// The default keys, as a file that users can copy from.
pub const DEFAULT_KEYS: &str = include_str!("../../assets/keys.toml");

/// Which keys do what.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

#[derive(Clone, Debug)]
struct Binding {
    chord: Chord,
    entry: &'static Entry,
    by_user: bool,
}

/// What a sequence of keys means so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Action(Action),
    /// More keys must follow.
    Prefix,
    Nothing,
}

/// Keys that cannot be used; says which and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// No action has that name.
    #[error("keys: no action is called `{name}`{}", hint(.nearest.as_deref()))]
    Action {
        /// The name as given.
        name: String,
        /// The known name most like it.
        nearest: Option<String>,
    },
    /// The value is neither a key nor a list of keys.
    #[error("keys: `{action}` wants a key (\"x\") or a list of keys ([\"x\", \"ctrl-x\"])")]
    Shape {
        /// The action.
        action: String,
    },
    /// The text names no key.
    #[error("keys: `{key}` (of `{action}`) is no key; write a character, a name such as pgup, or ctrl-x")]
    Key {
        /// The action.
        action: String,
        /// The key as given.
        key: String,
    },
    /// Two actions want the same key.
    #[error("keys: `{key}` cannot do both `{first}` and `{second}`")]
    Conflict {
        /// The key.
        key: String,
        /// The action that has it.
        first: &'static str,
        /// The action that wants it too.
        second: &'static str,
    },
    /// The key that always quits.
    #[error("keys: ctrl-c always quits and can do nothing else")]
    Reserved,
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

impl Keymap {
    /// The default keys.
    pub fn builtin() -> Self {
        let table = toml::from_str(DEFAULT_KEYS).unwrap_or_default();
        // A test proves that the file that ships reads.
        Self::read(&table, false).unwrap_or(Self { bindings: Vec::new() })
    }

    /// The default keys with the user's over them: action names to a key or a list of keys.
    pub fn layered(own: &toml::Table) -> Result<Self, KeymapError> {
        let own_map = Self::read(own, true)?;
        let mut bindings = Self::builtin().bindings;
        bindings.retain(|binding| {
            let replaced = own.contains_key(binding.entry.name) && binding.entry.action != Action::QuitNow;
            !replaced && own_map.bindings.iter().all(|own| !own.clashes(binding))
        });
        bindings.extend(own_map.bindings);
        Ok(Self { bindings })
    }

    fn read(table: &toml::Table, by_user: bool) -> Result<Self, KeymapError> {
        let mut bindings: Vec<Binding> = Vec::with_capacity(64);
        for (name, value) in table {
            let entry = entries().find(|entry| entry.name == name).ok_or_else(|| unknown_action(name))?;
            for text in key_texts(name, value)? {
                let binding = Binding { chord: chord(name, text)?, entry, by_user };
                binding.check(&bindings)?;
                bindings.push(binding);
            }
        }
        Ok(Self { bindings })
    }

    /// What the keys pressed so far mean in that place. What begins a sequence anywhere begins one here too: its second
    /// key must not do something of its own where the sequence has no meaning.
    pub(crate) fn find(&self, pressed: &[Key], place: Place) -> Found {
        let here = |binding: &&Binding| binding.entry.place.overlaps(place);
        let begins = |binding: &&Binding| binding.chord.0.starts_with(pressed);
        match self.bindings.iter().filter(here).find(begins) {
            Some(binding) if binding.chord.0.len() == pressed.len() => Found::Action(binding.entry.action),
            Some(_) => Found::Prefix,
            None if self.bindings.iter().any(|binding| begins(&binding) && binding.chord.0.len() > pressed.len()) => {
                Found::Prefix
            }
            None => Found::Nothing,
        }
    }

    /// The keys of an action, in the order given.
    pub(crate) fn keys_of(&self, action: Action) -> impl Iterator<Item = &Chord> {
        self.bindings.iter().filter(move |binding| binding.entry.action == action).map(|binding| &binding.chord)
    }
}

impl Binding {
    /// Whether both cannot be had: the same keys, or one the beginning of the other.
    fn clashes(&self, other: &Self) -> bool {
        let (mine, theirs) = (&self.chord.0, &other.chord.0);
        self.entry.place.overlaps(other.entry.place) && (mine.starts_with(theirs) || theirs.starts_with(mine))
    }

    fn check(&self, others: &[Self]) -> Result<(), KeymapError> {
        if self.by_user && self.chord.0.contains(&Key::CTRL_C) && self.entry.action != Action::QuitNow {
            return Err(KeymapError::Reserved);
        }
        match others.iter().find(|other| other.clashes(self)) {
            Some(other) => Err(KeymapError::Conflict {
                key: self.chord.to_string(),
                first: other.entry.name,
                second: self.entry.name,
            }),
            None => Ok(()),
        }
    }
}

fn unknown_action(name: &str) -> KeymapError {
    let nearest = text::nearest(name, entries().map(|entry| entry.name)).map(str::to_owned);
    KeymapError::Action { name: text::visible(name).into_owned(), nearest }
}

fn key_texts<'a>(action: &str, value: &'a toml::Value) -> Result<Vec<&'a str>, KeymapError> {
    let shape = || KeymapError::Shape { action: action.to_owned() };
    match value {
        toml::Value::String(text) => Ok(vec![text]),
        toml::Value::Array(items) => items.iter().map(|item| item.as_str().ok_or_else(shape)).collect(),
        _ => Err(shape()),
    }
}

fn chord(action: &str, text: &str) -> Result<Chord, KeymapError> {
    let no_key = || KeymapError::Key { action: action.to_owned(), key: text::visible(text).into_owned() };
    let keys: Vec<Key> = text.split(' ').map(str::parse).collect::<Result<_, NoKey>>().map_err(|NoKey| no_key())?;
    if keys.len() > 2 { Err(no_key()) } else { Ok(Chord(keys)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<Key> {
        text.split(' ').map(|key| key.parse().unwrap_or_else(|NoKey| panic!("{key}"))).collect()
    }

    fn layered(text: &str) -> Result<Keymap, String> {
        Keymap::layered(&toml::from_str(text).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_default_keys_name_every_action_once_and_no_other() {
        let table: toml::Table = toml::from_str(DEFAULT_KEYS).unwrap();
        Keymap::read(&table, false).unwrap();
        let mut named: Vec<&str> = table.keys().map(String::as_str).collect();
        let mut known: Vec<&str> = entries().map(|entry| entry.name).collect();
        named.sort_unstable();
        known.sort_unstable();
        assert_eq!(named, known);
    }

    #[test]
    fn keys_mean_what_the_place_says() {
        let keymap = Keymap::builtin();
        let cases = [
            ("j", Place::Inbox, Found::Action(Action::Down)),
            ("G", Place::Detail, Found::Action(Action::Last)),
            ("l", Place::Inbox, Found::Action(Action::Open)),
            ("l", Place::Detail, Found::Action(Action::Unfold)),
            ("h", Place::Inbox, Found::Nothing),
            ("z", Place::Detail, Found::Prefix),
            ("z", Place::Inbox, Found::Prefix),
            ("z R", Place::Inbox, Found::Nothing),
            ("z M", Place::Detail, Found::Action(Action::FoldAll)),
            ("z x", Place::Detail, Found::Nothing),
            ("shift-tab", Place::Inbox, Found::Action(Action::PreviousPane)),
            ("ctrl-c", Place::Inbox, Found::Action(Action::QuitNow)),
        ];
        for (pressed, place, found) in cases {
            assert_eq!(keymap.find(&keys(pressed), place), found, "{pressed} in {place:?}");
        }
    }

    #[test]
    fn own_keys_replace_the_defaults_and_take_keys_from_others() {
        let keymap = layered("pin = ['r', 'alt-p']\nfold-all = 'f5'\ndrop = []\nquit-now = 'ctrl-q'").unwrap();
        let found = |pressed: &str| keymap.find(&keys(pressed), Place::Detail);
        assert_eq!(found("r"), Found::Action(Action::Pin));
        assert_eq!(found("alt-p"), Found::Action(Action::Pin));
        assert_eq!(found("p"), Found::Nothing);
        assert_eq!(found("d"), Found::Nothing);
        assert_eq!(found("f5"), Found::Action(Action::FoldAll));
        assert_eq!(found("z M"), Found::Nothing);
        assert_eq!(found("ctrl-c"), Found::Action(Action::QuitNow), "ctrl-c always quits");
        assert_eq!(found("ctrl-q"), Found::Action(Action::QuitNow));
    }

    #[test]
    fn keys_that_cannot_be_used_say_why() {
        let cases = [
            ("pin = 3", "keys: `pin` wants a key (\"x\") or a list of keys ([\"x\", \"ctrl-x\"])"),
            (
                "pin = 'pageup'",
                "keys: `pageup` (of `pin`) is no key; write a character, a name such as pgup, or ctrl-x",
            ),
            ("pin = ''", "keys: `` (of `pin`) is no key; write a character, a name such as pgup, or ctrl-x"),
            ("drop = 'x'\npin = 'x'", "keys: `x` cannot do both `drop` and `pin`"),
            ("drop = 'x'\npin = 'x y'", "keys: `xy` cannot do both `drop` and `pin`"),
            ("pin = 'ctrl-c'", "keys: ctrl-c always quits and can do nothing else"),
        ];
        for (own, message) in cases {
            assert_eq!(layered(own).unwrap_err(), message);
        }
        assert!(layered("rezend = 'x'").unwrap_err().starts_with("keys: no action is called `rezend`"));
        layered("fold = 'x'\nopen = 'x'").unwrap();
    }

    #[test]
    fn keys_read_as_people_write_them() {
        let cases = [("pgup", "PgUp"), ("ctrl-u", "^u"), ("shift-tab", "shift-tab"), ("z M", "zM"), ("space", "space")];
        for (text, shown) in cases {
            assert_eq!(Chord(keys(text)).to_string(), shown);
        }
    }
}
