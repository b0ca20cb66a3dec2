//! What the body says: a tree where it is JSON, else whatever reads best.

use super::headers_page::words;
use super::line::{Line, Tone, beginning, piece, top};
use super::parse::Content;
use super::row_words;
use super::text_page::{TextPage, next_match};
use crate::json::ParseError;
use crate::json::tree::Tree;
use crate::text;
use crate::ui::Action;

/// The first tab.
#[derive(Debug)]
pub(crate) struct TreePage {
    /// `None` until the worker has read the body: its bytes are shown meanwhile.
    pub(crate) content: Option<Content>,
    /// The bytes as sent.
    pub(crate) raw: TextPage,
    top: usize,
}

impl TreePage {
    pub(crate) fn new(raw: TextPage) -> Self {
        Self { content: None, raw, top: 0 }
    }

    /// Shows what the body turned out to be.
    pub(crate) fn take(&mut self, content: Content) {
        self.content = Some(content);
        if let Some(place) = self.mistake() {
            self.raw.mark_mistake(place);
        }
    }

    /// Where the body stops being JSON.
    pub(crate) fn mistake(&self) -> Option<usize> {
        match &self.content {
            Some(Content::Broken { error }) => Some(error.offset),
            _ => None,
        }
    }

    pub(crate) fn tree(&self) -> Option<&Tree> {
        match &self.content {
            Some(Content::Json(tree)) => Some(tree),
            _ => None,
        }
    }

