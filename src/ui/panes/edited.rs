//! The menu after the editor: what was changed, and how it is sent.

use crate::send::Target;
use crate::ui::edits::{Child, Edited, Found, Message, Way};

/// An edit that waits for what is to become of it.
#[derive(Debug)]
pub(crate) struct EditedMenu {
    pub(crate) edited: Edited,
    /// Where it is sent; asked for where nothing has been sent yet.
    pub(crate) target: Option<Target>,
    pub(crate) selected: Way,
    /// How it is sent as soon as it is known where to.
    pub(crate) chosen: Option<Way>,
    /// Whether the next esc gives it up: what somebody has typed is not lost by one key.
    pub(crate) is_leaving: bool,
}

impl EditedMenu {
    /// The menu with the cursor on what a handler accepts.
    pub(crate) fn new(edited: Edited, target: Option<Target>) -> Self {
        let mut menu = Self { edited, target, selected: Way::Exact, chosen: None, is_leaving: false };
        if menu.message().is_some_and(|message| message.fits != Some(true) && message.signed.is_ok()) {
            menu.selected = Way::Signed;
        }
        menu
    }

    /// The message, where it is one.
    pub(crate) fn message(&self) -> Option<&Message> {
        match &self.edited.found {
            Found::Message(message) => Some(message),
            Found::Empty | Found::Unchanged | Found::Broken(_) => None,
        }
    }

    /// What is sent that way, as soon as it is known where to.
    pub(crate) fn child(&self, way: Way) -> Option<Child> {
        let parent = self.edited.draft.original.clone();
        Some(Child { parent, delivery: self.message()?.delivery.clone(), way, target: self.target.clone()? })
    }
}
