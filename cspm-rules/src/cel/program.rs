//! An expression that was checked and compiled, and what it says of a resource.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use bumpalo::Bump;
use cspm_core::{Data, Inventory, Kind, Reads, Resource, Status};

use super::ast::Node;
use super::check::Checker;
use super::eval::Machine;
use super::op::Op;
use super::trace::{Everything, Nothing, Trace};

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
    /// Where values live that the expression makes.
    pub(crate) arena: &'a Bump,
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

    /// The status alone.
    pub(crate) fn judge(&self, resource: &Resource, inventory: &Inventory) -> Status {
        self.run(resource, inventory, Nothing).0
    }

    /// The status, and what was read for it or was in its way.
    pub(crate) fn explain(&self, resource: &Resource, inventory: &Inventory) -> (Status, Everything) {
        self.run(resource, inventory, Everything::default())
    }

    fn run<T: Trace>(&self, resource: &Resource, inventory: &Inventory, mut trace: T) -> (Status, T) {
        // A resource that stands for a list that could not be made: whether there is anything to judge is not known.
        if let Data::Unread(unread) = &resource.data {
            trace.unread(&resource.kind, || unread.clone());
            return (Status::Unknown, trace);
        }
        let mut arena = ARENA.take().unwrap_or_default();
        let mut machine = Machine::new(Scope { resource, inventory, arena: &arena }, trace);
        let status = match machine.truth(&self.op) {
            Ok(true) => Status::Pass,
            Ok(false) => Status::Fail,
            Err(_) => Status::Unknown,
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

/// The largest arena that is kept for the next evaluation, in bytes.
const KEPT: usize = 1 << 16;
