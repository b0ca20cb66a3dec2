//! What may be changed while listening: what senders are answered, and where deliveries go on to. The listener and the
//! screen hold the same.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use axum::http::StatusCode;

use super::forward::Forwarding;
use super::hold::{Given, Holds};
use super::reply::{Rule, UnusableReply};
use crate::config::{self, PublicUrl, Settings, When};
use crate::send::{Target, TargetError};
use crate::text;
use crate::wire::PathRoot;

/// What may be changed while listening. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Control(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// Read for a moment by every request; nothing is waited for while it is held.
    plan: RwLock<Plan>,
    ours: Ours,
    forwarding: Arc<Forwarding>,
    holds: Holds,
}

/// What deliveries are answered and where they go. Of several rules for one delivery the first that takes it counts.
#[derive(Debug, Default)]
struct Plan {
    /// For the next few, until they have passed.
    passing: Option<Arc<Rule>>,
    /// Chosen while listening.
    chosen: Option<Arc<Rule>>,
    /// Of paths, the deepest first.
    endpoints: Vec<Endpoint>,
    /// Given at the start.
    given: Option<Arc<Rule>>,
    forward: Forward,
}

/// Where deliveries go on to.
#[derive(Debug)]
enum Forward {
    /// As given at the start, but for paths with targets of their own.
    Given(Arc<[Target]>),
    /// As chosen while listening, whatever their path.
    Chosen(Arc<[Target]>),
}

#[derive(Debug)]
struct Endpoint {
    path: PathRoot,
    reply: Option<Arc<Rule>>,
    forward: Option<Arc<[Target]>>,
}

/// The addresses that lead back to us.
#[derive(Debug, Default)]
struct Ours {
    own: Vec<SocketAddr>,
    public: Option<Target>,
}

/// What cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The reply cannot be given.
    #[error(transparent)]
    Reply(#[from] UnusableReply),
    /// The target cannot be read.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The target is our own listener.
    #[error("{0} is this hookglass itself: what is forwarded there would come back, without end")]
    Own(Target),
    /// The target is the URL that senders know our own listener by.
    #[error("{0} is the public URL of this hookglass: what is forwarded there would come back, without end")]
    Public(Target),
    /// Something is wrong with what is said of a path.
    #[error("endpoint {path}: {problem}")]
    Endpoint {
        /// The path, safe to print.
        path: String,
        /// What is wrong.
        problem: Box<ControlError>,
    },
}

/// The reply that was set for all deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// As it was written.
    pub reply: config::Reply,
    /// How many more deliveries it is for, where they are counted: at least one.
    pub left: Option<u32>,
}

impl Control {
    /// What the settings say, for a listener with these addresses of its own.
    pub fn new(settings: &Settings, own: &[SocketAddr]) -> Result<Self, ControlError> {
        let ours = Ours { own: own.to_vec(), public: settings.public_url.as_ref().and_then(as_target) };
        let given = settings.reply.clone().map(Rule::new).transpose()?.map(Arc::new);
        let forward = ours.targets(&settings.forward)?;
        let mut endpoints =
            settings.endpoints.iter().map(|it| Endpoint::new(it, &ours)).collect::<Result<Vec<_>, _>>()?;
        endpoints.sort_by_key(|endpoint| std::cmp::Reverse(endpoint.path.depth()));
        let plan =
            RwLock::new(Plan { passing: None, chosen: None, endpoints, given, forward: Forward::Given(forward) });
        let fallback = settings.forward_fallback.clone().map(Rule::new).transpose()?;
        let fallback = fallback.unwrap_or_else(|| Rule::status(StatusCode::BAD_GATEWAY));
        let forwarding = Forwarding::new(settings.forward_timeout, !settings.forward_async, fallback, own.to_vec());
        Ok(Self(Arc::new(Shared { plan, ours, forwarding: Arc::new(forwarding), holds: Holds::default() })))
    }

    /// Answers every delivery so from now on, those on paths with a reply of their own too. One for the next few comes
    /// before what was set earlier, which holds again after them; `None` takes back all that was set for all deliveries.
    pub fn set_reply(&self, reply: Option<config::Reply>) -> Result<(), ControlError> {
        // Made before the plan is locked: its body may have to be read from a disk.
        let rule = reply.map(Rule::new).transpose()?.map(Arc::new);
        let mut plan = self.change();
        plan.passing = None;
        match rule {
            Some(rule) if matches!(rule.written().when, When::Next(_)) => plan.passing = Some(rule),
            Some(rule) => plan.chosen = Some(rule),
            None => (plan.chosen, plan.given) = (None, None),
        }
        Ok(())
    }

