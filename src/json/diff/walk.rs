//! Down both values at once, along what belongs together.

use super::fingerprint::{Printer, Prints};
use super::items::{self, Items};
use super::members;
use super::pairing::{self, Partners, Step};
use super::{Change, Difference, Differences, Scope};
use crate::json::{Kind, Value};

/// Longer rows of items are compared place by place: to find out which belong together would cost more memory than all else.
const MOST_ALIGNED: usize = 250_000;

/// A comparison under way.
pub(super) struct Walk<'a> {
    old: Side<'a>,
    new: Side<'a>,
    scope: Scope,
    /// What is still to be looked at, the next at the end: nesting must not cost stack.
    ahead: Vec<Ahead>,
    found: Differences,
    /// How many of those found are quiet.
    quiet: usize,
}

/// One of the two values, and the fingerprints of all in it.
struct Side<'a> {
    root: Value<'a>,
    prints: Prints,
}

/// Values by their index.
#[derive(Clone, Copy)]
enum Ahead {
    Removed(u32),
    Added(u32),
    Both {
        old: u32,
        new: u32,
        moved: bool,
    },
    /// Items that are compared place by place: the first of each row, and what is behind its last.
    InPlace {
        olds: (u32, u32),
        news: (u32, u32),
    },
}

impl<'a> Walk<'a> {
    pub(super) fn new(old: Value<'a>, new: Value<'a>, scope: Scope) -> Self {
        let printer = Printer::default();
        Self {
            old: Side { root: old, prints: printer.prints(old) },
            new: Side { root: new, prints: printer.prints(new) },
            scope,
            ahead: vec![Ahead::Both { old: old.index(), new: new.index(), moved: false }],
            found: Differences::default(),
            quiet: 0,
        }
    }

    pub(super) fn run(mut self) -> Differences {
        while let Some(next) = self.ahead.pop() {
            match next {
                Ahead::Removed(old) => self.tell(Change::Removed, Some(old), None),
                Ahead::Added(new) => self.tell(Change::Added, None, Some(new)),
                Ahead::InPlace { olds, news } => self.compare_in_place(olds, news),
                Ahead::Both { old, new, moved } => {
                    if moved {
                        self.tell(Change::Moved, Some(old), Some(new));
                    }
                    self.compare(self.old.value(old), self.new.value(new));
                }
            }
        }
        self.found
    }

    fn compare(&mut self, old: Value<'a>, new: Value<'a>) {
        if self.old.prints.text(old.index()) == self.new.prints.text(new.index()) {
            self.found.same += scalars(new);
            return;
        }
        match (old.kind(), new.kind()) {
            (Kind::Object, Kind::Object) => self.compare_objects(old, new),
            (Kind::Array, Kind::Array) => self.compare_arrays(old, new),
            (was, is) if was != is => self.tell_both(Change::Retyped, old, new),
            _ if self.are_equal(old, new) => self.tell_both(Change::Respelled, old, new),
            _ => self.tell_both(Change::Changed, old, new),
        }
    }

    fn compare_objects(&mut self, old: Value<'a>, new: Value<'a>) {
        let (olds, news) = self.apart(old, new);
        let partners = members::partners(&olds, &news);
        if self.scope == Scope::Whole && members::are_reordered(&partners) {
            self.tell_both(Change::Reordered, old, new);
        }
        for (partner, new) in partners.iter().zip(&news) {
            match partner.map(|partner| olds[partner.old]) {
                Some(old) if old.key_raw() != new.key_raw() => self.tell_both(Change::Respelled, old, *new),
                None if self.scope == Scope::ChangesOnly => self.found.same += scalars(*new),
                _ => {}
            }
        }
        self.look_ahead(&olds, &news, &partners);
    }

    fn compare_arrays(&mut self, old: Value<'a>, new: Value<'a>) {
        let (olds, news) = self.apart(old, new);
        if olds.len().max(news.len()) > MOST_ALIGNED {
            return self.ahead.push(Ahead::InPlace { olds: span(&olds), news: span(&news) });
        }
        let partners = items::partners(
            Items { values: &olds, prints: &self.old.prints },
            Items { values: &news, prints: &self.new.prints },
        );
        self.look_ahead(&olds, &news, &partners);
    }

