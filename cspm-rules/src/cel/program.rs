//! An expression that was checked and compiled, and what it says of a resource.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use bumpalo::Bump;
use cspm_core::{Data, Inventory, Kind, Reads, Reason, Resource, Status, UnreadField};

use super::ast::Node;
use super::check::Checker;
use super::eval::Machine;
use super::op::Op;
use super::trace::{Everything, Nothing, Trace};
use super::value::Stop;
use crate::analysis::View;
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
    /// Whether files are judged by what is written in them; see [`View`].
    pub(crate) as_written: bool,
    /// Where values live that the expression makes.
    pub(crate) arena: &'a Bump,
}

impl<'a> Scope<'a> {
    /// The inventory as analyses ask it.
    pub(crate) fn view(&self) -> View<'a> {
        if self.as_written { View::as_written(self.inventory) } else { View::strict(self.inventory) }
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
        self.run(resource, inventory, true, (Nothing, 1)).0
    }

    /// The status alone.
    #[cfg(test)]
    pub(crate) fn judge(&self, resource: &Resource, inventory: &Inventory) -> Status {
        self.decide(resource, inventory).unwrap_or(Status::Unknown)
    }

    /// The status, and what was read for it or was in its way.
    pub(crate) fn explain(&self, resource: &Resource, inventory: &Inventory) -> (Status, Everything) {
        if let (Some(status), trace) = self.run(resource, inventory, true, (Everything::default(), 1)) {
            return (status, trace);
        }
        match self.decide(resource, inventory) {
            Some(status) => (status, self.run(resource, inventory, true, (Everything::default(), EXPLAINED)).1),
            None => {
                let mut trace = Everything::default();
                trace.error(meter::message);
                (Status::Unknown, trace)
            }
        }
    }

    /// What the status rests on that is not written in the files that were judged: what would be in the way of a verdict if
    /// they were not taken for all that there is.
    pub(crate) fn assumed(&self, resource: &Resource, inventory: &Inventory) -> Vec<UnreadField> {
        if !inventory.is_as_written() {
            return Vec::new();
        }
        let (status, trace) = self.run(resource, inventory, false, (Everything::default(), 1));
        let problems = if status == Some(Status::Unknown) { trace.finish().1 } else { Vec::new() };
        problems.into_iter().filter(|problem| problem.unread.reason == Reason::NotWritten).collect()
    }

    fn run<T: Trace>(
        &self,
        resource: &Resource,
        inventory: &Inventory,
        as_written: bool,
        (mut trace, times): (T, u64),
    ) -> (Option<Status>, T) {
        // A resource that stands for a list that could not be made: whether there is anything to judge is not known.
        if let Data::Unread(unread) = &resource.data {
            trace.unread(&resource.kind, || unread.clone());
            return (Some(Status::Unknown), trace);
        }
        let _metered = meter::begin(times);
        let mut arena = ARENA.take().unwrap_or_default();
        let mut machine = Machine::new(Scope { resource, inventory, as_written, arena: &arena }, trace);
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
