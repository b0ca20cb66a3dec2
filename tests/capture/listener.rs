//! A listener on a free port of this machine, and raw connections to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hookglass::listen::{self, Control, Limits, Nonces, State};
use hookglass::provider::Catalog;
use hookglass::store::{self, Capture, Handle, Knowledge};
use hookglass::verify::Secrets;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Far longer than anything here takes: it only ends tests that would hang.
const PATIENCE: Duration = Duration::from_secs(20);

/// A listener that stops when dropped.
pub(crate) struct Listener {
    pub(crate) addr: SocketAddr,
    pub(crate) store: Handle,
    pub(crate) nonces: Nonces,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
}

impl Listener {
    pub(crate) async fn start(limits: Limits) -> Self {
        Self::answering(limits, Control::default()).await
    }

    pub(crate) async fn answering(limits: Limits, control: Control) -> Self {
        Self::knowing(Knowledge::new(Catalog::builtin(), Secrets::default()), limits, control).await
    }

    pub(crate) async fn knowing(knowledge: Knowledge, limits: Limits, control: Control) -> Self {
        let store = Handle::new(store::Limits { count: 20_000, bytes: 256 << 20 });
        let knowledge = watch::Sender::new(Arc::new(knowledge)).subscribe();
        let bound = listen::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let addr = bound.local_addr();
        let (stop, stopped) = oneshot::channel();
        let nonces = Nonces::default();
        let state = State { store: store.clone(), knowledge, control, limits, nonces: nonces.clone() };
        let served = tokio::spawn(bound.serve(state, async {
            let _ = stopped.await;
        }));
        Self { addr, store, nonces, stop: Some(stop), served }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.addr).await.unwrap()
    }

    /// Writes raw bytes, closes the writing side, and reads all that is answered.
    pub(crate) async fn send(&self, request: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request.as_ref()).await.unwrap();
        stream.shutdown().await.unwrap();
        read_to_end(&mut stream).await
    }

    /// The captures once there are so many; there must not be more.
    pub(crate) async fn captures(&self, count: u64) -> Vec<Arc<Capture>> {
        let mut changed = self.store.subscribe();
        let enough = changed.wait_for(|_| self.store.counts().captured >= count);
        timeout(PATIENCE, enough).await.expect("too few captures").unwrap();
        let all = self.store.all();
        assert_eq!(
            self.store.counts().captured,
            count,
            "{:?}",
            all.iter().map(|c| &c.delivery.head).collect::<Vec<_>>()
        );
        all
    }

    /// The only capture.
    pub(crate) async fn capture(&self) -> Arc<Capture> {
        self.captures(1).await.remove(0)
    }

    /// Stops it, and waits until it has.
    pub(crate) async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        timeout(PATIENCE, self.served).await.expect("it never stopped").unwrap();
    }
}

/// All that still comes from a connection.
pub(crate) async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset after the answer is the system's way of saying that we wrote more than was read.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the connection was never closed");
    String::from_utf8(answer).unwrap()
}

/// One answer of a connection that stays open; its body is told by its length.
pub(crate) async fn read_answer(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = async {
        while !answer.ends_with(b"}\n") {
            answer.push(stream.read_u8().await.unwrap());
        }
    };
    timeout(PATIENCE, read).await.expect("no answer came");
    String::from_utf8(answer).unwrap()
}

/// The status of an answer.
pub(crate) fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("no answer: {answer:?}"))
}
