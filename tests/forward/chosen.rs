//! Senders hear what was chosen for them, for as long as it was.

use std::fs;

use hookglass::config::{Options, Reply};
use hookglass::listen::{Control, ControlError, Limits};
use hookglass::send::Target;
use hookglass::store::Heard;
use tokio::io::AsyncWriteExt;
use tokio::task::JoinSet;

use crate::handler::{Handler, OK};
use crate::listener::{Listener, read_to_end, status};
use crate::{control, heard, listening, settled};

const POST: &str = "POST / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";

fn set(control: &Control, reply: &str) {
    control.set_reply(Some(reply.parse().unwrap())).unwrap();
}

async fn statuses(listener: &Listener, path: &str, count: usize) -> Vec<u16> {
    let mut heard = Vec::new();
    for _ in 0..count {
        heard.push(status(&listener.send(POST.replace("/ ", &format!("{path} "))).await));
    }
    heard
}

#[tokio::test]
async fn what_is_chosen_while_listening_comes_before_what_was_given() {
    let control = control("reply = 201\n[[endpoint]]\npath = '/a'\nreply = '500 next=1'");
    let listener = Listener::answering(Limits::default(), control.clone()).await;
    assert_eq!(statuses(&listener, "/a", 2).await, [500, 201]);
    set(&control, "503 every=2");
    assert_eq!(statuses(&listener, "/a", 4).await, [201, 503, 201, 503]);
    set(&control, "429 next=2");
    let standing = control.reply().unwrap();
    assert_eq!((standing.reply.to_string().as_str(), standing.left), ("429 next=2", Some(2)));
    assert_eq!(statuses(&listener, "/", 1).await, [429]);
    assert_eq!(control.reply().unwrap().left, Some(1));
    assert_eq!(statuses(&listener, "/", 3).await, [429, 201, 503]);
    assert_eq!(control.reply().unwrap().reply.to_string(), "503 every=2");
    control.set_reply(None).unwrap();
    assert_eq!((control.reply(), statuses(&listener, "/", 1).await), (None, vec![200]));
}

#[tokio::test]
async fn a_reply_for_a_few_leaves_the_others_to_the_handler() {
    let handler = Handler::answering("HTTP/1.1 299 Mine\r\ncontent-length: 0\r\n\r\n").await;
    let listener = listening(&format!("forward = '{}'\nreply = '503 next=1'", handler.address)).await;
    assert_eq!(statuses(&listener, "/", 2).await, [503, 299]);
    let captures = settled(&listener, 2).await;
    assert_eq!((heard(&captures[0]), heard(&captures[1])), (Heard::Status(503), Heard::Relayed(299)));
    assert_eq!(captures[0].exchanges[0].status(), Some(299), "it was forwarded all the same");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_deliveries_at_once_exactly_as_many_hear_it_as_were_meant() {
    let listener = listening("reply = '503 next=7'").await;
    let mut senders = JoinSet::new();
    for _ in 0..100 {
        let mut sender = listener.connect().await;
        senders.spawn(async move {
            sender.write_all(POST.as_bytes()).await.unwrap();
            status(&read_to_end(&mut sender).await)
        });
    }
    let heard = senders.join_all().await;
    assert_eq!(heard.iter().filter(|status| **status == 503).count(), 7);
    assert_eq!(heard.iter().filter(|status| **status == 200).count(), 93);
}

#[tokio::test]
async fn requests_that_are_no_deliveries_are_not_counted() {
    let control = control("reply = '503 next=1'");
    let limits = Limits { max_body: 4, ..Limits::default() };
    let listener = Listener::answering(limits, control.clone()).await;
    assert_eq!(status(&listener.send("POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello").await), 413);
    assert_eq!(status(&listener.send("CONNECT h:1 HTTP/1.1\r\n\r\n").await), 405);
    assert_eq!(control.reply().unwrap().left, Some(1));
}

#[tokio::test]
async fn a_reply_has_the_headers_and_the_body_that_were_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answer.json");
    fs::write(&file, "{\"balance\":12}").unwrap();
    let reply =
        format!("200 header=\"Content-Type: application/json\" header=X-A:1 header=X-A:2 body=@{}", file.display());
    let listener = listening(&format!("reply = '''{reply}'''")).await;
    let answer = listener.send(POST).await;
    fs::remove_file(&file).unwrap();
    for part in ["\r\ncontent-type: application/json\r\n", "\r\nx-a: 1\r\nx-a: 2\r\n", "\r\n\r\n{\"balance\":12}"] {
        assert!(answer.contains(part), "{answer}");
    }
    assert!(listener.send(POST).await.ends_with("{\"balance\":12}"), "it is read once");
}

