//! The inbox: every capture held, a filter over them, and a selection that sticks to its item.
//!
//! Everything is found by [`Seq`], never by index: rows come and go at both ends while the user looks at one.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use super::row::Row;
use crate::provider::ProviderId;
use crate::store::{Capture, Query, Seq};

/// The list's state.
#[derive(Debug)]
pub(crate) struct Inbox {
    rows: VecDeque<Row>,
    filter: Option<Filter>,
    selected: Option<Seq>,
    /// Whether the selection follows the newest.
    follow: bool,
    /// The first row on screen.
    top: Seq,
    /// The newest row that has been on screen.
    seen: Seq,
    /// Whether the selection has moved and must be on screen.
    reveal: bool,
    /// The rows of the screen when it was last put in order.
    height: usize,
    provider_width: usize,
    /// What is marked, in the order of marking; only what is held.
    marks: Vec<Seq>,
}

/// What is let through.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) text: String,
    query: Query,
    /// Tells the answer to this filter from the answers to earlier ones.
    generation: u64,
    /// What is let through; `None` until the first answer has come, so that nothing flickers.
    shown: Option<VecDeque<Seq>>,
    /// What came or changed while the answer is awaited, and whether it is let through.
    judged: BTreeMap<Seq, bool>,
    awaiting: bool,
    /// The row that was selected before the filter began, until the user turns to another.
    came_from: Option<Seq>,
}

impl Inbox {
    pub(crate) fn new() -> Self {
        Self {
            rows: VecDeque::new(),
            filter: None,
            selected: None,
            follow: true,
            top: Seq(0),
            seen: Seq(0),
            reveal: false,
            height: 0,
            provider_width: 0,
            marks: Vec::new(),
        }
    }

    /// Takes a fresh capture in; they come in order.
    pub(crate) fn push(&mut self, row: Row, capture: &Capture) {
        self.widen(&row);
        if let Some(filter) = &mut self.filter {
            filter.judge(capture);
        }
        self.rows.push_back(row);
    }

    /// Puts a changed capture's row in the place of its old one; the filter looks at it again.
    pub(crate) fn replace(&mut self, mut row: Row, capture: &Capture) {
        self.widen(&row);
        let Some(index) = self.index(row.seq) else { return };
        row.pinned = self.rows[index].pinned;
        self.rows[index] = row;
        if self.filter.as_mut().is_some_and(|filter| filter.judge(capture)) {
            self.select_near(None);
        }
    }

    /// Forgets what the ring has let go: all before `floor` but for pins.
    pub(crate) fn evict(&mut self, floor: Seq) -> bool {
        let past = self.rows.partition_point(|row| row.seq < floor);
        let kept: Vec<Row> = self.rows.drain(..past).filter(|row| row.pinned).collect();
        let evicted = past - kept.len();
        kept.into_iter().rev().for_each(|row| self.rows.push_front(row));
        if evicted > 0 {
            let rows = &self.rows;
            let held = |seq: Seq| rows.binary_search_by_key(&seq, |row| row.seq).is_ok();
            self.marks.retain(|&seq| held(seq));
            if let Some(shown) = self.filter.as_mut().and_then(|filter| filter.shown.as_mut()) {
                let past = shown.partition_point(|&seq| seq < floor);
                let kept: Vec<Seq> = shown.drain(..past).filter(|&seq| held(seq)).collect();
                kept.into_iter().rev().for_each(|seq| shown.push_front(seq));
            }
            self.select_near(None);
        }
        evicted > 0
    }

    /// Forgets one capture.
    pub(crate) fn remove(&mut self, seq: Seq) {
        if let Some(index) = self.index(seq) {
            self.rows.remove(index);
        }
        self.marks.retain(|&marked| marked != seq);
        if let Some(shown) = self.filter.as_mut().and_then(|filter| filter.shown.as_mut()) {
            shown.retain(|&other| other != seq);
        }
        self.select_near(None);
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.marks.clear();
        if let Some(filter) = &mut self.filter {
            filter.judged.clear();
            filter.shown = filter.shown.take().map(|_| VecDeque::new());
        }
        self.selected = None;
        self.follow = true;
    }

    pub(crate) fn set_pinned(&mut self, seq: Seq, pinned: bool) {
        if let Some(index) = self.index(seq) {
            self.rows[index].pinned = pinned;
        }
    }

    /// Marks a capture, or takes its mark away; says whether it is marked now. A filter hides marks but keeps them.
    pub(crate) fn toggle_mark(&mut self, seq: Seq) -> bool {
        let marked = self.marks.len();
        self.marks.retain(|&other| other != seq);
        let is_new = self.marks.len() == marked && self.index(seq).is_some();
        self.marks.extend(is_new.then_some(seq));
        is_new
    }

