//! Many requests: one after the other, or at a rate.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use futures_util::{FutureExt, Stream, StreamExt};
use tokio::time::{Instant, sleep_until};

use crate::text;

/// At a rate, so many may wait for their answers at once; then the next one waits too.
const IN_FLIGHT: usize = 64;

/// How often a request is begun at most: `10/s`, `90/m`, `500/h`, or `10` for ten a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    count: u32,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
}

/// A rate that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a rate; write it like 10/s, 90/m or 500/h")]
pub struct RateError(String);

impl Rate {
    /// The time from one to the next.
    pub fn interval(self) -> Duration {
        self.unit.span() / self.count
    }
}

impl Unit {
    const ALL: [Self; 3] = [Self::Second, Self::Minute, Self::Hour];

    fn span(self) -> Duration {
        Duration::from_secs(match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 60 * 60,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Second => "s",
            Self::Minute => "m",
            Self::Hour => "h",
        }
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let wrong = || RateError(text::visible(text).into_owned());
        let (count, unit) = text.split_once('/').unwrap_or((text, "s"));
        let unit = Unit::ALL.into_iter().find(|known| known.name() == unit).ok_or_else(wrong)?;
        match count.parse() {
            Ok(count @ 1..) => Ok(Self { count, unit }),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, self.unit.name())
    }
}

/// What the jobs come to, in their order. Without a rate each begins when the one before is over; at a rate it does not
/// wait for that, up to a bound. Once `stop` is ready no more are begun.
pub fn paced<F: Future>(
    jobs: impl Stream<Item = F>,
    rate: Option<Rate>,
    stop: impl Future<Output = ()>,
) -> impl Stream<Item = F::Output> {
    let at_once = if rate.is_some() { IN_FLIGHT } else { 1 };
    let interval = rate.map_or(Duration::ZERO, Rate::interval);
    let mut due = Instant::now();
    let turns = jobs.then(move |job| {
        let turn = due.max(Instant::now());
        due = turn + interval;
        sleep_until(turn).map(|()| job)
    });
    turns.take_until(stop).buffered(at_once)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::pending;

    use futures_util::stream;
    use tokio::time::sleep;

    use super::*;

    #[test]
    fn a_rate_is_a_count_and_a_unit() {
        let cases = [("10/s", 100), ("10", 100), ("90/m", 666), ("1/h", 3_600_000), ("2000/s", 0)];
        for (text, millis) in cases {
            assert_eq!(text.parse::<Rate>().unwrap().interval().as_millis(), millis, "{text}");
        }
        for text in ["", "0/s", "-1", "1.5/s", "10/d", "/s", "10/", "99999999999", "1/s/s"] {
            let said = text.parse::<Rate>().unwrap_err().to_string();
            assert_eq!(said, format!("`{text}` is not a rate; write it like 10/s, 90/m or 500/h"));
        }
        assert_eq!("7".parse::<Rate>().unwrap().to_string(), "7/s");
    }

    /// How long ten jobs of a second each take, and how many were under way at once at most.
    async fn ten(rate: Option<&str>) -> (u128, usize) {
        let (now, most) = (Cell::new(0), Cell::new(0));
        let job = async || {
            now.set(now.get() + 1);
            most.set(most.get().max(now.get()));
            sleep(Duration::from_secs(1)).await;
            now.set(now.get() - 1);
        };
        let began = Instant::now();
        let jobs = stream::iter((0..10).map(|_| job()));
        let rate = rate.map(|rate| rate.parse().unwrap());
        assert_eq!(paced(jobs, rate, pending()).count().await, 10);
        (began.elapsed().as_millis(), most.get())
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_rate_each_waits_for_the_one_before() {
        assert_eq!(ten(None).await, (10_000, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn at_a_rate_none_waits_for_answers() {
        assert_eq!(ten(Some("4/s")).await, (9 * 250 + 1000, 4));
        assert_eq!(ten(Some("30/m")).await, (9 * 2000 + 1000, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_of_them_is_told_in_order() {
        let jobs = stream::iter((0..5_u64).map(|at| async move {
            sleep(Duration::from_millis(100 - 20 * at)).await;
            at
        }));
        let order: Vec<u64> = paced(jobs, "1000/s".parse().ok(), pending()).collect().await;
        assert_eq!(order, [0, 1, 2, 3, 4]);
    }

    #[tokio::test(start_paused = true)]
    async fn once_stopped_none_is_begun_and_those_under_way_end() {
        let jobs = stream::iter((0..10).map(|_| sleep(Duration::from_secs(1))));
        let began = Instant::now();
        let stop = sleep(Duration::from_millis(2_500));
        assert_eq!(paced(jobs, "1/m".parse().ok(), stop).count().await, 1);
        assert_eq!(began.elapsed(), Duration::from_millis(2_500));
    }
}