#[tokio::test]
async fn an_answer_that_is_held_back_is_recorded_at_once_and_given_when_the_program_ends() {
    let listener = listening("reply = '204 delay=10m'").await;
    let mut sender = listener.connect().await;
    sender.write_all(POST.as_bytes()).await.unwrap();
    let capture = listener.capture().await;
    let reply = capture.reply.unwrap();
    assert_eq!((reply.status(), reply.delay_ms, capture.is_settled()), (Some(204), 600_000, true));
    listener.stop().await;
    assert_eq!(status(&read_to_end(&mut sender).await), 204);
}

#[tokio::test]
async fn what_would_come_back_is_no_target() {
    let settings = |config: &str| toml::from_str::<Options>(config).unwrap().settle();
    let own = ["127.0.0.1:4665".parse().unwrap()];
    let said = |config: &str| Control::new(&settings(config), &own).map(|_| ()).unwrap_err().to_string();
    let public = "public-url = 'https://hooks.example.com/in'\n";
    let cases = [
        ("forward = 'localhost:4665'", "http://localhost:4665 is this hookglass itself"),
        (
            "[[endpoint]]\npath = '/a'\nforward = ['3000', ':4665/x']",
            "endpoint /a: http://localhost:4665/x is this hookglass",
        ),
        (
            &*format!("{public}forward = 'https://HOOKS.example.com:443/x'"),
            "https://HOOKS.example.com:443/x is the public URL",
        ),
        ("forward = 'ftp://x'", "`ftp:` cannot be sent to: only http:// and https:// can"),
        ("reply = '200 body=@/nowhere/at/all'", "cannot read /nowhere/at/all, the body of the reply: "),
    ];
    for (config, begins) in cases {
        let message = said(config);
        assert!(message.starts_with(begins), "{message}");
    }
    let control = Control::new(&settings(public), &own).unwrap();
    let target = |text: &str| text.parse::<Target>().unwrap();
    control.set_forward(vec![target("3000")]).unwrap();
    let refused = control.set_forward(vec![target("3001"), target("4665")]);
    assert!(matches!(refused, Err(ControlError::Own(_))), "{refused:?}");
    assert_eq!(control.forward(), [target("3000")], "nothing has changed");
    assert!(Reply::status(100).is_err());
}

#[tokio::test]
async fn where_deliveries_go_can_be_changed_while_listening() {
    let [mut first, mut second] = [Handler::answering(OK).await, Handler::answering(OK).await];
    let control = control(&format!("forward = '{}'", first.address));
    let listener = Listener::answering(Limits::default(), control.clone()).await;
    listener.send(POST).await;
    first.request().await;
    control.set_forward(vec![second.address.to_string().parse().unwrap()]).unwrap();
    listener.send(POST).await;
    second.request().await;
    control.set_forward(Vec::new()).unwrap();
    listener.send(POST).await;
    assert!(settled(&listener, 3).await[2].exchanges.is_empty());
    assert!(first.received_nothing() && second.received_nothing());
}

#[test]
fn what_is_chosen_while_listening_holds_on_every_path_until_it_is_taken_back() {
    let config = "[[endpoint]]\npath = '/a'\nforward = '3001'\n[[endpoint]]\npath = '/b'\nreply = 418";
    let control = control(config);
    let target = |text: &str| text.parse::<Target>().unwrap();
    assert_eq!((control.forward(), control.paths()), (Vec::new(), 2));
    control.set_forward(vec![target("3000")]).unwrap();
    assert_eq!((control.forward(), control.paths()), (vec![target("3000")], 1));
    control.set_reply(Reply::status(503).ok()).unwrap();
    assert_eq!(control.paths(), 0);
    control.set_forward(Vec::new()).unwrap();
    control.set_reply(None).unwrap();
    assert_eq!((control.forward(), control.paths()), (Vec::new(), 2));
}