    /// What is marked, in the order of marking.
    pub(crate) fn marks(&self) -> &[Seq] {
        &self.marks
    }

    pub(crate) fn row(&self, seq: Seq) -> Option<&Row> {
        self.index(seq).map(|index| &self.rows[index])
    }

    /// Who has sent what is held, as often as it was.
    pub(crate) fn providers(&self) -> impl Iterator<Item = &ProviderId> {
        self.rows.iter().filter_map(|row| row.provider.as_ref())
    }

    /// The last attempt of the same event before that one.
    pub(crate) fn earlier_attempt(&self, seq: Seq) -> Option<Seq> {
        let at = self.index(seq)?;
        let row = &self.rows[at];
        self.rows.range(..at).rev().find(|other| other.is_attempt_with(row)).map(|other| other.seq)
    }

    /// How many captures are held.
    pub(crate) fn held(&self) -> usize {
        self.rows.len()
    }

    /// How many of them the filter lets through.
    pub(crate) fn len(&self) -> usize {
        self.shown().map_or(self.rows.len(), VecDeque::len)
    }

    /// What the filter lets through, oldest first; nothing without one.
    pub(crate) fn filtered_seqs(&self) -> Vec<Seq> {
        self.shown().into_iter().flatten().copied().collect()
    }

    pub(crate) fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    pub(crate) fn selected(&self) -> Option<Seq> {
        self.selected
    }

    pub(crate) fn follows(&self) -> bool {
        self.follow
    }

    /// The columns that providers' names take.
    pub(crate) fn provider_width(&self) -> usize {
        self.provider_width
    }

    /// How many rows have come in below the screen since the list last showed its end.
    pub(crate) fn unseen(&self) -> usize {
        self.len() - self.position(Seq(self.seen.0 + 1))
    }

    /// How many rows are above the screen.
    pub(crate) fn above(&self) -> usize {
        self.position(self.top)
    }

    /// The rows on a screen of that height.
    pub(crate) fn on_screen(&self, height: usize) -> impl Iterator<Item = &Row> {
        self.window(height).filter_map(|index| self.at(index))
    }

    /// Moves the selection by some rows, and stays there: only who asks for the end follows.
    pub(crate) fn step(&mut self, delta: isize) {
        let position = self.selected.map_or(0, |seq| self.position(seq));
        self.select_index(position.saturating_add_signed(delta));
    }

    pub(crate) fn select_first(&mut self) {
        self.select_index(0);
    }

    pub(crate) fn select_last(&mut self) {
        self.select_index(usize::MAX);
        self.follow = true;
    }

    /// Selects a row and stays on it; false where it is not among those let through.
    pub(crate) fn select_capture(&mut self, seq: Seq) -> bool {
        let is_there = self.at(self.position(seq)).is_some_and(|row| row.seq == seq);
        if is_there {
            self.select(seq);
            self.reveal = true;
        }
        is_there
    }

    /// Selects the row at that line of the screen, and stays on it.
    pub(crate) fn select_line(&mut self, line: usize, height: usize) -> bool {
        let index = self.window(height).nth(line);
        let Some(seq) = index.and_then(|index| self.at(index)).map(|row| row.seq) else { return false };
        self.select(seq);
        true
    }

    /// Scrolls without moving the selection.
    pub(crate) fn scroll(&mut self, delta: isize, height: usize) {
        let last = self.len().saturating_sub(height);
        let top = self.above().saturating_add_signed(delta).min(last);
        self.follow = false;
        self.top = self.seq_at(top);
    }

    /// The user is concerned with the selected row, and stays on it.
    pub(crate) fn hold(&mut self) {
        self.follow = false;
        if let Some(filter) = &mut self.filter {
            filter.came_from = None;
        }
    }

    pub(crate) fn toggle_follow(&mut self) {
        self.follow = !self.follow;
    }

    /// Begins to filter, or to filter otherwise; an empty text ends it. Gives the question to ask, if there is one.
    pub(crate) fn set_filter(&mut self, text: &str, generation: u64) -> Option<Query> {
        let query = Query::parse(text);
        let earlier = self.filter.take();
        if query.is_empty() {
            if let Some(ended) = earlier {
                self.select_near(ended.came_from);
            }
            return None;
        }
        let (shown, came_from) = earlier.map_or((None, self.selected), |filter| (filter.shown, filter.came_from));
        let (text, judged) = (text.trim().to_owned(), BTreeMap::new());
        self.filter = Some(Filter { text, query: query.clone(), generation, shown, judged, awaiting: true, came_from });
        Some(query)
    }

