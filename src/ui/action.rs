//! What a user can ask for: one table gives the keys' names, the help overlay and the hint bar.

/// What a user can ask for with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first row.
    First,
    /// To the last row; in the inbox follow the newest again.
    Last,
    /// The focus to the next pane.
    NextPane,
    /// The focus to the pane before.
    PreviousPane,
    /// From the inbox into the capture.
    Open,
    /// One step back; never quits.
    Back,
    /// Filter the inbox.
    Filter,
    /// Search the capture.
    Search,
    /// Follow the newest capture, or hold still.
    Follow,
    /// Fold the value, or go to what holds it.
    Fold,
    /// Unfold the value, or go into it.
    Unfold,
    /// Fold or unfold.
    Toggle,
    /// Fold everything.
    FoldAll,
    /// Unfold everything.
    UnfoldAll,
    /// Group dotted keys, or show them as sent.
    Group,
    /// To the next match of the search.
    NextMatch,
    /// To the match before.
    PreviousMatch,
    /// The next tab.
    NextTab,
    /// The tab before.
    PreviousTab,
    /// The payload as a tree.
    ShowTree,
    /// The request line and the headers.
    ShowHeaders,
    /// The body as it was sent.
    ShowRaw,
    /// What was sent because of the capture, and the answers.
    ShowExchanges,
    /// Why the verdict is what it is.
    Why,
    /// Resend to the last target.
    Resend,
    /// Choose a target and resend.
    ResendTo,
    /// Sign the capture with a fresh time and resend it.
    ResendSigned,
    /// Edit the capture in an editor, then resend it.
    Edit,
    /// Mark the capture, for comparing it or for resending all that are marked.
    Mark,
    /// Resend all that are marked, or all that the filter lets through.
    ResendAll,
    /// Compare the capture with the marked one.
    Compare,
    /// Stop waiting for the answer to a resend, or stop resending several.
    Cancel,
    /// Where every delivery goes on to.
    Forward,
    /// What senders are answered.
    Reply,
    /// The public URL, and whether it reaches us.
    Tunnel,
    /// The copy menu.
    Copy,
    /// Keep the capture when the ring is full, or let it go again.
    Pin,
    /// Forget the capture.
    Drop,
    /// Forget every capture; asks.
    Clear,
    /// The secrets that are configured, and another.
    Secrets,
    /// The keys and what they do.
    Help,
    /// Draw the screen anew.
    Redraw,
    /// To the background, as in any program of the shell.
    Suspend,
    /// Quit.
    Quit,
    /// Quit from anywhere, text fields too.
    QuitNow,
}

impl Action {
    /// How many rows it moves down or, where negative, up, on a page of that height; `None` if it does not move.
    pub(crate) fn rows(self, height: usize) -> Option<isize> {
        // One row of the page before stays in sight.
        let page = height.max(2).cast_signed() - 1;
        Some(match self {
            Self::Up => -1,
            Self::Down => 1,
            Self::PageUp => -page,
            Self::PageDown => page,
            Self::First => isize::MIN,
            Self::Last => isize::MAX,
            _ => return None,
        })
    }
}

/// Where an action is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In both panes.
    Everywhere,
    /// While the inbox has the focus.
    Inbox,
    /// While the capture has the focus.
    Detail,
}

impl Place {
    /// Whether a key may mean one thing in one place and another in the other.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self == other || self == Self::Everywhere || other == Self::Everywhere
    }
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) action: Action,
    /// Its name in key files.
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    /// What it does, for the help overlay.
    pub(crate) help: &'static str,
    /// Its label in the hint bar; the table's order is their order there.
    pub(crate) hint: Option<&'static str>,
}

const fn entry(action: Action, name: &'static str, place: Place, help: &'static str) -> Entry {
    Entry { action, name, place, help, hint: None }
}

impl Entry {
    const fn hint(self, label: &'static str) -> Self {
        Self { hint: Some(label), ..self }
    }
}

