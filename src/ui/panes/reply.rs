//! The menu of answers: what senders are answered now, and what they could be answered instead.

use std::mem::discriminant;

use crate::config::Reply;
use crate::provider::Provider;
use crate::text;
use crate::ui::Answering;
use crate::ui::panes::list::{self, Menu};

/// The answers that are worth trying on whoever sends, and what they are called.
const GENERAL: [(&str, &str); 5] = [
    ("503 for the next 3, then as usual", "503 next=3"),
    ("500 for every 2nd", "500 every=2"),
    ("200, but only after 10 s", "200 delay=10s"),
    ("never answer", "hang"),
    ("drop the connection", "drop"),
];

/// The columns of the menu.
const COLUMNS: u16 = 76;

/// The keys of the answers, in their order; those that move, close or type are left out.
const KEYS: &str = "123456789bcdefimnoprsuvwxyz";
const TYPE_KEY: char = 't';

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

impl list::Choice for Row {
    fn key(&self) -> Option<char> {
        match self {
            Self::Choice(choice) => choice.key,
            Self::Heading(_) => None,
        }
    }

    fn is_choice(&self) -> bool {
        matches!(self, Self::Choice(_))
    }
}

/// The menu with the presets of some providers; the cursor is on what holds.
pub(crate) fn menu<'a>(answering: &Answering, providers: impl IntoIterator<Item = &'a Provider>) -> Menu<Row> {
    let rows = rows(answering, providers);
    let holds = |row: &Row| matches!(row, Row::Choice(choice) if choice.holds);
    let selected = rows.iter().position(holds).unwrap_or(0);
    let now = answering.reply_in_short().map_or_else(|| "as usual".to_owned(), |reply| format!("with {reply}"));
    Menu::new(format!("Senders are answered {now}"), COLUMNS, rows).on(selected)
}

fn rows<'a>(answering: &Answering, providers: impl IntoIterator<Item = &'a Provider>) -> Vec<Row> {
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
    rows
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
    use crate::ui::panes::list::List;

    fn answering(reply: Option<&str>) -> Answering {
        let reply = reply.map(|reply| Standing { reply: reply.parse().unwrap(), left: None });
        Answering { reply, ..Answering::default() }
    }

    fn brighten() -> Provider {
        Provider::clone(Catalog::builtin().get("brighten").unwrap())
    }

    fn taken(menu: &Menu<Row>, key: &str) -> Option<Pick> {
        match menu.taken(key.parse().ok()?)? {
            Row::Choice(choice) => Some(choice.pick.clone()),
            Row::Heading(_) => None,
        }
    }

    #[test]
    fn every_general_answer_is_there_and_no_key_means_two() {
        let brighten = brighten();
        let menu = menu(&answering(None), [&brighten, &brighten, &brighten, &brighten, &brighten]);
        let keys: Vec<char> = menu.rows().iter().filter_map(list::Choice::key).collect();
        assert!(keys.starts_with(&['1', '2', '3', '4', '5', '6', 't', '7', '8', '9', 'b']), "{keys:?}");
        for key in &keys {
            assert_eq!(keys.iter().filter(|other| *other == key).count(), 1, "{key}");
        }
        assert_eq!(taken(&menu, "2"), Some(Pick::Reply("503 next=3".parse().unwrap())));
        assert_eq!(taken(&menu, "t"), Some(Pick::Typed));
        assert_eq!(taken(&menu, "k"), None, "it moves");
    }

    #[test]
    fn the_cursor_begins_on_what_holds() {
        let brighten = brighten();
        let at = |now| menu(&answering(now), [&brighten]).selected();
        assert_eq!([at(None), at(Some("503 next=1")), at(Some("503")), at(Some("500"))], [0, 1, 0, 8]);
    }
}
