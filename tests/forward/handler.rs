//! A handler on a free port of this machine.

use std::net::SocketAddr;
use std::sync::Arc;

use hookglass::wire::Head;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

use crate::PATIENCE;

pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Answers every request with the same bytes, once it may.
pub(crate) struct Handler {
    pub(crate) address: SocketAddr,
    received: mpsc::Receiver<Vec<u8>>,
    may_answer: Arc<Semaphore>,
}

impl Handler {
    /// Answers at once.
    pub(crate) async fn answering(raw: impl Into<Vec<u8>>) -> Self {
        Self::start(raw.into(), Semaphore::MAX_PERMITS).await
    }

    /// Answers when it is let.
    pub(crate) async fn stuck(raw: impl Into<Vec<u8>>) -> Self {
        Self::start(raw.into(), 0).await
    }

    async fn start(raw: Vec<u8>, permits: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (hand_over, received) = mpsc::channel(1000);
        let may_answer = Arc::new(Semaphore::new(permits));
        let gate = may_answer.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, raw.clone(), hand_over.clone(), gate.clone()));
            }
        });
        Self { address, received, may_answer }
    }

    /// The next request.
    pub(crate) async fn request(&mut self) -> Vec<u8> {
        timeout(PATIENCE, self.received.recv()).await.expect("no request came").unwrap()
    }

    pub(crate) fn received_nothing(&mut self) -> bool {
        self.received.try_recv().is_err()
    }

    /// Lets it answer everything.
    pub(crate) fn let_go(&self) {
        self.may_answer.add_permits(10_000);
    }
}

async fn serve(mut stream: TcpStream, raw: Vec<u8>, hand_over: mpsc::Sender<Vec<u8>>, gate: Arc<Semaphore>) {
    hand_over.send(read_request(&mut stream).await).await.unwrap();
    let _answers = gate.acquire().await.unwrap();
    // Whoever asked may be gone.
    let _ = stream.write_all(&raw).await;
}

async fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    loop {
        request.push(stream.read_u8().await.unwrap());
        if request.ends_with(b"\r\n\r\n") {
            break;
        }
    }
    let head = Head::parse(request.clone().into());
    let length = head.get_str("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    [request, body].concat()
}

/// An address that nothing listens on any more.
pub(crate) async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}