    /// What is in two containers, without what both begin and end with: most of what is long has changed little.
    fn apart(&mut self, old: Value<'a>, new: Value<'a>) -> (Vec<Value<'a>>, Vec<Value<'a>>) {
        let is_alike = |(old, new): &(Value<'a>, Value<'a>)| self.are_alike(*old, *new);
        let start = old.children().zip(new.children()).take_while(is_alike).count();
        let rest = |value: Value<'a>| value.children().skip(start).map(Value::index).collect::<Vec<_>>();
        let (olds, news) = (rest(old), rest(new));
        let ends = olds.iter().rev().zip(news.iter().rev());
        let end = ends.map(|(old, new)| (self.old.value(*old), self.new.value(*new))).take_while(is_alike).count();
        let (olds, (news, alike)) = (&olds[..olds.len() - end], news.split_at(news.len() - end));
        let same = new.children().take(start).map(scalars).sum::<usize>()
            + alike.iter().map(|new| scalars(self.new.value(*new))).sum::<usize>();
        self.found.same += same;
        (olds.iter().map(|old| self.old.value(*old)).collect(), news.iter().map(|new| self.new.value(*new)).collect())
    }

    /// The next of two long rows; the others follow.
    fn compare_in_place(&mut self, olds: (u32, u32), news: (u32, u32)) {
        let ((old, old_end), (new, new_end)) = (olds, news);
        let after = |side: &Side<'a>, at: u32, end: u32| if at < end { side.value(at).after() } else { end };
        let rest = Ahead::InPlace {
            olds: (after(&self.old, old, old_end), old_end),
            news: (after(&self.new, new, new_end), new_end),
        };
        let next = match (old < old_end, new < new_end) {
            (true, true) => Ahead::Both { old, new, moved: false },
            (true, false) => Ahead::Removed(old),
            (false, true) => Ahead::Added(new),
            (false, false) => return,
        };
        self.ahead.extend([rest, next]);
    }

    /// Whether two values are the same, text and key and all.
    fn are_alike(&self, old: Value<'a>, new: Value<'a>) -> bool {
        self.old.prints.text(old.index()) == self.new.prints.text(new.index()) && old.key_raw() == new.key_raw()
    }

    fn look_ahead(&mut self, olds: &[Value<'a>], news: &[Value<'a>], partners: &Partners) {
        let (is_in_object, scope) = (news.first().is_some_and(|new| new.place().is_none()), self.scope);
        let steps = pairing::steps(olds.len(), partners).into_iter().rev();
        let ahead = steps.filter_map(|step| match step {
            Step::Removed(old) => Some(Ahead::Removed(olds[old].index())),
            Step::Added(_) if is_in_object && scope == Scope::ChangesOnly => None,
            Step::Added(new) => Some(Ahead::Added(news[new].index())),
            Step::Both { old, new, moved } => {
                Some(Ahead::Both { old: olds[old].index(), new: news[new].index(), moved })
            }
        });
        self.ahead.extend(ahead);
    }

    fn are_equal(&self, old: Value<'a>, new: Value<'a>) -> bool {
        self.old.prints.value(old.index()) == self.new.prints.value(new.index())
    }

    fn tell_both(&mut self, change: Change, old: Value<'a>, new: Value<'a>) {
        self.tell(change, Some(old.index()), Some(new.index()));
    }

    /// Quiet differences do not take the room of others, nor others theirs.
    fn tell(&mut self, change: Change, old: Option<u32>, new: Option<u32>) {
        let like_it = if change.is_quiet() { self.quiet } else { self.found.list.len() - self.quiet };
        if like_it == Differences::MOST {
            self.found.omitted += 1;
            return;
        }
        self.quiet += usize::from(change.is_quiet());
        self.found.list.push(Difference { change, old, new });
    }
}

impl<'a> Side<'a> {
    fn value(&self, index: u32) -> Value<'a> {
        Value { node: index, ..self.root }
    }
}

/// The first of a row of neighbours, and what is behind its last.
fn span(row: &[Value<'_>]) -> (u32, u32) {
    row.first().zip(row.last()).map_or((0, 0), |(first, last)| (first.index(), last.after()))
}

/// How many scalars a value comes to.
fn scalars(value: Value<'_>) -> usize {
    let inside = (value.index()..value.after()).map(|node| Value { node, ..value });
    inside.filter(|value| !value.is_container()).count()
}
