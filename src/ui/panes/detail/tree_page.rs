//! What the body says: a tree where it is JSON, else whatever reads best.

use super::line::{Line, Tone, beginning, piece, top, words};
use super::mistake;
use super::parse::Content;
use super::row_words;
use super::search::{Seek, wanted};
use super::text_page::TextPage;
use crate::json::tree::Tree;
use crate::text;
use crate::ui::Action;

/// The first tab.
#[derive(Debug)]
pub(crate) struct TreePage {
    /// What the body is; until the worker has read it, its bytes.
    content: Content,
    /// Whether the worker has yet to read it.
    is_unread: bool,
    notes: Vec<String>,
    top: usize,
}

impl TreePage {
    /// Shows the bytes as sent, until it is known what they are.
    pub(crate) fn new(raw: TextPage) -> Self {
        Self { content: Content::Text(raw), is_unread: true, notes: Vec::new(), top: 0 }
    }

    /// Shows what the body turned out to be.
    pub(crate) fn take(&mut self, content: Content, notes: Vec<String>) {
        *self = Self { content, is_unread: false, notes, top: 0 };
    }

    /// What is read as it is, without a cursor.
    pub(super) fn text(&self) -> Option<&TextPage> {
        match &self.content {
            Content::Text(text) | Content::Binary(text) | Content::Broken { text, .. } => Some(text),
            Content::Empty | Content::Json(_) | Content::Fields(_) => None,
        }
    }

    pub(super) fn text_mut(&mut self) -> Option<&mut TextPage> {
        match &mut self.content {
            Content::Text(text) | Content::Binary(text) | Content::Broken { text, .. } => Some(text),
            Content::Empty | Content::Json(_) | Content::Fields(_) => None,
        }
    }

    /// Where the body stops being JSON.
    pub(crate) fn mistake(&self) -> Option<usize> {
        match &self.content {
            Content::Broken { error, .. } => Some(error.offset),
            _ => None,
        }
    }

    pub(crate) fn tree(&self) -> Option<&Tree> {
        match &self.content {
            Content::Json(tree) => Some(tree),
            _ => None,
        }
    }

