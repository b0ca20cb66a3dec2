//! Edits of captures: what came back from the editor, and the capture that it becomes.
//!
//! Pure: what is known of providers and secrets is given, and the moment too. Whoever asks stays off the loop, since judging
//! a large body takes longer than a frame may.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use crate::record::http;
use crate::send::{NotSendable, ResignError, Signer, Target};
use crate::store::{Capture, Knowledge};
use crate::verify::{Status, Verdict};
use crate::wire::Delivery;

/// A capture and the text that somebody makes of it.
#[derive(Clone)]
pub struct Draft {
    /// What is edited; it stays as it is.
    pub original: Arc<Capture>,
    /// The text: a plain HTTP message.
    pub text: Bytes,
}

/// A text that came back from the editor.
#[derive(Clone, Debug)]
pub struct Edited {
    /// The text, and what it was made of.
    pub draft: Draft,
    /// What it is.
    pub found: Found,
}

/// What a text turned out to be.
#[derive(Clone, Debug)]
pub enum Found {
    /// Nothing.
    Empty,
    /// What it was before.
    Unchanged,
    /// No message; a sentence says where and why.
    Broken(String),
    /// A message.
    Message(Message),
}

/// A message that was edited, and what can be done with it.
#[derive(Clone, Debug)]
pub struct Message {
    /// What would be sent.
    pub delivery: Arc<Delivery>,
    /// What was changed.
    pub changes: http::Changes,
    /// Whether what it carries is still right; `None` where there is nothing to tell that by.
    pub fits: Option<bool>,
    /// Sent as it is: what that means, in few words.
    pub exact: String,
    /// Signed afresh: by which scheme, or why not.
    pub signed: Result<String, String>,
}

/// How an edit is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As it was edited.
    Exact,
    /// With a fresh signature.
    Signed,
}

/// An edit that is to be kept, as a child of what it was made of.
#[derive(Clone)]
pub struct Child {
    /// What it was made of.
    pub parent: Arc<Capture>,
    /// What it is, before it is signed.
    pub delivery: Arc<Delivery>,
    /// Whether it is signed.
    pub way: Way,
    /// Where it will be sent.
    pub target: Target,
}

impl Draft {
    /// The text of a capture. An error says why no editor may have it.
    pub(super) fn of(original: Arc<Capture>) -> Result<Self, String> {
        if let Some(refusal) = &original.refused {
            return Err(NotSendable::Refused { status: refusal.status }.to_string());
        }
        http::editable(&original.delivery).map_err(|refused| refused.to_string())?;
        let text = http::write(&original.delivery).into();
        Ok(Self { original, text })
    }

    /// Says what the text is by now.
    pub(super) fn judge(self, knowledge: &Knowledge) -> Edited {
        let found = match http::read(&self.text, &self.original.delivery) {
            Err(http::MessageError::Empty) => Found::Empty,
            Err(problem) => Found::Broken(problem.to_string()),
            Ok(message) if message.changes.is_none() => Found::Unchanged,
            Ok(message) => Found::Message(weighed(message, &self.original, knowledge)),
        };
        Edited { draft: self, found }
    }
}

impl Child {
    /// The capture, of that moment. An error says why it cannot be signed.
    pub(super) fn capture(&self, knowledge: &Knowledge, now: Timestamp) -> Result<Capture, ResignError> {
        let delivery = match self.way {
            Way::Exact => Delivery { received_at: now, peer: None, ..Delivery::clone(&self.delivery) },
            Way::Signed => {
                let signer = Signer::of(knowledge, &self.parent.delivery)?;
                signer.sign(&self.delivery, Some(&self.target), now)?
            }
        };
        let conclusion = knowledge.conclude(&delivery);
        Ok(Capture { parent: Some(self.parent.seq), ..Capture::new(delivery, conclusion, None) })
    }
}

fn weighed(message: http::Message, original: &Capture, knowledge: &Knowledge) -> Message {
    let http::Message { head, body, changes } = message;
    let delivery = Delivery { head, body, ..Delivery::clone(&original.delivery) };
    let verdict = knowledge.conclude(&delivery).verdict;
    let signer = Signer::of(knowledge, &original.delivery);
    let signed = signer.and_then(|signer| signer.sign(&delivery, None, delivery.received_at).map(|_| signer));
    Message {
        changes,
        fits: match verdict.status {
            Status::Verified => Some(true),
            Status::Failed(_) => Some(false),
            Status::Unsigned | Status::NoSecret | Status::NotSigned | Status::Unknown => None,
        },
        exact: exact_words(&verdict, original.conclusion.verdict.status),
        signed: signed.map(|signer| signed_words(&signer)).map_err(|refused| refused_words(&refused)),
        delivery: Arc::new(delivery),
    }
}

fn exact_words(verdict: &Verdict, before: Status) -> String {
    let (what, fits, does_not) = match verdict.scheme {
        Some("token" | "basic" | "bearer" | "api_key") => ("credentials", "fit", "do not fit"),
        _ => ("signature", "fits", "does not fit"),
    };
    match (verdict.status, before) {
        (Status::Verified, _) => format!("as edited; its {what} still {fits}"),
        (Status::Failed(_), Status::Verified) => format!("as edited; its {what} no longer {fits}"),
        (Status::Failed(_), _) => format!("as edited; its {what} {does_not}"),
        (Status::Unsigned, _) => format!("as edited; {what} missing"),
        (Status::NoSecret, _) => format!("as edited; no secret tells whether its {what} {fits}"),
        (Status::NotSigned | Status::Unknown, _) => "as edited".to_owned(),
    }
}

fn signed_words(signer: &Signer) -> String {
    let fresh = match (signer.writes_time(), signer.writes_id()) {
        (true, true) => ", with a fresh time and id",
        (true, false) => ", with a fresh time",
        (false, true) => ", with a fresh id",
        (false, false) => "",
    };
    format!("{}{fresh}", signer.scheme())
}

fn refused_words(refused: &ResignError) -> String {
    match refused {
        ResignError::NoSecret(_) => format!("{refused}: s gives one"),
        _ => refused.to_string(),
    }
}

/// Texts and heads carry credentials.
impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Draft(#{}, {} B)", self.original.seq, self.text.len())
    }
}

impl fmt::Debug for Child {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.delivery.body.len();
        write!(f, "Child(#{}, {:?}, body of {body} B, {})", self.parent.seq, self.way, self.target)
    }
}
