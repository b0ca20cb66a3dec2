//! What can lie over the panes: help, a menu, a question, a line to type into.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::compare::ComparePane;
use super::compare::pair::Choice;
use super::detail::CopyItem;
use super::edited::EditedMenu;
use super::list::{List, Menu};
use super::reply;
use super::secrets::SecretsPane;
use super::tunnel::TunnelPane;
use crate::store::Seq;
use crate::ui::key::Key;

/// What lies over the panes and takes the keys.
#[derive(Debug)]
pub(crate) enum Overlay {
    /// The keys and what they do, from that line on.
    Help { top: usize },
    /// What can be copied; taken when the menu opened, so that nothing else is copied than what was seen.
    Copy(Menu<CopyItem>),
    /// A line to type into.
    Prompt(Prompt),
    /// An edit that waits for what is to become of it.
    Edited(Box<EditedMenu>),
    /// What senders could be answered.
    Reply(Menu<reply::Row>),
    /// Which secrets there are.
    Secrets(SecretsPane),
    /// The public URLs, or one of them under test.
    Tunnel(TunnelPane),
    /// Whether to drop every capture.
    Clear,
    /// What differs between two things.
    Compare(Box<ComparePane>),
    /// What can be compared.
    CompareMenu(Menu<Choice>),
}

/// A line to type into.
#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) purpose: Purpose,
    pub(crate) input: Input,
}

/// What a typed line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Filter the inbox, as it is typed.
    Filter,
    /// Search the capture, as it is typed.
    Search,
    /// Resend that capture.
    Target(Seq),
    /// Sign that capture afresh and resend it.
    Signed(Seq),
    /// Send the edit that waits for it.
    Edited,
    /// Answer senders so.
    Reply,
    /// Send every delivery on to these.
    Forward,
    /// Resend all that were chosen.
    All,
}

/// What a key did to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// The text is another one.
    Text,
    /// The cursor moved, or nothing happened.
    Nothing,
    /// It is to be taken as it is.
    Done,
    /// It is given up.
    GivenUp,
}

impl Overlay {
    /// The list that the keys move in, where it is one.
    pub(crate) fn list(&mut self) -> Option<&mut dyn List> {
        match self {
            Self::Copy(menu) => Some(menu),
            Self::Reply(menu) => Some(menu),
            Self::CompareMenu(menu) => Some(menu),
            Self::Secrets(pane) if pane.typing.is_none() => Some(pane),
            _ => None,
        }
    }
}

impl Prompt {
    pub(crate) fn new(purpose: Purpose, text: &str) -> Self {
        Self { purpose, input: Input::new(text.to_owned()) }
    }

    pub(crate) fn text(&self) -> &str {
        self.input.value()
    }

    /// The keys that lines know from shells.
    pub(crate) fn press(&mut self, key: Key) -> Typed {
        use InputRequest::*;
        let request = match (key.code(), key.has_ctrl()) {
            (KeyCode::Enter, _) => return Typed::Done,
            (KeyCode::Esc, _) => return Typed::GivenUp,
            (KeyCode::Char(char), false) if key.typed().is_some() => InsertChar(char),
            (KeyCode::Char('u'), true) => DeleteLine,
            (KeyCode::Char('k'), true) => DeleteTillEnd,
            (KeyCode::Char('w'), true) | (KeyCode::Backspace, true) => DeletePrevWord,
            (KeyCode::Char('a'), true) | (KeyCode::Home, _) => GoToStart,
            (KeyCode::Char('e'), true) | (KeyCode::End, _) => GoToEnd,
            (KeyCode::Char('h'), true) | (KeyCode::Backspace, _) => DeletePrevChar,
            (KeyCode::Delete, _) => DeleteNextChar,
            (KeyCode::Left, true) => GoToPrevWord,
            (KeyCode::Right, true) => GoToNextWord,
            (KeyCode::Left, _) => GoToPrevChar,
            (KeyCode::Right, _) => GoToNextChar,
            _ => return Typed::Nothing,
        };
        let changed = self.input.handle(request).is_some_and(|changed| changed.value);
        if changed { Typed::Text } else { Typed::Nothing }
    }

    /// Takes pasted text in, as one line. A pasted target takes the place of the one that is offered.
    pub(crate) fn paste(&mut self, text: &str) {
        if matches!(self.purpose, Purpose::Target(_) | Purpose::Signed(_) | Purpose::Edited | Purpose::All) {
            self.input.reset();
        }
        let line = text.trim_matches(['\r', '\n']);
        for char in line.chars().map(|char| if char.is_control() { ' ' } else { char }).take(LONGEST_PASTE) {
            self.input.handle(InputRequest::InsertChar(char));
        }
    }
}

/// More than this was hardly meant for a line.
const LONGEST_PASTE: usize = 4096;
