//! The menu of answers: what senders are answered now, and what they could be answered instead.

use std::mem::discriminant;

use crate::config::Reply;
use crate::provider::Provider;
use crate::text;
use crate::ui::Answering;

/// The answers that are worth trying on whoever sends, and what they are called.
const GENERAL: [(&str, &str); 5] = [
    ("503 for the next 3, then as usual", "503 next=3"),
    ("500 for every 2nd", "500 every=2"),
    ("200, but only after 10 s", "200 delay=10s"),
    ("never answer", "hang"),
    ("drop the connection", "drop"),
];

/// The keys of the answers, in their order; those that move, close or type are left out.
const KEYS: &str = "123456789bcdefimnoprsuvwxyz";
const TYPE_KEY: char = 't';

/// The menu's lines and the cursor on one that can be chosen.
#[derive(Debug)]
pub(crate) struct ReplyMenu {
    /// What holds, in few words.
    pub(crate) now: String,
    rows: Vec<Row>,
    selected: usize,
}

/// One line of the menu.
#[derive(Debug)]
pub(crate) enum Row {
    /// Whom the answers below it are meant for.
    Heading(String),
    /// An answer.
    Choice(Choice),
}

/// An answer that can be chosen.
#[derive(Debug)]
pub(crate) struct Choice {
    /// The key that takes it at once.
    pub(crate) key: Option<char>,
    /// What it is, or what it brings about; safe to show.
    pub(crate) title: String,
    pub(crate) pick: Pick,
    /// Whether it holds now.
    pub(crate) holds: bool,
}

/// What is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pick {
    /// What holds where nobody asks for anything else.
    Usual,
    Reply(Reply),
    /// One that is yet to be typed.
    Typed,
}

impl ReplyMenu {
    /// The menu with the presets of some providers; the cursor is on what holds.
    pub(crate) fn new<'a>(answering: &Answering, providers: impl IntoIterator<Item = &'a Provider>) -> Self {
        let now = answering.reply.as_ref().map(|standing| &standing.reply);
        let mut keys = KEYS.chars();
        let mut choice = |title: &str, pick: Pick| {
            let key = if pick == Pick::Typed { Some(TYPE_KEY) } else { keys.next() };
            let holds = match &pick {
                Pick::Usual => now.is_none(),
                Pick::Reply(reply) => now.is_some_and(|now| is_like(reply, now)),
                Pick::Typed => false,
            };
            Row::Choice(Choice { key, title: text::visible(title).into_owned(), pick, holds })
        };
        let usual = if answering.relays { "what the handler answers, as usual" } else { "200, as usual" };
        let mut rows = vec![choice(usual, Pick::Usual)];
        let general = GENERAL.iter().filter_map(|(title, reply)| Some((*title, reply.parse().ok()?)));
        rows.extend(general.map(|(title, reply)| choice(title, Pick::Reply(reply))));
        rows.push(choice("type one …", Pick::Typed));
        for provider in providers {
            rows.push(Row::Heading(text::visible(&provider.title).into_owned()));
            let presets = provider.reply.presets.iter();
            rows.extend(presets.map(|preset| choice(&preset.title, Pick::Reply(preset.reply.clone()))));
        }
        let holds = |row: &Row| matches!(row, Row::Choice(choice) if choice.holds);
        let selected = rows.iter().position(holds).unwrap_or(0);
        let now = answering.reply_in_short().map_or_else(|| "as usual".to_owned(), |reply| format!("with {reply}"));
        Self { now, rows, selected }
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub(crate) fn selected(&self) -> usize {
        self.selected
    }

    /// Moves the cursor by some lines that can be chosen.
    pub(crate) fn step(&mut self, delta: isize) {
        let choices: Vec<usize> = (0..self.rows.len()).filter(|row| self.choice(*row).is_some()).collect();
        let at = choices.iter().position(|row| *row == self.selected).unwrap_or(0);
        let last = choices.len().saturating_sub(1);
        self.selected = choices.get(at.saturating_add_signed(delta).min(last)).copied().unwrap_or(0);
    }

    /// Puts the cursor on a line, if it can be chosen.
    pub(crate) fn select(&mut self, row: usize) {
        if self.choice(row).is_some() {
            self.selected = row;
        }
    }

    /// What is chosen with that key.
    pub(crate) fn keyed(&self, key: char) -> Option<&Pick> {
        let choices = (0..self.rows.len()).filter_map(|row| self.choice(row));
        choices.into_iter().find(|choice| choice.key == Some(key)).map(|choice| &choice.pick)
    }

    /// What the cursor is on.
    pub(crate) fn picked(&self) -> Option<&Pick> {
        self.choice(self.selected).map(|choice| &choice.pick)
    }

    fn choice(&self, row: usize) -> Option<&Choice> {
        match self.rows.get(row)? {
            Row::Choice(choice) => Some(choice),
            Row::Heading(_) => None,
        }
    }
}

/// Whether it is the same reply, however many deliveries it is still for.
fn is_like(reply: &Reply, now: &Reply) -> bool {
    (&reply.act, reply.delay, discriminant(&reply.when)) == (&now.act, now.delay, discriminant(&now.when))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listen::Standing;
    use crate::provider::Catalog;

    fn answering(reply: Option<&str>) -> Answering {
        let reply = reply.map(|reply| Standing { reply: reply.parse().unwrap(), left: None });
        Answering { reply, ..Answering::default() }
    }

    fn brighten() -> Provider {
        Provider::clone(Catalog::builtin().get("brighten").unwrap())
    }

    #[test]
    fn every_general_answer_is_there_and_no_key_means_two() {
        let brighten = brighten();
        let menu = ReplyMenu::new(&answering(None), [&brighten, &brighten, &brighten, &brighten, &brighten]);
        let keys: Vec<char> = (0..menu.rows.len()).filter_map(|row| menu.choice(row)?.key).collect();
        assert!(keys.starts_with(&['1', '2', '3', '4', '5', '6', 't', '7', '8', '9', 'b']), "{keys:?}");
        for key in &keys {
            assert_eq!(keys.iter().filter(|other| *other == key).count(), 1, "{key}");
        }
        assert_eq!(menu.keyed('2'), Some(&Pick::Reply("503 next=3".parse().unwrap())));
        assert_eq!(menu.keyed('t'), Some(&Pick::Typed));
        assert_eq!(menu.keyed('k'), None);
    }

    #[test]
    fn the_cursor_begins_on_what_holds_and_leaves_headings_out() {
        let brighten = brighten();
        let at = |now| ReplyMenu::new(&answering(now), [&brighten]).selected;
        assert_eq!([at(None), at(Some("503 next=1")), at(Some("503")), at(Some("500"))], [0, 1, 0, 8]);
        let mut menu = ReplyMenu::new(&answering(None), [&brighten]);
        menu.select(7);
        assert_eq!(menu.selected, 0);
        menu.step(7);
        assert_eq!(menu.selected, 8);
        menu.step(-1);
        assert_eq!(menu.picked(), Some(&Pick::Typed));
        menu.step(isize::MAX);
        assert_eq!(menu.selected, menu.rows.len() - 1);
    }
}
