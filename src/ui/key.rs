//! Keys as terminals send them, as people write them, and as the screen shows them.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// One key, or two pressed one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chord(pub(crate) Vec<Key>);

/// The names of keys that are not characters.
const NAMES: [(&str, KeyCode); 15] = [
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("space", KeyCode::Char(' ')),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
];

/// What people see for these keys; shorter than their names.
const SYMBOLS: [(KeyCode, &str); 6] = [
    (KeyCode::Up, "↑"),
    (KeyCode::Down, "↓"),
    (KeyCode::Left, "←"),
    (KeyCode::Right, "→"),
    (KeyCode::PageUp, "PgUp"),
    (KeyCode::PageDown, "PgDn"),
];

impl Key {
    pub(crate) const CTRL_C: Self = Self { code: KeyCode::Char('c'), modifiers: KeyModifiers::CONTROL };

    pub(crate) fn code(self) -> KeyCode {
        self.code
    }

    pub(crate) fn has_ctrl(self) -> bool {
        self.modifiers.contains(KeyModifiers::CONTROL)
    }

    /// The character it types.
    pub(crate) fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(char) if self.modifiers.is_empty() => Some(char),
            _ => None,
        }
    }

    /// Terminals differ in what they tell of shift: a shifted character says it already, and shift-tab is a key of its own.
    fn normal(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let known = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        let modifiers = modifiers & known;
        match code {
            KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => Self::normal(KeyCode::BackTab, modifiers),
            KeyCode::BackTab | KeyCode::Char(_) => Self { code, modifiers: modifiers - KeyModifiers::SHIFT },
            _ => Self { code, modifiers },
        }
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        Self::normal(event.code, event.modifiers)
    }
}

#[derive(Debug)]
pub(crate) struct NoKey;

impl FromStr for Key {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        let (mut rest, mut modifiers) = (text, KeyModifiers::NONE);
        let prefixes = [("ctrl-", KeyModifiers::CONTROL), ("alt-", KeyModifiers::ALT), ("shift-", KeyModifiers::SHIFT)];
        while let Some((prefix, modifier)) = prefixes.iter().find(|(prefix, _)| rest.starts_with(prefix)) {
            rest = &rest[prefix.len()..];
            modifiers |= *modifier;
        }
        Ok(Self::normal(code(rest).ok_or(NoKey)?, modifiers))
    }
}

fn code(name: &str) -> Option<KeyCode> {
    let mut chars = name.chars();
    match (chars.next(), chars.next()) {
        (Some(char), None) if !char.is_control() => return Some(KeyCode::Char(char)),
        _ => {}
    }
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*code);
    }
    let number = name.strip_prefix('f')?.parse().ok()?;
    (1..=12).contains(&number).then_some(KeyCode::F(number))
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_ctrl() {
            f.write_str("^")?;
        }
        if self.modifiers.contains(KeyModifiers::ALT) {
            f.write_str("alt-")?;
        }
        if self.modifiers.contains(KeyModifiers::SHIFT) {
            f.write_str("shift-")?;
        }
        if let Some((_, symbol)) = SYMBOLS.iter().find(|(code, _)| *code == self.code) {
            return f.write_str(symbol);
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            KeyCode::Char(char) => write!(f, "{char}"),
            KeyCode::F(number) => write!(f, "f{number}"),
            KeyCode::BackTab => f.write_str("shift-tab"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|key| key.fmt(f))
    }
}
