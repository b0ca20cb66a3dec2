//! A provider from the text of its `[[verify]]`, and deliveries to it.

use std::fs;
use std::sync::Arc;

use bytes::Bytes;
use hookglass::provider::{Catalog, LayerError, Provider};
use hookglass::verify::{Context, Secret, Secrets, Verdict, check};
use hookglass::wire::{Delivery, Extent, Head, Version};
use jiff::Timestamp;

pub(crate) fn read(verify: &str) -> Result<Arc<Provider>, LayerError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme/provider.toml");
    fs::create_dir(file.parent().unwrap()).unwrap();
    fs::write(&file, verify).unwrap();
    Catalog::check(&file)
}

pub(crate) fn provider(verify: &str) -> Arc<Provider> {
    read(&format!("[[verify]]\n{verify}")).unwrap_or_else(|error| panic!("{verify}\n{error}"))
}

/// A request in its parts, to be spoilt.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) now: Timestamp,
    pub(crate) url: Option<String>,
}

impl Request {
    pub(crate) fn new(headers: &[(&str, &str)], body: &str) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        Self { target: "/in?x=1".to_owned(), headers, body: body.to_owned(), now, url: None }
    }

    pub(crate) fn delivery(&self) -> Delivery {
        let head = Head::build("POST", &self.target, Version::Http11);
        let head = self.headers.iter().fold(head, |head, (name, value)| head.header(name, value)).finish();
        let body = Bytes::from(self.body.clone());
        Delivery { received_at: self.now, peer: None, head, body, extent: Extent::Whole }
    }

    pub(crate) fn check(&self, provider: &Provider, given: &[&str]) -> Verdict {
        let mut secrets = Secrets::default();
        for (place, secret) in given.iter().enumerate() {
            secrets.add(Some(provider.id.clone()), Secret::new(secret.as_bytes().to_vec(), &format!("env:S{place}")));
        }
        let context = Context { now: self.now, public_url: self.url.as_deref(), tolerance: None };
        check(provider, &self.delivery(), &secrets, &context)
    }
}