    /// The rows that have a cursor: how many, and where it is.
    pub(crate) fn cursor(&self) -> Option<usize> {
        match &self.content {
            Some(Content::Json(tree)) => Some(tree.cursor()),
            Some(Content::Fields(fields)) => Some(fields.cursor),
            _ => None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        match &self.content {
            Some(Content::Json(tree)) => tree.len(),
            Some(Content::Fields(fields)) => fields.rows.len(),
            _ => 0,
        }
    }

    pub(crate) fn act(&mut self, action: Action, width: usize, height: usize) -> bool {
        let height = self.rows_height(height);
        let page = isize::try_from(height.saturating_sub(1)).unwrap_or(1).max(1);
        let changed = match (&mut self.content, action) {
            (Some(Content::Text(text)), action) => text.act(action, width, height),
            (None | Some(Content::Broken { .. } | Content::Empty | Content::Binary), action) => {
                self.raw.act(action, width, height)
            }
            (_, Action::Up) => self.step(-1),
            (_, Action::Down) => self.step(1),
            (_, Action::PageUp) => self.step(-page),
            (_, Action::PageDown) => self.step(page),
            (_, Action::First) => self.go(0),
            (_, Action::Last) => self.go(usize::MAX),
            (Some(Content::Json(tree)), action) => fold(tree, action),
            _ => false,
        };
        self.top = self.first_in_sight(height);
        changed
    }

    pub(crate) fn step(&mut self, rows: isize) -> bool {
        self.cursor().is_some_and(|cursor| self.go(cursor.saturating_add_signed(rows)))
    }

    pub(crate) fn go(&mut self, row: usize) -> bool {
        match &mut self.content {
            Some(Content::Json(tree)) => tree.go(row),
            Some(Content::Fields(fields)) => {
                let row = row.min(fields.rows.len().saturating_sub(1));
                std::mem::replace(&mut fields.cursor, row) != row
            }
            _ => false,
        }
    }

    /// Puts the cursor on a row of the page, and folds what is there.
    pub(crate) fn click(&mut self, row: usize, width: usize, height: usize) -> bool {
        let first = self.first_in_sight(self.rows_height(height));
        let Some(row) = row.checked_sub(self.notice().len()).map(|row| first + row) else { return false };
        if row >= self.len() {
            return false;
        }
        let moved = self.go(row);
        self.act(Action::Toggle, width, height) || moved
    }

    /// Scrolls what has no cursor, and moves the cursor of what has one.
    pub(crate) fn wheel(&mut self, rows: isize, width: usize, height: usize) -> bool {
        let height = self.rows_height(height);
        match &mut self.content {
            Some(Content::Text(text)) => text.scroll(rows, width, height),
            None | Some(Content::Broken { .. } | Content::Empty | Content::Binary) => {
                self.raw.scroll(rows, width, height)
            }
            _ => {
                let moved = self.step(rows);
                self.top = self.first_in_sight(height);
                moved
            }
        }
    }

    /// Goes to the next match of a needle, or the one before.
    pub(crate) fn find(&mut self, needle: &str, forward: bool, width: usize, height: usize) -> bool {
        let height = self.rows_height(height);
        let found = match &mut self.content {
            Some(Content::Json(tree)) => find_in(tree, needle, forward),
            Some(Content::Text(text)) => text.find(needle, forward, width, height),
            _ => self.raw.find(needle, forward, width, height),
        };
        self.top = self.first_in_sight(height);
        found
    }

    /// What the notice leaves of a page of that height.
    fn rows_height(&self, height: usize) -> usize {
        height.saturating_sub(self.notice().len())
    }

    pub(crate) fn first_in_sight(&self, height: usize) -> usize {
        self.cursor().map_or(0, |cursor| top(self.top, cursor, height, self.len()))
    }

    /// What is said above the rows.
    pub(crate) fn notice(&self) -> Vec<Line> {
        match &self.content {
            None => vec![vec![piece(Tone::Dim, format!("reading {} …", size_of(&self.raw)))]],
            Some(Content::Empty) => vec![vec![piece(Tone::Dim, "no body")]],
            Some(Content::Binary) => vec![vec![piece(Tone::Dim, format!("{} that are no text", size_of(&self.raw)))]],
            Some(Content::Broken { error, .. }) => {
                vec![vec![piece(Tone::Bad, "not JSON: "), piece(Tone::Plain, error.to_string())]]
            }
            Some(Content::Fields(fields)) => vec![vec![piece(Tone::Dim, fields.title.as_str())]],
            Some(Content::Json(_) | Content::Text(_)) => Vec::new(),
        }
    }

    /// The rows in sight below the notice.
    pub(crate) fn lines(&self, width: usize, height: usize) -> Vec<Line> {
        let first = self.first_in_sight(height);
        match &self.content {
            Some(Content::Json(tree)) => {
                tree.rows(first..first + height).map(|row| row_words::line(&row, width)).collect()
            }
            Some(Content::Fields(fields)) => fields.lines(first, width, height),
            Some(Content::Text(text)) => text.lines(width, height),
            Some(Content::Broken { error }) => {
                let mut lines = vec![Vec::new()];
                lines.extend(place_of(self.raw.bytes(), error, width));
                lines.push(Vec::new());
                lines.extend(self.raw.lines(width, height.saturating_sub(lines.len())));
                lines.truncate(height);
                lines
            }
            Some(Content::Empty) => Vec::new(),
            None | Some(Content::Binary) => self.raw.lines(width, height),
        }
    }

    /// The whole value under the cursor, where its row has no room for it.
    pub(crate) fn cut_value(&self, width: usize) -> Option<Line> {
        let (lead, tone, value) = match &self.content {
            Some(Content::Json(tree)) => {
                let row = tree.rows(tree.cursor()..tree.cursor() + 1).next()?;
                let value = row.value.filter(|value| !value.is_container())?;
                (words(&row_words::lead(&row, width)), Tone::String, beginning(value.raw_str(), 4096).to_owned())
            }
            Some(Content::Fields(fields)) => {
                let (name, value) = fields.rows.get(fields.cursor)?;
                (fields.padded(name), Tone::Plain, text::visible_bytes(&value[..value.len().min(4096)]).into_owned())
            }
            _ => return None,
        };
        let shown = text::visible(&value);
        (text::width(&text::visible(&lead)) + text::width(&shown) > width).then(|| vec![piece(tone, value)])
    }

    /// Where the cursor is, in words.
    pub(crate) fn breadcrumb(&self) -> String {
        match &self.content {
            Some(Content::Json(tree)) => tree.breadcrumb(),
            Some(Content::Fields(fields)) => {
                fields.rows.get(fields.cursor).map_or_else(String::new, |row| row.0.clone())
            }
            _ => String::new(),
        }
    }
}

impl TreePage {
    /// How far down the cursor is, and whether keys are grouped.
    pub(crate) fn aside(&self) -> Line {
        let Some(cursor) = self.cursor() else { return Vec::new() };
        let grouped = self
            .tree()
            .filter(|tree| tree.has_groups())
            .map(|tree| if tree.is_grouped() { "grouped  " } else { "as sent  " });
        vec![piece(Tone::Dim, format!("{}{}/{}", grouped.unwrap_or_default(), cursor + 1, self.len()))]
    }
}

fn fold(tree: &mut Tree, action: Action) -> bool {
    match action {
        Action::Fold => tree.fold(),
        Action::Unfold => tree.unfold(),
        Action::Toggle => tree.toggle(),
        Action::FoldAll => tree.fold_all(),
        Action::UnfoldAll => tree.unfold_all(),
        Action::Group => tree.toggle_groups(),
        _ => false,
    }
}

/// Goes to the next value after the cursor's whose key or text says the needle, or the one before.
fn find_in(tree: &mut Tree, needle: &str, forward: bool) -> bool {
    let here = tree.value().map(|value| {
        let begin = value.key_range().map_or(value.range().start, |key| key.start);
        // Members are matches of their own; a scalar is one match, however often it says the needle.
        let end = if value.is_container() { value.range().start } else { value.range().end };
        (begin, end)
    });
    let (begin, end) = here.unwrap_or_default();
    let from = if forward { end } else { begin };
    match next_match(tree.document().bytes(), needle, from, false, forward) {
        Some(place) => {
            tree.reveal(place);
            true
        }
        None => false,
    }
}

fn size_of(text: &TextPage) -> String {
    text::size(text.bytes().len() as u64)
}

/// The line that is wrong, around where it is, and a mark below that place.
fn place_of(bytes: &[u8], error: &ParseError, width: usize) -> [Line; 2] {
    let at = error.offset.min(bytes.len());
    let line_start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |at| at + 1);
    let line_end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
    let number = format!("{:>4} ", error.line);
    let room = width.saturating_sub(number.len());
    let before = text::visible_bytes(&bytes[line_start.max(at.saturating_sub(room))..at]).into_owned();
    let before = text::truncate_start(&before, room * 2 / 3).into_owned();
    let after = text::visible_bytes(&bytes[at..line_end.min(at + room)]).into_owned();
    let (mistake, rest) = after.split_at(after.chars().next().map_or(0, char::len_utf8));
    let under = " ".repeat(number.len() + text::width(&before));
    [
        vec![
            piece(Tone::Dim, number),
            piece(Tone::Plain, before),
            piece(Tone::Mistake, if mistake.is_empty() { " " } else { mistake }),
            piece(Tone::Plain, rest),
        ],
        vec![piece(Tone::Bad, format!("{under}^ here"))],
    ]
}