    /// The rows that have a cursor: how many, and where it is.
    pub(crate) fn cursor(&self) -> Option<usize> {
        match &self.content {
            Content::Json(tree) => Some(tree.cursor()),
            Content::Fields(fields) => Some(fields.cursor),
            _ => None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        match &self.content {
            Content::Json(tree) => tree.len(),
            Content::Fields(fields) => fields.rows.len(),
            _ => 0,
        }
    }

    pub(crate) fn act(&mut self, action: Action, width: usize, height: usize) -> bool {
        let height = self.rows_height(width, height);
        if let Some(text) = self.text_mut() {
            return text.act(action, width, height);
        }
        let page = isize::try_from(height.saturating_sub(1)).unwrap_or(1).max(1);
        let changed = match (action, &mut self.content) {
            (Action::Up, _) => self.step(-1),
            (Action::Down, _) => self.step(1),
            (Action::PageUp, _) => self.step(-page),
            (Action::PageDown, _) => self.step(page),
            (Action::First, _) => self.go(0),
            (Action::Last, _) => self.go(usize::MAX),
            (action, Content::Json(tree)) => fold(tree, action),
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
            Content::Json(tree) => tree.go(row),
            Content::Fields(fields) => {
                let row = row.min(fields.rows.len().saturating_sub(1));
                std::mem::replace(&mut fields.cursor, row) != row
            }
            _ => false,
        }
    }

    /// Puts the cursor on a row of the page, and folds what is there.
    pub(crate) fn click(&mut self, row: usize, width: usize, height: usize) -> bool {
        let first = self.first_in_sight(self.rows_height(width, height));
        let row = row.checked_sub(self.notice(width).len()).map(|row| first + row);
        let Some(row) = row.filter(|row| *row < self.len()) else { return false };
        let moved = self.go(row);
        self.act(Action::Toggle, width, height) || moved
    }

    /// Scrolls what has no cursor, and moves the cursor of what has one.
    pub(crate) fn wheel(&mut self, rows: isize, width: usize, height: usize) -> bool {
        let height = self.rows_height(width, height);
        if let Some(text) = self.text_mut() {
            return text.scroll(rows, width, height);
        }
        let moved = self.step(rows);
        self.top = self.first_in_sight(height);
        moved
    }

    /// Goes to a match of a needle, if there is one.
    pub(crate) fn find(&mut self, needle: &str, seek: Seek, width: usize, height: usize) -> bool {
        let height = self.rows_height(width, height);
        let found = match &mut self.content {
            Content::Json(tree) => find_in(tree, needle, seek),
            Content::Fields(fields) => fields.find(needle, seek),
            _ => self.text_mut().is_some_and(|text| text.find(needle, seek, width, height)),
        };
        self.top = self.first_in_sight(height);
        found
    }

    /// What the notice leaves of a page of that height.
    fn rows_height(&self, width: usize, height: usize) -> usize {
        height.saturating_sub(self.notice(width).len())
    }

    pub(crate) fn first_in_sight(&self, height: usize) -> usize {
        self.cursor().map_or(0, |cursor| top(self.top, cursor, height, self.len()))
    }

    /// What is said above the rows.
    pub(crate) fn notice(&self, width: usize) -> Vec<Line> {
        let dim = |text: String| vec![piece(Tone::Dim, text)];
        let mut lines: Vec<Line> = self.notes.iter().cloned().map(dim).collect();
        match &self.content {
            Content::Empty => lines.push(dim("no body".to_owned())),
            Content::Text(text) if self.is_unread => lines.push(dim(format!("reading {} …", size_of(text)))),
            Content::Binary(text) => lines.push(dim(format!("{} that are no text", size_of(text)))),
            Content::Fields(fields) => lines.push(dim(fields.title.clone())),
            Content::Broken { error, text } => lines.extend(mistake::lines(text.bytes(), error, width)),
            Content::Json(_) | Content::Text(_) => {}
        }
        lines
    }

    /// The rows in sight below the notice.
    pub(crate) fn lines(&self, width: usize, height: usize) -> Vec<Line> {
        match self.text() {
            Some(text) => text.lines(width, height),
            None => self.rows_at(self.first_in_sight(height), width, height),
        }
    }

    /// So many of the rows that have a cursor, from one on.
    pub(super) fn rows_at(&self, first: usize, width: usize, height: usize) -> Vec<Line> {
        match &self.content {
            Content::Json(tree) => tree.rows(first..first + height).map(|row| row_words::line(&row, width)).collect(),
            Content::Fields(fields) => fields.lines(first, width, height),
            _ => Vec::new(),
        }
    }

    /// How many rows are above the first in sight, and how many there are.
    pub(crate) fn extent(&self, width: usize, height: usize) -> (usize, usize) {
        self.text().map_or_else(|| (self.first_in_sight(height), self.len()), |text| text.extent(width))
    }

    /// The whole value under the cursor, where its row has no room for it.
    pub(crate) fn cut_value(&self, width: usize) -> Option<Line> {
        let (lead, tone, value) = match &self.content {
            Content::Json(tree) => {
                let row = tree.rows(tree.cursor()..tree.cursor() + 1).next()?;
                let value = row.value.filter(|value| !value.is_container())?;
                (words(&row_words::lead(&row, width)), Tone::String, beginning(value.raw_str(), 4096).to_owned())
            }
            Content::Fields(fields) => {
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
            Content::Json(tree) => tree.breadcrumb(),
            Content::Fields(fields) => fields.rows.get(fields.cursor).map_or_else(String::new, |row| row.0.clone()),
            _ => String::new(),
        }
    }

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

/// Goes to a value whose key or text says the needle, opening what hides it.
fn find_in(tree: &mut Tree, needle: &str, seek: Seek) -> bool {
    let here = tree.value().map(|value| {
        let begin = value.key_range().map_or(value.range().start, |key| key.start);
        // What is in a container are matches of their own; a scalar is one, however often it says the needle.
        begin..if value.is_container() { value.range().start } else { value.range().end }
    });
    let bytes = tree.document().bytes().clone();
    let found = wanted(&bytes, needle, here.unwrap_or_default(), seek);
    found.is_some_and(|place| {
        tree.reveal(place);
        true
    })
}

fn size_of(text: &TextPage) -> String {
    text::size(text.bytes().len() as u64)
}
