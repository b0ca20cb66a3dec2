//! One-time marks by which the listener knows a request of our own.
//!
//! A self-test sends one through the public URL; that it arrives here proves that deliveries will, too. Only a nonce that
//! is known is taken, once: with any other the request is a delivery like all. While none is known, the request
//! path pays for one look at an atomic.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ring::rand::{SecureRandom, SystemRandom};
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;

use crate::wire::Head;

/// The nonces that are waited for. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Nonces(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// How many are waited for: what the request path looks at.
    count: AtomicUsize,
    waiting: Mutex<Vec<Waiting>>,
}

#[derive(Debug)]
struct Waiting {
    nonce: String,
    until: Instant,
    seen: oneshot::Sender<Instant>,
}

/// A nonce that is waited for.
pub struct Awaited {
    nonce: String,
    seen: oneshot::Receiver<Instant>,
}

/// No nonce can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this system gives no random numbers")]
pub struct NoRandom;

impl Nonces {
    /// The header that carries a nonce.
    pub const HEADER: &str = "X-Hookglass-Nonce";

    /// Makes a nonce of 128 random bits that is known for so long, also when nobody waits any more: a request that comes
    /// late is no delivery either.
    pub fn expect(&self, life: Duration) -> Result<Awaited, NoRandom> {
        let mut bits = [0; 16];
        SystemRandom::new().fill(&mut bits).map_err(|_| NoRandom)?;
        let nonce = hex::encode(bits);
        let (sender, seen) = oneshot::channel();
        let now = Instant::now();
        let one = Waiting { nonce: nonce.clone(), until: now + life, seen: sender };
        self.change(now, |waiting| waiting.push(one));
        Ok(Awaited { nonce, seen })
    }

    /// Whether a request carries a nonce that is known; it is known no longer then.
    pub(super) fn take(&self, head: &Head) -> bool {
        if self.0.count.load(Ordering::Relaxed) == 0 {
            return false;
        }
        let Some(nonce) = head.get(Self::HEADER) else { return false };
        let now = Instant::now();
        let taken = self.change(now, |waiting| {
            let at = waiting.iter().position(|one| one.nonce.as_bytes().ct_eq(nonce).into());
            at.map(|at| waiting.swap_remove(at))
        });
        // Whoever waited may have given up.
        taken.map(|one| one.seen.send(now)).is_some()
    }

    fn change<T>(&self, now: Instant, change: impl FnOnce(&mut Vec<Waiting>) -> T) -> T {
        let mut waiting = self.waiting();
        waiting.retain(|one| one.until > now);
        let result = change(&mut waiting);
        self.0.count.store(waiting.len(), Ordering::Relaxed);
        result
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Awaited {
    /// What goes into the header.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Waits for it to arrive, without end if it has expired; when that was. Not to be awaited again after that.
    pub async fn arrival(&mut self) -> Instant {
        match (&mut self.seen).await {
            Ok(at) => at,
            Err(_) => std::future::pending().await,
        }
    }
}

impl fmt::Debug for Awaited {
    // Whoever reads it could pass for the self-test.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Awaited(…)")
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::wire::Version;

    const LONG: Duration = Duration::from_secs(60);

    fn request(nonce: &str) -> Head {
        Head::build("POST", "/", Version::Http11).header("x-hookglass-nonce", nonce).finish()
    }

    #[test]
    fn a_nonce_is_taken_once_and_tells_who_waits_for_it() {
        let nonces = Nonces::default();
        let mut awaited = nonces.expect(LONG).unwrap();
        assert_eq!(awaited.nonce().len(), 32);
        assert!(awaited.arrival().now_or_never().is_none());
        let request = request(awaited.nonce());
        assert_eq!((nonces.take(&request), nonces.take(&request)), (true, false));
        assert!(awaited.arrival().now_or_never().is_some());
    }

    #[test]
    fn nothing_but_a_nonce_that_is_waited_for_is_taken() {
        let nonces = Nonces::default();
        let expired = nonces.expect(Duration::ZERO).unwrap();
        let awaited = nonces.expect(LONG).unwrap();
        let longer = format!("{}0", awaited.nonce());
        let others = [expired.nonce(), &awaited.nonce()[1..], &longer, ""];
        for nonce in others {
            assert!(!nonces.take(&request(nonce)), "{nonce}");
        }
        assert!(!nonces.take(&Head::build("GET", "/", Version::Http11).finish()));
        assert!(nonces.take(&request(awaited.nonce())));
    }

    #[test]
    fn a_nonce_that_comes_late_is_known_all_the_same() {
        let nonces = Nonces::default();
        let given_up = nonces.expect(LONG).unwrap().nonce().to_owned();
        assert!(nonces.take(&request(&given_up)));
        assert_eq!(nonces.0.count.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn nothing_prints_a_nonce() {
        let awaited = Nonces::default().expect(LONG).unwrap();
        assert!(!format!("{awaited:?}").contains(awaited.nonce()));
    }
}
