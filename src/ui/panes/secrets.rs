//! The secrets overlay: whose secrets there are and where they come from, and a masked line to give another.

use std::borrow::Cow;
use std::fmt;

use zeroize::Zeroizing;

use crate::config::SecretText;
use crate::provider::{Catalog, ProviderId};
use crate::text;
use crate::ui::panes::list::List;
use crate::ui::secrets::{KnownSecret, Slot, is_source};

/// The columns of the list.
const COLUMNS: u16 = 68;

/// The list of secrets, and the line that one is typed into.
#[derive(Debug)]
pub(crate) struct SecretsPane {
    rows: Vec<Row>,
    selected: usize,
    pub(crate) typing: Option<Typing>,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    whose: Option<ProviderId>,
    /// The provider's name for people.
    pub(crate) title: String,
    pub(crate) held: Held,
}

/// What there is in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// A secret: its place, and where it came from.
    Secret(usize, Box<str>),
    /// A secret of one path alone, which the configuration says: where it came from, and the path.
    OfPath(Box<str>, Box<str>),
    /// None, though signed deliveries have come.
    Wanted,
    /// None.
    Nothing,
}

/// A secret that is being typed, and its place.
#[derive(Debug)]
pub(crate) struct Typing {
    pub(crate) slot: Slot,
    /// Whose it is and whether it is one more, for people.
    pub(crate) title: String,
    pub(crate) line: MaskedLine,
}

impl SecretsPane {
    /// The list, with the cursor on a provider's line where there is one.
    pub(crate) fn new(rows: Vec<Row>, on: Option<&ProviderId>) -> Self {
        let selected = on.and_then(|id| rows.iter().position(|row| row.whose.as_ref() == Some(id))).unwrap_or(0);
        Self { rows, selected, typing: None }
    }

    /// Shows other lines; the cursor stays with its provider.
    pub(crate) fn renew(&mut self, rows: Vec<Row>) {
        let whose = self.rows.get(self.selected).and_then(|row| row.whose.clone());
        let of_it = |row: &Row| row.whose == whose;
        let begins = |rows: &[Row]| rows.iter().position(of_it);
        let offset = begins(&self.rows).map_or(0, |first| self.selected - first);
        let among = rows.iter().filter(|row| of_it(row)).count().saturating_sub(1);
        self.selected = begins(&rows).map_or(0, |first| first + offset.min(among));
        self.rows = rows;
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The place of the selected secret, if it is one that can be changed here.
    pub(crate) fn slot(&self) -> Option<Slot> {
        let row = self.rows.get(self.selected)?;
        let Held::Secret(at, _) = row.held else { return None };
        Some(Slot { whose: row.whose.clone(), at })
    }

    /// Begins to type a secret in the place of the selected one, or one more.
    pub(crate) fn begin(&mut self, one_more: bool) {
        let Some(row) = self.rows.get(self.selected) else { return };
        let held = |other: &&Row| other.whose == row.whose && matches!(other.held, Held::Secret(..));
        let count = self.rows.iter().filter(held).count();
        let (at, title) = match &row.held {
            Held::Secret(at, source) if !one_more => (*at, format!("{} instead of {source}", row.title)),
            _ if count > 0 => (count, format!("{}, one more", row.title)),
            _ => (0, row.title.clone()),
        };
        let slot = Slot { whose: row.whose.clone(), at };
        self.typing = Some(Typing { slot, title, line: MaskedLine::new() });
    }
}

impl List for SecretsPane {
    fn title(&self) -> Cow<'_, str> {
        Cow::Borrowed("Secrets")
    }

