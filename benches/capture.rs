//! What capturing costs, measured on the real program from outside.
//!
//! `cargo bench --bench capture` drives three servers with the same signed 1 KiB deliveries over keep-alive connections, in turns on one
//! machine: a bare axum handler that reads the body and answers 200, `hookglass --format ndjson`, and hookglass full screen
//! in a terminal of its own. It prints requests a second, latencies, their ratios, and the memory each capture took. Nothing
//! is asserted about speed: numbers are for reading.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use sha2::Sha256;

const SECRET: &str = "benchmark";
const CONNECTIONS: usize = 16;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);
const MEMORY_CAPTURES: usize = 100_000;

fn main() {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() == Some("bare") {
        return bare_server();
    }
    throughput();
    memory();
}

fn throughput() {
    let bare = Server::start("bare axum", || {
        let mut command = Command::new(std::env::current_exe().expect("a running program has a path"));
        command.arg("bare");
        command
    });
    let headless = Server::start("hookglass, headless", || hookglass(&["--format", "ndjson"]));
    let screen = Server::start_in_terminal("hookglass, full screen");
    let servers = [&bare, &headless, &screen];
    let mut tables = [const { Vec::new() }; 3];
    for round in 0..=ROUNDS {
        for (server, table) in servers.iter().zip(&mut tables) {
            let load = load(server.address);
            if round > 0 {
                // The first round warms caches and is not counted.
                table.push(load);
            }
        }
    }
    println!("{:<22} {:>12} {:>6} {:>9} {:>9} {:>6}", "", "requests/s", "", "p50", "p99", "");
    let base = Summary::of(&tables[0]);
    for (server, loads) in servers.iter().zip(&tables) {
        let summary = Summary::of(loads);
        let (rate, p99) = (summary.rate / base.rate, summary.p99.as_secs_f64() / base.p99.as_secs_f64());
        println!(
            "{:<22} {:>12.0} {rate:>5.2}x {:>9.0?} {:>9.0?} {p99:>5.2}x",
            server.name, summary.rate, summary.p50, summary.p99
        );
    }
}

fn memory() {
    let server =
        Server::start("memory", || hookglass(&["--format", "ndjson", "--capacity", "1000000", "--memory", "4GiB"]));
    let before = server.resident();
    let request = signed_request();
    let mut connection = Connection::open(server.address);
    for _ in 0..MEMORY_CAPTURES {
        connection.exchange(&request);
    }
    let (Some(before), Some(after)) = (before, server.resident()) else {
        return println!("memory: this system has no /proc to read it from");
    };
    let each = (after - before) as f64 / MEMORY_CAPTURES as f64;
    println!("memory: {} MiB with nothing captured, {each:.0} bytes a captured 1 KiB delivery", before >> 20);
}

/// The median round and the latencies of all rounds.
struct Summary {
    rate: f64,
    p50: Duration,
    p99: Duration,
}

impl Summary {
    fn of(loads: &[Load]) -> Self {
        let mut rates: Vec<f64> = loads.iter().map(Load::rate).collect();
        rates.sort_by(f64::total_cmp);
        let mut latencies: Vec<Duration> = loads.iter().flat_map(|load| load.latencies.iter().copied()).collect();
        latencies.sort_unstable();
        let at = |percent: usize| latencies[(latencies.len() - 1) * percent / 100];
        Self { rate: rates[rates.len() / 2], p50: at(50), p99: at(99) }
    }
}

/// What one round of load saw.
struct Load {
    latencies: Vec<Duration>,
    took: Duration,
}

impl Load {
    fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64()
    }
}

/// Sends as fast as answers come, over several connections at once.
fn load(address: SocketAddr) -> Load {
    let request = signed_request();
    let begin = Instant::now();
    let latencies = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| {
                    let mut connection = Connection::open(address);
                    let mut latencies = Vec::with_capacity(1 << 16);
                    while begin.elapsed() < ROUND {
                        let sent = Instant::now();
                        connection.exchange(&request);
                        latencies.push(sent.elapsed());
                    }
                    latencies
                })
            })
            .collect();
        clients.into_iter().flat_map(|client| client.join().expect("a client fails by its assertions alone")).collect()
    });
    Load { latencies, took: begin.elapsed() }
}

