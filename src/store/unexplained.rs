//! The captures whose failure waits to be explained: places only, and few of them, so that a flood of failures costs
//! neither memory nor time.

use std::collections::VecDeque;

use super::Seq;

/// How many may wait. At a quarter of a second each, readers wait a few seconds for the last of them at most.
const MOST: usize = 16;

/// A short queue that is served by at most one.
#[derive(Debug, Default)]
pub(super) struct Unexplained {
    waiting: VecDeque<Seq>,
    is_served: bool,
}

/// What came of putting a capture in the queue.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Queued {
    /// Whether nobody served the queue until now.
    pub(super) begin: bool,
    /// The capture that had to make room: the newest are what people look at.
    pub(super) dropped: Option<Seq>,
}

impl Unexplained {
    pub(super) fn push(&mut self, seq: Seq) -> Queued {
        self.waiting.push_back(seq);
        let dropped = if self.waiting.len() > MOST { self.waiting.pop_front() } else { None };
        Queued { begin: !std::mem::replace(&mut self.is_served, true), dropped }
    }

    /// The next; `None` ends the service.
    pub(super) fn next(&mut self) -> Option<Seq> {
        let next = self.waiting.pop_front();
        self.is_served = next.is_some();
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_serves_and_the_oldest_make_room() {
        let mut queue = Unexplained::default();
        let pushed: Vec<_> = (1..=18).map(|seq| queue.push(Seq(seq))).collect();
        assert!(pushed[0].begin && pushed[1..].iter().all(|queued| !queued.begin));
        let dropped: Vec<_> = pushed.into_iter().filter_map(|queued| queued.dropped).collect();
        assert_eq!(dropped, [Seq(1), Seq(2)]);
        let served: Vec<_> = std::iter::from_fn(|| queue.next()).collect();
        assert_eq!((served.len(), served[0], served[15]), (16, Seq(3), Seq(18)));
        assert!(queue.push(Seq(19)).begin, "whoever served has gone");
    }
}