    /// Takes the answer to a filter; that of another one is ignored.
    pub(crate) fn filtered(&mut self, generation: u64, seqs: Vec<Seq>) -> bool {
        let Some(filter) = self.filter.as_mut().filter(|filter| filter.generation == generation) else { return false };
        let newest = self.rows.back().map_or(Seq(0), |row| row.seq);
        let judged = std::mem::take(&mut filter.judged);
        let mut shown: Vec<Seq> = seqs.into_iter().filter(|seq| *seq <= newest && !judged.contains_key(seq)).collect();
        shown.extend(judged.into_iter().filter(|(_, passes)| *passes).map(|(seq, _)| seq));
        shown.sort_unstable();
        shown.dedup();
        shown.retain(|seq| self.rows.binary_search_by_key(seq, |row| row.seq).is_ok());
        filter.shown = Some(shown.into());
        filter.awaiting = false;
        let came_from = filter.came_from;
        self.select_near(came_from);
        true
    }

    /// Puts selection and screen in order after any change, for a screen of that height.
    pub(crate) fn settle(&mut self, height: usize) {
        let height = height.max(1);
        let last = self.len().saturating_sub(1);
        if self.follow || self.selected.is_none() {
            self.selected = self.at(last).map(|row| row.seq);
            self.reveal = true;
        }
        // On a smaller screen the selected row could be below its end.
        self.reveal |= std::mem::replace(&mut self.height, height) != height;
        let mut top = self.above();
        if let Some(selected) = self.selected.filter(|_| std::mem::take(&mut self.reveal)) {
            let position = self.position(selected);
            top = top.clamp((position + 1).saturating_sub(height), position);
        }
        top = top.min(self.len().saturating_sub(height));
        self.top = self.seq_at(top);
        if let Some(row) = self.window(height).last().and_then(|index| self.at(index)) {
            self.seen = self.seen.max(row.seq);
        }
    }

    fn select_index(&mut self, index: usize) {
        let last = self.len().saturating_sub(1);
        if let Some(seq) = self.at(index.min(last)).map(|row| row.seq) {
            self.select(seq);
        }
        self.reveal = true;
    }

    /// The user is on that row now, and stays there.
    fn select(&mut self, seq: Seq) {
        self.selected = Some(seq);
        self.hold();
    }

    /// Back to a row, or to where the selection is; where that row has gone, the next one takes its place.
    fn select_near(&mut self, row: Option<Seq>) {
        let Some(selected) = row.or(self.selected) else { return };
        let position = self.position(selected).min(self.len().saturating_sub(1));
        self.selected = self.at(position).map(|row| row.seq);
        self.reveal = true;
    }

    fn shown(&self) -> Option<&VecDeque<Seq>> {
        self.filter.as_ref().and_then(|filter| filter.shown.as_ref())
    }

    fn window(&self, height: usize) -> Range<usize> {
        let top = self.above();
        top..self.len().min(top + height)
    }

    fn at(&self, index: usize) -> Option<&Row> {
        match self.shown() {
            Some(shown) => self.row(*shown.get(index)?),
            None => self.rows.get(index),
        }
    }

    fn seq_at(&self, index: usize) -> Seq {
        self.at(index).map_or(Seq(0), |row| row.seq)
    }

    /// Where a row is among those let through, or would be.
    fn position(&self, seq: Seq) -> usize {
        match self.shown() {
            Some(shown) => shown.partition_point(|&other| other < seq),
            None => self.rows.partition_point(|row| row.seq < seq),
        }
    }

    fn index(&self, seq: Seq) -> Option<usize> {
        self.rows.binary_search_by_key(&seq, |row| row.seq).ok()
    }

    fn widen(&mut self, row: &Row) {
        let width = row.provider.as_ref().map_or(0, |provider| provider.as_str().len());
        self.provider_width = self.provider_width.max(width);
    }
}

impl Filter {
    /// Whether the list still shows what an earlier filter let through.
    pub(crate) fn is_awaiting(&self) -> bool {
        self.awaiting
    }

    /// Lets a capture through that is new or has changed, or not; says whether the list is another one now.
    fn judge(&mut self, capture: &Capture) -> bool {
        let passes = self.query.matches(capture);
        let Some(shown) = self.shown.as_mut().filter(|_| !self.awaiting) else {
            self.judged.insert(capture.seq, passes);
            return false;
        };
        match (shown.binary_search(&capture.seq), passes) {
            (Err(place), true) => shown.insert(place, capture.seq),
            (Ok(place), false) => drop(shown.remove(place)),
            (Ok(_), true) | (Err(_), false) => return false,
        }
        true
    }
}