/// Every action, by headings of the help overlay.
pub(crate) const TABLE: &[(&str, &[Entry])] = {
    use Action::*;
    use Place::*;
    &[
        (
            "Moving",
            &[
                entry(Up, "up", Everywhere, "up"),
                entry(Down, "down", Everywhere, "down"),
                entry(PageUp, "page-up", Everywhere, "a page up"),
                entry(PageDown, "page-down", Everywhere, "a page down"),
                entry(First, "first", Everywhere, "to the beginning"),
                entry(Last, "last", Everywhere, "to the end; in the inbox, follow again"),
                entry(NextPane, "next-pane", Everywhere, "to the other pane"),
                entry(PreviousPane, "previous-pane", Everywhere, "to the pane before"),
                entry(Back, "back", Everywhere, "back; never quits").hint("back"),
            ],
        ),
        (
            "Inbox",
            &[
                entry(Open, "open", Inbox, "into the capture").hint("open"),
                entry(Follow, "follow", Everywhere, "follow the newest, or hold still"),
                entry(Pin, "pin", Everywhere, "pin: keep it when the ring is full"),
                entry(Drop, "drop", Everywhere, "drop it"),
                entry(Clear, "clear", Everywhere, "drop everything (asks)"),
            ],
        ),
        (
            "Capture",
            &[
                entry(Toggle, "toggle", Detail, "fold or unfold").hint("fold"),
                entry(Fold, "fold", Detail, "fold, or go to what holds it"),
                entry(Unfold, "unfold", Detail, "unfold, or go into it"),
                entry(FoldAll, "fold-all", Detail, "fold everything"),
                entry(UnfoldAll, "unfold-all", Detail, "unfold everything"),
                entry(Group, "group", Detail, "group dotted keys, or show them as is"),
                entry(NextTab, "next-tab", Everywhere, "next tab").hint("tab"),
                entry(PreviousTab, "previous-tab", Everywhere, "tab before"),
                entry(ShowTree, "tree", Everywhere, "Tree: the payload, foldable"),
                entry(ShowHeaders, "headers", Everywhere, "Headers: exactly as received"),
                entry(ShowRaw, "raw", Everywhere, "Raw: the body's own bytes"),
                entry(ShowExchanges, "exchanges", Everywhere, "Exchanges: resends and their answers"),
                entry(Why, "why", Everywhere, "Why: what was tried and what each gave").hint("why"),
            ],
        ),
        (
            "Finding",
            &[
                entry(Filter, "filter", Inbox, "filter the inbox").hint("filter"),
                entry(Search, "search", Detail, "search the capture").hint("search"),
                entry(NextMatch, "next-match", Everywhere, "next match in the capture"),
                entry(PreviousMatch, "previous-match", Everywhere, "match before"),
            ],
        ),
        (
            "Sending and taking along",
            &[
                entry(Resend, "resend", Everywhere, "resend to the last target").hint("resend"),
                entry(ResendTo, "resend-to", Everywhere, "resend to a target of your choice").hint("resend to"),
                entry(ResendSigned, "resend-signed", Everywhere, "sign it afresh, then resend it"),
                entry(Edit, "edit", Everywhere, "edit it, then resend it").hint("edit"),
                entry(Mark, "mark", Everywhere, "mark it: for `=`, or to resend all"),
                entry(Compare, "compare", Everywhere, "compare: marked, attempts, answers"),
                entry(ResendAll, "resend-all", Everywhere, "resend all marked, or all filtered"),
                entry(Cancel, "cancel", Everywhere, "stop a resend that waits for an answer").hint("stop"),
                entry(Copy, "copy", Everywhere, "copy menu").hint("copy"),
            ],
        ),
        (
            "Listener",
            &[
                entry(Forward, "forward", Everywhere, "forward every delivery to a handler").hint("forward"),
                entry(Reply, "reply", Everywhere, "what senders are answered").hint("reply"),
                entry(Tunnel, "tunnel", Everywhere, "public URL; does it reach us?"),
            ],
        ),
        (
            "hookglass",
            &[
                entry(Secrets, "secrets", Everywhere, "secrets: give one, or another").hint("secret"),
                entry(Help, "help", Everywhere, "this help").hint("help"),
                entry(Redraw, "redraw", Everywhere, "draw the screen anew"),
                entry(Suspend, "suspend", Everywhere, "to the background (`fg` brings back)"),
                entry(Quit, "quit", Everywhere, "quit").hint("quit"),
                entry(QuitNow, "quit-now", Everywhere, "quit, from anywhere"),
            ],
        ),
    ]
};

/// Every line of the table.
pub(crate) fn entries() -> impl Iterator<Item = &'static Entry> {
    TABLE.iter().flat_map(|(_, entries)| *entries)
}
