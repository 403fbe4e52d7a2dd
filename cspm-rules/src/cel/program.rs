//! An expression that was checked and compiled, and what it says of a resource.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use bumpalo::Bump;
use cspm_core::{Data, Inventory, Kind, Reads, Reason, Resource, Status, Unread};

use super::ast::Node;
use super::check::Checker;
use super::eval::Machine;
use super::op::Op;
use super::trace::{Everything, Nothing, Trace};
use super::value::Stop;
use crate::analysis::{Absent, View};
use crate::meter;

/// The kinds that rules can name.
pub(crate) type Kinds = BTreeMap<Arc<str>, Arc<Kind>>;

/// What is wrong with an expression, and at which byte of its text.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) at: u32,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Fault {
    pub(crate) fn new(at: u32, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: None }
    }

    pub(crate) fn with_help(self, help: impl Into<String>) -> Self {
        self.with_help_if(Some(help.into()))
    }

    pub(crate) fn with_help_if(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }
}

/// What an evaluation can see.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) resource: &'a Resource,
    pub(crate) inventory: &'a Inventory,
    /// What is taken to be absent of what is not written in files; see [`View`].
    pub(crate) absent: Absent<'a>,
    /// Where values live that the expression makes.
    pub(crate) arena: &'a Bump,
}

impl<'a> Scope<'a> {
    /// The inventory as analyses ask it.
    pub(crate) fn view(&self) -> View<'a> {
        View::new(self.inventory, self.absent)
    }
}

/// A compiled expression that is true where a resource is fine.
#[derive(Debug)]
pub(crate) struct Program {
    op: Op,
}

impl Program {
    /// Checks and compiles an expression for resources of `kind`; adds what it reads to `reads`.
    pub(crate) fn compile(parsed: Node, kind: &Kind, kinds: &Kinds, reads: &mut Reads) -> Result<Self, Fault> {
        Ok(Self { op: Checker::new(kind, kinds, reads).condition(&parsed)? })
    }

    /// The status alone; `None` is unknown, since it would take too long.
    pub(crate) fn decide(&self, resource: &Resource, inventory: &Inventory) -> Option<Status> {
        self.run(resource, inventory, Absent::All, (Nothing, 1)).0
    }

    /// The status alone.
    #[cfg(test)]
    pub(crate) fn judge(&self, resource: &Resource, inventory: &Inventory) -> Status {
        self.decide(resource, inventory).unwrap_or(Status::Unknown)
    }

    /// The status, and what was read for it or was in its way.
    pub(crate) fn explain(&self, resource: &Resource, inventory: &Inventory) -> (Status, Everything) {
        if let (Some(status), trace) = self.run(resource, inventory, Absent::All, (Everything::default(), 1)) {
            return (status, trace);
        }
        match self.decide(resource, inventory) {
            Some(status) => (status, self.run(resource, inventory, Absent::All, (Everything::default(), EXPLAINED)).1),
            None => {
                let mut trace = Everything::default();
                trace.error(meter::message);
                (Status::Unknown, trace)
            }
        }
    }

    /// What the status rests on that is not written in the files that were judged, though the rule looks it up (`lookups` are its
    /// kinds): were any of it there, the status could be another.
    pub(crate) fn assumed<'k>(
        &self,
        resource: &Resource,
        inventory: &Inventory,
        lookups: impl IntoIterator<Item = &'k Arc<str>>,
    ) -> Vec<Arc<Unread>> {
        if !inventory.is_as_written() {
            return Vec::new();
        }
        let (status, trace) = self.run(resource, inventory, Absent::Nothing, (Everything::default(), 1));
        if status != Some(Status::Unknown) {
            return Vec::new();
        }
        let not_written = |unread: &Arc<Unread>| unread.reason == Reason::NotWritten;
        let problems = trace.finish().1.into_iter().map(|problem| problem.unread).filter(not_written);
        let mut found: Vec<Arc<Unread>> = Vec::new();
        for unread in problems.chain(lookups.into_iter().filter_map(|kind| inventory.near(kind, resource).unread)) {
            if not_written(&unread) && !found.contains(&unread) {
                found.push(unread);
            }
        }
        let mut decisive = found.clone();
        decisive.retain(|unread| {
            self.run(resource, inventory, Absent::AllBut(unread), (Nothing, 1)).0 == Some(Status::Unknown)
        });
        // Where no single one would change it, all of them together do.
        if decisive.is_empty() { found } else { decisive }
    }

    fn run<T: Trace>(
        &self,
        resource: &Resource,
        inventory: &Inventory,
        absent: Absent<'_>,
        (mut trace, times): (T, u64),
    ) -> (Option<Status>, T) {
        // A resource that stands for a list that could not be made: whether there is anything to judge is not known.
        if let Data::Unread(unread) = &resource.data {
            trace.unread(&resource.kind, || unread.clone());
            return (Some(Status::Unknown), trace);
        }
        let _metered = meter::begin(times);
        let mut arena = ARENA.take().unwrap_or_default();
        let mut machine = Machine::new(Scope { resource, inventory, absent, arena: &arena }, trace);
        let status = match machine.truth(&self.op) {
            Ok(true) => Some(Status::Pass),
            Ok(false) => Some(Status::Fail),
            Err(Stop::Spent) => None,
            Err(_) => Some(Status::Unknown),
        };
        let trace = machine.into_trace();
        if arena.allocated_bytes() <= KEPT {
            arena.reset();
            ARENA.set(Some(arena));
        }
        (status, trace)
    }
}

thread_local! {
    /// The arena of the last evaluation, empty: most evaluations are done before a new one would be allocated.
    static ARENA: Cell<Option<Bump>> = const { Cell::new(None) };
}

/// How much more it may take to show what a verdict rests on than to give it.
const EXPLAINED: u64 = 8;
/// The largest arena that is kept for the next evaluation, in bytes.
const KEPT: usize = 1 << 16;