/// One keep-alive connection.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server said that it listens");
        stream.set_nodelay(true).expect("a connected socket takes options");
        Self { stream, buffer: vec![0; 4096] }
    }

    fn exchange(&mut self, request: &[u8]) {
        self.stream.write_all(request).expect("the server reads");
        let mut filled = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).expect("the server answers");
            assert!(read > 0, "the server hung up");
            filled += read;
            if let Some(size) = answer_size(&self.buffer[..filled]) {
                assert!(self.buffer.starts_with(b"HTTP/1.1 200"), "every delivery is answered 200");
                assert_eq!(size, filled, "one answer a request");
                return;
            }
        }
    }
}

/// The size of the answer, once its head is there and its body too.
fn answer_size(bytes: &[u8]) -> Option<usize> {
    let head = memchr::memmem::find(bytes, b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&bytes[..head]).ok()?.to_ascii_lowercase();
    let length = text.split("content-length: ").nth(1)?.split("\r\n").next()?.parse::<usize>().ok()?;
    (bytes.len() >= head + length).then_some(head + length)
}

/// A Brighten delivery with a body of exactly 1 KiB, and the headers that such senders add.
fn signed_request() -> Vec<u8> {
    let open = r#"{"id":"evt_0123456789abcdef","object":"event","type":"recognition.created","created_at":"2026-02-06T14:00:00Z","api_version":"2026-01-01","data":{"object":{"id":"550e8400-e29b-41d4-a716-446655440003","sender":{"id":"u_1","name":"Jane Doe"},"recipient":{"id":"u_2","name":"John Smith"},"points":50,"message":""#;
    let close = r#""}},"metadata":{"organization_id":"org_xyz789","triggered_by":"user_abc123"}}"#;
    let body = format!("{open}{}{close}", "x".repeat(1024 - open.len() - close.len()));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key fits HMAC");
    mac.update(body.as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    format!(
        "POST /webhooks/brighten HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nUser-Agent: Brighten-Webhooks/1.0\r\nAccept: */*\r\nX-Brighten-Signature: {signature}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn hookglass(more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookglass"));
    command.args(["listen", "--listen", "127.0.0.1:0", "--secret", &format!("brighten=literal:{SECRET}")]).args(more);
    command
}

/// A server in a process of its own, ended when dropped.
struct Server {
    name: &'static str,
    process: Process,
    address: SocketAddr,
}

enum Process {
    Plain(Child),
    InTerminal(Box<dyn portable_pty::Child + Send + Sync>),
}

impl Server {
    fn start(name: &'static str, command: impl FnOnce() -> Command) -> Self {
        let mut process = command()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server is built with the benchmark");
        let stderr = process.stderr.take().expect("it is piped");
        let line = BufReader::new(stderr).lines().next().expect("it says where it listens").expect("in UTF-8");
        let address = line.rsplit("http://").next().and_then(|text| text.parse().ok());
        let address = address.unwrap_or_else(|| panic!("no address in: {line}"));
        Self { name, process: Process::Plain(process), address }
    }

    fn start_in_terminal(name: &'static str) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("a bound socket has an address");
        drop(free);
        let size = PtySize { rows: 36, cols: 120, ..PtySize::default() };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_hookglass"));
        command.args(["listen", "--listen", &address.to_string()]);
        command.args(["--secret", &format!("brighten=literal:{SECRET}")]);
        command.env("TERM", "xterm-256color");
        let process = pair.slave.spawn_command(command).expect("the server is built with the benchmark");
        let mut output = pair.master.try_clone_reader().expect("a terminal can be read");
        let (drawn, first_draw) = mpsc::channel();
        std::thread::spawn(move || {
            let _keeps_the_terminal_open = pair;
            let mut screen = vec![0; 1 << 16];
            while matches!(output.read(&mut screen), Ok(read) if read > 0) {
                let _ = drawn.send(());
            }
        });
        first_draw.recv().expect("it draws");
        Self { name, process: Process::InTerminal(process), address }
    }

    /// Resident memory in bytes, where the system tells.
    fn resident(&self) -> Option<u64> {
        let Process::Plain(process) = &self.process else { return None };
        let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        match &mut self.process {
            Process::Plain(process) => {
                let _ = process.kill();
                let _ = process.wait();
            }
            Process::InTerminal(process) => {
                let _ = process.kill();
                let _ = process.wait();
            }
        }
    }
}

/// The least a handler can do: axum's own server, the whole body, 200.
fn bare_server() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        eprintln!("listening on http://{}", listener.local_addr().expect("a bound socket has an address"));
        let answer = |body: bytes::Bytes| async move { format!("{{\"received\":{}}}", body.len()) };
        let router = axum::Router::new().fallback(answer);
        axum::serve(listener, router).await.expect("it serves until it is killed");
    });
}
