//! A rule as the engine sees it.

use std::sync::Arc;

use cspm_core::{Inventory, Kind, Reads, Resource, Rule, RuleMeta, Status, Verdict};

use crate::cel::{Fault, Kinds, Message, Parsed, Program};

/// A rule whose judgement is a CEL expression.
#[derive(Debug)]
pub(crate) struct CelRule {
    meta: Arc<RuleMeta>,
    reads: Reads,
    program: Program,
    message: Message,
}

/// Which part of a rule is at fault.
#[derive(Debug)]
pub(crate) enum RuleFault {
    Expression(Fault),
    Message(Fault),
}

impl CelRule {
    /// Checks and compiles the expression of `meta`, which was parsed before, and its message.
    pub(crate) fn compile(meta: RuleMeta, parsed: Parsed, kind: &Kind, kinds: &Kinds) -> Result<Self, RuleFault> {
        let mut reads = Reads::default();
        let program = Program::compile(parsed, kind, kinds, &mut reads).map_err(RuleFault::Expression)?;
        let message = Message::compile(&meta.message, kind, kinds, &mut reads).map_err(RuleFault::Message)?;
        Ok(Self { meta: Arc::new(meta), reads, program, message })
    }
}

impl Rule for CelRule {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.meta
    }

    fn reads(&self) -> &Reads {
        &self.reads
    }

    fn evaluate(&self, resource: &Resource, inventory: &Inventory) -> Verdict {
        let (status, trace) = self.program.explain(resource, inventory);
        let (evidence, problems) = trace.finish();
        let unread = if status == Status::Unknown { problems } else { Vec::new() };
        let message = (status == Status::Fail).then(|| self.message.render(resource, inventory));
        Verdict { status, evidence, unread, message }
    }

    fn judge(&self, resource: &Resource, inventory: &Inventory) -> Status {
        self.program.judge(resource, inventory)
    }

    fn repeatable(&self) -> bool {
        true
    }
}
