//! What opening a large JSON body costs, beside `serde_json::Value`.
//!
//! `cargo bench --bench json` parses one 20 MiB body both ways, and opens it as far as the first screen of its tree. Each
//! prints its time and, under `max alloc`, the most memory it held beside the body.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use divan::{AllocProfiler, Bencher};
use hookglass::body::{self, Content};
use hookglass::json::Document;
use hookglass::json::tree::{Shape, Tree};
use hookglass::wire::{Head, Version};

#[global_allocator]
static MEMORY: AllocProfiler = AllocProfiler::system();

const SIZE: usize = 20 << 20;
const ROWS_OF_A_SCREEN: usize = 50;

static BODY: LazyLock<Bytes> = LazyLock::new(activities);

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn document(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(|| BODY.clone()).bench_values(|body| Document::parse(body).expect("the body is JSON"));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn serde_json_value(bencher: Bencher<'_, '_>) {
    bencher
        .with_inputs(|| BODY.clone())
        .bench_values(|body| serde_json::from_slice::<serde_json::Value>(&body).expect("the body is JSON"));
}

/// From the bytes to the rows of a screen: what it is, the whole document, the tree and its first rows.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn first_screen_of_the_tree(bencher: Bencher<'_, '_>) {
    let head = Head::build("POST", "/", Version::Http11).header("content-type", "application/json").finish();
    bencher.with_inputs(|| BODY.clone()).bench_values(|body| {
        let readable = body::read(&head, &body, SIZE);
        let Content::Json(document) = readable.content else { panic!("the body is JSON") };
        let tree = Tree::new(Arc::new(document), &Shape::default());
        black_box(tree.rows(0..ROWS_OF_A_SCREEN).collect::<Vec<_>>());
        tree
    });
}

/// An array of activities as a marketing system sends them, minified, until it is large enough.
fn activities() -> Bytes {
    let mut body = String::with_capacity(SIZE + 1024);
    body.push('[');
    for number in 0.. {
        let comma = if number == 0 { "" } else { "," };
        write!(
            body,
            r#"{comma}{{"id":"evt_{number:08x}","activityStatus":"DELIVERED","activityDateTime":"2026-11-20T17:00:{:02}Z","contactId":{},"email":"person{number}@example.com","price":{}.{:02},"retry":false,"error":null,"tags":["a","b\u00e9",{}],"message":{{"subject":"Ваш заказ №{number}","link":"https:\/\/example.com\/o\/{number}"}}}}"#,
            number % 60,
            number * 7919 % 1_000_003,
            number % 1000,
            number % 100,
            number % 10,
        )
        .expect("a string takes all");
        if body.len() > SIZE {
            break;
        }
    }
    body.push(']');
    Bytes::from(body)
}