    /// The reply that is set for all deliveries now.
    pub fn reply(&self) -> Option<Standing> {
        let plan = self.plan();
        let rules = [&plan.passing, &plan.chosen, &plan.given];
        rules.into_iter().flatten().find_map(|rule| {
            let left = rule.left();
            (left != Some(0)).then(|| Standing { reply: rule.written().clone(), left })
        })
    }

    /// Sends every delivery on to these targets from now on, those on paths with targets of their own too; without any,
    /// none goes anywhere but from such paths. Nothing is changed if one of them would lead back to us.
    pub fn set_forward(&self, targets: Vec<Target>) -> Result<(), ControlError> {
        targets.iter().try_for_each(|target| self.0.ours.refuse(target))?;
        let chosen = if targets.is_empty() { Forward::Given } else { Forward::Chosen };
        self.change().forward = chosen(targets.into());
        Ok(())
    }

    /// Where every delivery goes on to, or every one on paths without targets of their own.
    pub fn forward(&self) -> Vec<Target> {
        match &self.plan().forward {
            Forward::Given(targets) | Forward::Chosen(targets) => targets.to_vec(),
        }
    }

    /// How many paths have a reply or targets of their own that hold now.
    pub fn paths(&self) -> usize {
        let plan = self.plan();
        let replies = |endpoint: &Endpoint| endpoint.reply.is_some() && plan.chosen.is_none();
        let forwards = |endpoint: &Endpoint| endpoint.forward.is_some() && matches!(plan.forward, Forward::Given(_));
        plan.endpoints.iter().filter(|endpoint| replies(endpoint) || forwards(endpoint)).count()
    }

    /// Whether senders hear what the first target answers, where deliveries go on to one.
    pub fn relays(&self) -> bool {
        self.0.forwarding.relays()
    }

    /// What the sender of a delivery on that path is given, where somebody has said so. Replies that are counted count it.
    pub(super) fn give(&self, path: &str) -> Option<Given> {
        let rule = {
            let plan = self.plan();
            let there = plan.endpoints_at(path).find_map(|endpoint| endpoint.reply.as_ref());
            let rules = [plan.passing.as_ref(), plan.chosen.as_ref(), there, plan.given.as_ref()];
            rules.into_iter().flatten().find(|rule| rule.takes()).cloned()
        };
        rule.map(|rule| rule.give(&self.0.holds))
    }

    /// Where a delivery on that path goes on to.
    pub(super) fn targets(&self, path: &str) -> Arc<[Target]> {
        let plan = self.plan();
        let there = || plan.endpoints_at(path).find_map(|endpoint| endpoint.forward.as_ref());
        match &plan.forward {
            Forward::Chosen(targets) => targets.clone(),
            Forward::Given(targets) => there().unwrap_or(targets).clone(),
        }
    }

    pub(super) fn forwarding(&self) -> &Arc<Forwarding> {
        &self.0.forwarding
    }

    pub(super) fn holds(&self) -> &Holds {
        &self.0.holds
    }

    fn plan(&self) -> RwLockReadGuard<'_, Plan> {
        // A panic under this lock cannot leave a plan half changed.
        self.0.plan.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self) -> RwLockWriteGuard<'_, Plan> {
        self.0.plan.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Forward {
    fn default() -> Self {
        Self::Given(Arc::default())
    }
}

impl Plan {
    /// The paths that cover this one, the deepest first.
    fn endpoints_at<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Endpoint> {
        self.endpoints.iter().filter(move |endpoint| endpoint.path.covers(path))
    }
}

impl Endpoint {
    fn new(settings: &config::Endpoint, ours: &Ours) -> Result<Self, ControlError> {
        let path = settings.path.clone();
        let reply = settings.reply.clone().map(Rule::new).transpose().map_err(ControlError::from);
        let there = |problem| {
            let path = text::visible(&path.to_string()).into_owned();
            ControlError::Endpoint { path, problem: Box::new(problem) }
        };
        let reply = reply.map_err(there)?.map(Arc::new);
        let targets = ours.targets(&settings.forward).map_err(there)?;
        Ok(Self { path: path.clone(), reply, forward: Some(targets).filter(|targets| !targets.is_empty()) })
    }
}

impl Ours {
    fn targets(&self, written: &[String]) -> Result<Arc<[Target]>, ControlError> {
        written
            .iter()
            .map(|text| {
                let target = text.parse()?;
                self.refuse(&target)?;
                Ok(target)
            })
            .collect()
    }

    fn refuse(&self, target: &Target) -> Result<(), ControlError> {
        if target.is_one_of(&self.own) {
            return Err(ControlError::Own(target.clone()));
        }
        match &self.public {
            Some(public) if public.is_beside(target) => Err(ControlError::Public(target.clone())),
            _ => Ok(()),
        }
    }
}

fn as_target(url: &PublicUrl) -> Option<Target> {
    url.as_str().parse().ok()
}
