//! The last line: the keys that matter here, as many as fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::ui::action::{Entry, Place, entries};
use crate::ui::layout::Pane;
use crate::ui::panes::overlay::{Overlay, Purpose};
use crate::ui::panes::row::{Badge, RowKind};
use crate::ui::panes::tunnel::TunnelPane;
use crate::ui::{Action, App};
use crate::verify::Status;

pub(super) fn draw(buf: &mut Buffer, area: Rect, app: &App) {
    let hints = match app.overlay {
        Some(Overlay::Help { .. }) => vec![fixed(app, "↑↓", "scroll"), fixed(app, "esc", "close")],
        Some(Overlay::Copy(_)) => vec![fixed(app, "enter", "copy"), fixed(app, "esc", "close")],
        Some(Overlay::Reply(_)) => vec![fixed(app, "enter", "answer so"), fixed(app, "esc", "close")],
        Some(Overlay::Edited(ref menu)) if menu.message().is_some() => vec![
            fixed(app, "enter", "send"),
            fixed(app, "e", "edit again"),
            fixed(app, "t", "target"),
            fixed(app, "s", "secrets"),
            fixed(app, "esc", "give up"),
        ],
        Some(Overlay::Edited(_)) => vec![fixed(app, "e", "edit again"), fixed(app, "esc", "give up")],
        Some(Overlay::Secrets(ref pane)) if pane.typing.is_some() => typing(app, "take it"),
        Some(Overlay::Secrets(_)) => vec![
            fixed(app, "enter", "give it"),
            fixed(app, "a", "one more"),
            fixed(app, "d", "forget it"),
            fixed(app, "esc", "close"),
        ],
        Some(Overlay::Compare(ref pane)) => {
            let more = (pane.choices.len() > 1).then(|| fixed(app, "=", "compare otherwise"));
            let keys = [("n", "next"), ("N", "before"), ("y", "copy"), ("esc", "back")];
            keys.map(|(key, label)| fixed(app, key, label)).into_iter().chain(more).collect()
        }
        Some(Overlay::CompareMenu(_)) => vec![fixed(app, "enter", "compare"), fixed(app, "esc", "close")],
        Some(Overlay::Prompt(ref prompt)) => of_prompt(app, prompt.purpose),
        Some(Overlay::Clear) => Vec::new(),
        Some(Overlay::Tunnel(ref pane)) => of_tunnel(app, pane),
        None => of_actions(app, usize::from(area.width)),
    };
    let mut x = area.x + 1;
    for hint in hints {
        let width = u16::try_from(hint.width()).unwrap_or(u16::MAX);
        if x.saturating_add(width) > area.right() {
            break;
        }
        buf.set_line(x, area.y, &hint, width);
        x += width + 2;
    }
}

fn of_prompt(app: &App, purpose: Purpose) -> Vec<Line<'static>> {
    match purpose {
        // They are typed where the hints are.
        Purpose::Filter | Purpose::Search => Vec::new(),
        Purpose::Target(_) | Purpose::All => typing(app, "send"),
        Purpose::Signed(_) => typing(app, "sign and send"),
        Purpose::Edited => typing(app, "take it"),
        Purpose::Reply => typing(app, "answer so"),
        Purpose::Forward => typing(app, "forward so"),
    }
}

fn of_tunnel(app: &App, pane: &TunnelPane) -> Vec<Line<'static>> {
    let keys: &[(&str, &'static str)] = match &pane.trying {
        Some(trying) if trying.trial.end.is_none() => &[("esc", "stop")],
        Some(_) => &[("enter", "again"), ("esc", "back")],
        None if app.tunnels.known().is_empty() => &[("esc", "close")],
        None => &[("enter", "test it"), ("y", "copy"), ("↑↓", "choose"), ("esc", "close")],
    };
    keys.iter().map(|(key, label)| fixed(app, key, label)).collect()
}

/// The table's order is the order here, as many as fit. How to get help and how to quit are always said, and before the
/// others how to stop what is under way.
fn of_actions(app: &App, width: usize) -> Vec<Line<'static>> {
    let always = |action| entries().find(|entry| entry.action == action).and_then(|entry| hint(entry, app));
    let (help, quit) = (always(Action::Help), always(Action::Quit));
    let columns = |hint: &Line<'_>| hint.width() + 2;
    let mut room = width.saturating_sub(help.iter().chain(&quit).map(columns).sum());
    let stop = entries().filter(|entry| entry.action == Action::Cancel && is_under_way(app));
    let is_said = |action| matches!(action, Action::Help | Action::Quit | Action::Cancel);
    let rest = stop.chain(entries().filter(|entry| !is_said(entry.action) && matters(entry, app)));
    let fits = |hint: &Line<'_>| {
        let left = room.checked_sub(columns(hint));
        room = left.unwrap_or(room);
        left.is_some()
    };
    let rest = rest.filter_map(|entry| hint(entry, app)).take_while(fits);
    help.into_iter().chain(rest).chain(quit).collect()
}

fn matters(entry: &Entry, app: &App) -> bool {
    let place = match app.focus {
        Pane::Inbox => Place::Inbox,
        Pane::Detail => Place::Detail,
    };
    let empty = app.inbox.held() == 0;
    let has_back = app.focus == Pane::Detail || app.inbox.filter().is_some();
    match entry.action {
        Action::Back => has_back,
        Action::Copy => true,
        Action::Reply | Action::Forward => app.facts.url.is_some(),
        Action::Secrets | Action::Why => is_unsettled(app),
        Action::Resend => !empty && (app.target.is_some() || !app.answering.forward.is_empty()),
        _ => !empty && entry.place.overlaps(place),
    }
}

/// Whether a secret could change what is said of the selected capture.
fn is_unsettled(app: &App) -> bool {
    let row = app.inbox.selected().and_then(|seq| app.inbox.row(seq));
    row.is_some_and(|row| matches!(row.kind, RowKind::Delivery { status: Status::Failed(_) | Status::NoSecret, .. }))
}

/// Whether the selected capture was resent, and nothing came of it yet.
fn is_under_way(app: &App) -> bool {
    let row = app.inbox.selected().and_then(|seq| app.inbox.row(seq));
    row.is_some_and(|row| row.badge == Badge::Pending && app.awaits(row.seq))
}

fn hint(entry: &Entry, app: &App) -> Option<Line<'static>> {
    let key = app.keymap.keys_of(entry.action).next()?;
    Some(fixed(app, &key.to_string(), entry.hint?))
}

/// What the keys of a line do that is typed into.
fn typing(app: &App, enter: &'static str) -> Vec<Line<'static>> {
    vec![fixed(app, "enter", enter), fixed(app, "^u", "clear"), fixed(app, "esc", "back")]
}

fn fixed(app: &App, key: &str, label: &'static str) -> Line<'static> {
    let key = Span::styled(key.to_owned(), app.theme.key);
    Line::from(vec![key, Span::raw(" "), Span::styled(label, app.theme.dim)])
}