    fn columns(&self) -> u16 {
        COLUMNS
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn selected(&self) -> usize {
        self.selected
    }

    fn select(&mut self, row: usize) {
        self.selected = row.min(self.rows.len().saturating_sub(1));
    }
}

/// The lines of the list: providers that lack a secret, those that have some, then all others that sign.
pub(crate) fn rows(catalog: &Catalog, known: &[KnownSecret], lacks: impl Fn(&ProviderId) -> bool) -> Vec<Row> {
    let mut groups: Vec<(u8, Vec<Row>)> = Vec::new();
    for provider in catalog.iter().filter(|provider| provider.signs()) {
        let lines = held(known, Some(&provider.id), lacks(&provider.id));
        let rank = match lines.first() {
            Some(Held::Wanted) => 0,
            Some(Held::Nothing) => 2,
            _ => 1,
        };
        let row = |held| Row { whose: Some(provider.id.clone()), title: text::visible(&provider.title).into(), held };
        groups.push((rank, lines.into_iter().map(row).collect()));
    }
    let any = held(known, None, false);
    let rank = if any == [Held::Nothing] { 3 } else { 1 };
    let row = |held| Row { whose: None, title: "any provider".to_owned(), held };
    groups.push((rank, any.into_iter().map(row).collect()));
    groups.sort_by_key(|(rank, _)| *rank);
    groups.into_iter().flat_map(|(_, rows)| rows).collect()
}

fn held(known: &[KnownSecret], whose: Option<&ProviderId>, is_wanted: bool) -> Vec<Held> {
    let of_it = known.iter().filter(|secret| secret.slot.whose.as_ref() == whose);
    let mut held: Vec<Held> = of_it
        .map(|secret| match &secret.path {
            Some(path) => Held::OfPath(secret.source.clone(), path.clone()),
            None => Held::Secret(secret.slot.at, secret.source.clone()),
        })
        .collect();
    if is_wanted {
        held.insert(0, Held::Wanted);
    } else if held.is_empty() {
        held.push(Held::Nothing);
    }
    held
}

/// A line whose text nobody is to read over somebody's shoulder, nor in memory afterwards.
pub(crate) struct MaskedLine {
    /// The room is made beforehand: a text that grows leaves unwiped copies behind.
    text: Zeroizing<String>,
}

impl MaskedLine {
    /// A public key in PEM is shorter; whatever is longer comes from a file.
    pub(crate) const LONGEST: usize = 8192;

    fn new() -> Self {
        Self { text: Zeroizing::new(String::with_capacity(Self::LONGEST)) }
    }

    /// Adds a character; false where there is no room.
    pub(crate) fn push(&mut self, char: char) -> bool {
        let fits = self.text.len() + char.len_utf8() <= Self::LONGEST;
        if fits {
            self.text.push(char);
        }
        fits
    }

    /// Adds pasted text as it is, but for the line breaks at its end, which nobody means; false where there is no room.
    pub(crate) fn paste(&mut self, text: &str) -> bool {
        let text = text.trim_end_matches(['\r', '\n']);
        let fits = self.text.len() + text.len() <= Self::LONGEST;
        if fits {
            self.text.push_str(text);
        }
        fits
    }

    pub(crate) fn pop(&mut self) {
        self.text.pop();
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
    }

    /// What was typed; `None` if nothing was.
    pub(crate) fn text(&self) -> Option<SecretText> {
        (!self.text.is_empty()).then(|| SecretText::from(String::clone(&self.text)))
    }

    /// What is shown: where a secret is may be read, a secret may not.
    pub(crate) fn shown(&self) -> String {
        if is_source(&self.text) { text::visible(&self.text).into() } else { "•".repeat(self.text.chars().count()) }
    }
}

impl fmt::Debug for MaskedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MaskedLine(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_secret_is_masked_and_a_source_is_not() {
        for (typed, shown) in [("hunter2", "•••••••"), ("env:A", "env:A"), ("file:/x\u{1b}", "file:/x␛"), ("", "")]
        {
            let mut line = MaskedLine::new();
            assert!(typed.chars().all(|char| line.push(char)));
            assert_eq!(line.shown(), shown);
            assert!(!format!("{line:?}{:?}", line.text()).contains("hunter2"));
        }
    }

    #[test]
    fn pasted_text_keeps_all_but_its_last_line_breaks_and_never_grows() {
        let mut line = MaskedLine::new();
        assert!(line.paste(" a\nb \r\n"));
        assert_eq!(line.text().unwrap().expose(), " a\nb ");
        let room = line.text.capacity();
        assert!(!line.paste(&"x".repeat(MaskedLine::LONGEST)) && line.paste(&"x".repeat(MaskedLine::LONGEST - 5)));
        assert!(!line.push('x'));
        assert_eq!(line.text.capacity(), room);
    }
}
