//! Evaluation. `&&`, `||`, `exists` and `all` absorb what was not read, as CEL absorbs errors: `unread && false` is false.

use std::sync::Arc;

use bumpalo::collections::Vec as ArenaVec;
use cspm_core::{Data, Inventory, Reason, Unread};

use super::ast::{Binary, Over};
use super::functions::Problem;
use super::op::{Call, Lookup, Loop, MAX_ARGS, MAX_LOCALS, Op};
use super::ops;
use super::program::Scope;
use super::trace::Trace;
use super::value::{Item, Stop, Val};
use crate::analysis::unread_by_name;
use crate::meter;

/// One evaluation of one expression.
pub(crate) struct Machine<'a, T> {
    pub(super) scope: Scope<'a>,
    pub(super) locals: [Val<'a>; MAX_LOCALS],
    pub(super) trace: T,
}

impl<'a, T: Trace> Machine<'a, T> {
    pub(crate) fn new(scope: Scope<'a>, trace: T) -> Self {
        Self { scope, locals: [Val::Null; MAX_LOCALS], trace }
    }

    pub(crate) fn into_trace(self) -> T {
        self.trace
    }

    pub(super) fn fail<V>(&mut self, message: impl FnOnce() -> String) -> Result<V, Stop> {
        self.trace.error(message);
        Err(Stop::Error)
    }

    /// Takes so many steps, if the verdict has them left.
    #[inline]
    fn pay(&mut self, steps: u64) -> Result<(), Stop> {
        if meter::step(steps) { Ok(()) } else { self.spent() }
    }

    /// Takes memory for so many values, if the verdict has it left.
    fn allocate(&mut self, values: usize) -> Result<(), Stop> {
        if meter::allocate(values.saturating_mul(size_of::<Val<'_>>())) { Ok(()) } else { self.spent() }
    }

    #[cold]
    fn spent<V>(&mut self) -> Result<V, Stop> {
        self.trace.error(meter::message);
        Err(Stop::Spent)
    }

    /// The answer of a condition.
    pub(crate) fn truth(&mut self, op: &'a Op) -> Result<bool, Stop> {
        let mark = self.trace.mark();
        let answer = self.decide(op);
        if answer.is_ok() {
            self.trace.settle(mark);
        }
        answer
    }

    fn decide(&mut self, op: &'a Op) -> Result<bool, Stop> {
        match op {
            Op::Const(Data::Bool(b)) => Ok(*b),
            Op::Not(op) => self.truth(op).map(|b| !b),
            Op::And(ops) => self.unless(ops, false),
            Op::Or(ops) => self.unless(ops, true),
            Op::Has(select) => self.has(select),
            Op::Equal(operands) => self.equal(operands),
            Op::NotEqual(operands) => self.equal(operands).map(|b| !b),
            Op::Compare(operator, operands) => {
                let (a, b) = self.both(operands)?;
                match ops::compare(*operator, a, b) {
                    Some(answer) => Ok(answer),
                    None => self.fail(|| no_operator(operator.sign(), a, b)),
                }
            }
            Op::In(operands) => self.is_in(operands),
            Op::Matches(operands) => match self.eval(&operands.0)? {
                Val::Str(text) => operands.1.is_match(text).map_or_else(|| self.spent(), Ok),
                other => self.fail(|| format!("{} has no matches()", described(&operands.0, other))),
            },
            Op::Loop(l) if matches!(l.over, Over::All | Over::Exists | Over::ExistsOne) => self.quantify(l),
            op => match self.eval(op)? {
                Val::Bool(b) => Ok(b),
                other => self.fail(|| format!("{} is no condition", described(op, other))),
            },
        }
    }

    /// `decisive` if one of the conditions is; else the opposite, if all of them have an answer.
    fn unless(&mut self, ops: &'a [Op], decisive: bool) -> Result<bool, Stop> {
        let mut stop = None;
        let before = self.trace.reached();
        for op in ops {
            let start = self.trace.reached();
            match self.truth(op) {
                Ok(answer) if answer == decisive => {
                    self.trace.forget(&before, &start);
                    return Ok(decisive);
                }
                Ok(_) => {}
                Err(Stop::Spent) => return Err(Stop::Spent),
                Err(why) => stop = stop.or(Some(why)),
            }
        }
        stop.map_or(Ok(!decisive), Err)
    }

    fn quantify(&mut self, l: &'a Loop) -> Result<bool, Stop> {
        let before = self.trace.reached();
        let range = self.eval(&l.range)?;
        let Some(items) = range.items() else {
            return self.fail(|| format!("{} is no list", described(&l.range, range)));
        };
        let mut stop = None;
        let mut found = 0;
        let mut decided = 0;
        let first = self.trace.reached();
        for (number, item) in items.enumerate() {
            let mut start = self.trace.reached();
            let answer = self.bind(l, item, (range, number)).and_then(|()| self.truth(&l.body));
            let decides = matches!((l.over, &answer), (Over::All, Ok(false)) | (Over::Exists, Ok(true)));
            if decides {
                if decided == 0 {
                    self.trace.forget(&first, &start);
                    start = first;
                }
                decided += 1;
                self.trace.decide(&start, l.slot, self.locals[usize::from(l.slot)]);
                if decided == T::DECISIVE {
                    break;
                }
            } else if decided > 0 {
                let end = self.trace.reached();
                self.trace.forget(&start, &end);
            }
            self.trace.leave(&start);
            match (l.over, answer) {
                (Over::ExistsOne, Ok(true)) => found += 1,
                (_, Err(Stop::Spent)) => return Err(Stop::Spent),
                (Over::ExistsOne, Err(Stop::Error)) => return Err(Stop::Error),
                (_, Ok(_)) => {}
                (_, Err(why)) => stop = stop.or(Some(why)),
            }
        }
        self.trace.ranged(&before, &first, decided > 0);
        if decided > 0 {
            return Ok(l.over == Over::Exists);
        }
        match (l.over, stop) {
            (Over::ExistsOne, _) if found > 1 => Ok(false),
            (_, Some(why)) => Err(why),
            (over, None) => Ok(over == Over::All || found == 1),
        }
    }

    /// Makes an item the value of the variable.
    fn bind(&mut self, l: &'a Loop, item: Item<'a>, (list, number): (Val<'a>, usize)) -> Result<(), Stop> {
        self.pay(u64::from(l.weight) + 3)?;
        match item {
            Ok(value) => {
                self.trace.bind(l.slot, list, number, value);
                self.locals[usize::from(l.slot)] = self.coerce(value, l.coerce)?;
                Ok(())
            }
            Err(why) => {
                if let Some(unread) = why {
                    self.trace.unread(l.range.name(), || unread.clone());
                }
                Err(Stop::Unread)
            }
        }
    }

    /// Both operands, so that a verdict names both where neither was read.
    fn both(&mut self, operands: &'a (Op, Op)) -> Result<(Val<'a>, Val<'a>), Stop> {
        let (a, b) = (self.eval(&operands.0), self.eval(&operands.1));
        Ok((a?, b?))
    }

    fn equal(&mut self, operands: &'a (Op, Op)) -> Result<bool, Stop> {
        let (a, b) = self.both(operands)?;
        let answer = ops::equal(a, b);
        if answer == Err(Stop::Spent) {
            return self.spent();
        }
        if answer.is_err() {
            self.unread_inside(operands.0.name(), a);
            self.unread_inside(operands.1.name(), b);
        }
        answer
    }

    fn is_in(&mut self, operands: &'a (Op, Op)) -> Result<bool, Stop> {
        let (value, list) = self.both(operands)?;
        if !matches!(list, Val::Data(Data::List(_)) | Val::List(_)) {
            return match list.items() {
                Some(_) => Ok(ops::entry(list, value).is_some()),
                None => self.fail(|| format!("{} is no list", described(&operands.1, list))),
            };
        }
        let mut unread = false;
        for item in list.items().into_iter().flatten() {
            self.pay(1)?;
            match item.map_err(|_| Stop::Unread).and_then(|item| ops::equal(value, item)) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(Stop::Spent) => return self.spent(),
                Err(_) => unread = true,
            }
        }
        if unread {
            self.unread_inside(operands.0.name(), value);
            self.unread_inside(operands.1.name(), list);
            return Err(Stop::Unread);
        }
        Ok(false)
    }

    /// Tells of everything in a value that was not read.
    fn unread_inside(&mut self, name: &str, value: Val<'a>) {
        match value {
            Val::Data(data) => data.for_each_unread(&mut |_, unread| self.trace.unread(name, || unread.clone())),
            Val::List(items) => {
                items.iter().take_while(|_| meter::step(1)).for_each(|item| self.unread_inside(name, *item));
            }
            Val::Map(entries) => entries.iter().for_each(|(_, value)| self.unread_inside(name, *value)),
            _ => {}
        }
    }

    /// The value of an expression.
    pub(super) fn eval(&mut self, op: &'a Op) -> Result<Val<'a>, Stop> {
        match op {
            Op::Const(data) => Val::of(data).map_err(|_| Stop::Unread),
            Op::Time(time) => Ok(Val::Time(*time)),
            Op::Span(span) => Ok(Val::Span(*span)),
            Op::Now => Ok(Val::Time(self.scope.resource.collected_at)),
            Op::Local(slot, _) => {
                let value = self.locals[usize::from(*slot)];
                self.trace.read_local(*slot, &[], value);
                Ok(value)
            }
            Op::Select(select) => self.select(select),
            Op::OrValue(or_value) => self.or_value(or_value),
            Op::Index(operands) => self.index(operands),
            Op::Coerce(op, coerce) => {
                let value = self.eval(op)?;
                self.coerce(value, *coerce)
            }
            Op::If(branches) => {
                let [condition, then, otherwise] = &**branches;
                if self.truth(condition)? { self.eval(then) } else { self.eval(otherwise) }
            }
            Op::Negate(op) => match self.eval(op)? {
                Val::Int(n) if n != i64::MIN => Ok(Val::Int(-n)),
                Val::Double(n) => Ok(Val::Double(-n)),
                other => self.fail(|| format!("{} has no negative", described(op, other))),
            },
            Op::Arithmetic(operator, operands) => self.arithmetic(*operator, operands),
            Op::List(ops) => {
                self.allocate(ops.len())?;
                let mut items = ArenaVec::with_capacity_in(ops.len(), self.scope.arena);
                for op in ops {
                    items.push(self.eval(op)?);
                }
                Ok(Val::List(items.into_bump_slice()))
            }
            Op::Map(ops) => {
                self.allocate(2 * ops.len())?;
                let mut entries = ArenaVec::with_capacity_in(ops.len(), self.scope.arena);
                for (key, value) in ops {
                    entries.push((self.eval(key)?, self.eval(value)?));
                }
                Ok(Val::Map(entries.into_bump_slice()))
            }
            Op::Loop(l) if matches!(l.over, Over::Filter | Over::Map) => self.gather(l),
            Op::Call(call) => self.call(call),
            Op::Lookup(lookup) => self.lookup(lookup),
            condition => self.truth(condition).map(Val::Bool),
        }
    }

    fn index(&mut self, operands: &'a (Op, Op)) -> Result<Val<'a>, Stop> {
        let before = self.trace.reached();
        let (whole, index) = self.both(operands)?;
        let value = self.indexed(operands, whole, index)?;
        self.trace.read_item(&before, whole, index, value);
        Ok(value)
    }

    fn indexed(&mut self, operands: &'a (Op, Op), whole: Val<'a>, index: Val<'a>) -> Result<Val<'a>, Stop> {
        let (Val::Data(Data::List(_)) | Val::List(_), Val::Int(n)) = (whole, index) else {
            return match ops::entry(whole, index) {
                Some(found) => found.inspect_err(|_| self.unread_inside(operands.0.name(), whole)),
                None => self.fail(|| format!("{} has no [{}]", described(&operands.0, whole), index.to_text())),
            };
        };
        // An item that was not read may stand for any number of items: nothing behind it has a known place.
        for (at, item) in (0i64..).zip(whole.items().into_iter().flatten()) {
            self.pay(1)?;
            match item {
                Ok(value) if at == n => return Ok(value),
                Ok(_) => {}
                Err(_) => {
                    self.unread_inside(operands.0.name(), whole);
                    return Err(Stop::Unread);
                }
            }
        }
        // A resource that something refers to exists: where it is not in the inventory, it was not read.
        if let Op::Lookup(lookup) = &operands.0 {
            self.trace.unread(&lookup.kind, || {
                let detail = format!("the {} that is referred to is not in the inventory", lookup.kind);
                Arc::new(Unread::new(Reason::NotGiven, lookup.call.clone()).with_detail(detail))
            });
            return Err(Stop::Unread);
        }
        self.fail(|| format!("{} has no [{n}]", described(&operands.0, whole)))
    }

    /// `filter` and `map`. An item that was not read stays one, so that `in` and `exists` can still be decided.
    fn gather(&mut self, l: &'a Loop) -> Result<Val<'a>, Stop> {
        let range = self.eval(&l.range)?;
        let Some(items) = range.items() else {
            return self.fail(|| format!("{} is no list", described(&l.range, range)));
        };
        let mut gathered = ArenaVec::new_in(self.scope.arena);
        for (number, item) in items.enumerate() {
            let value = self.bind(l, item, (range, number)).and_then(|()| self.gathered(l));
            // What is gathered moves to a larger place now and then.
            self.allocate(2)?;
            match value {
                Ok(Some(value)) => gathered.push(value),
                Ok(None) => {}
                Err(Stop::Unread) => gathered.push(Val::Unread),
                Err(why @ (Stop::Error | Stop::Spent)) => return Err(why),
            }
        }
        Ok(Val::List(gathered.into_bump_slice()))
    }

    fn gathered(&mut self, l: &'a Loop) -> Result<Option<Val<'a>>, Stop> {
        match (&l.only, l.over) {
            (_, Over::Filter) => Ok(self.truth(&l.body)?.then_some(self.locals[usize::from(l.slot)])),
            (Some(only), _) if !self.truth(only)? => Ok(None),
            _ => self.eval(&l.body).map(Some),
        }
    }

    fn arithmetic(&mut self, operator: Binary, operands: &'a (Op, Op)) -> Result<Val<'a>, Stop> {
        let (a, b) = match (operator, self.eval(&operands.0), self.eval(&operands.1)) {
            // A list of which a part was not read: what is in the other part can decide an answer.
            (Binary::Add, Err(Stop::Unread), Ok(list @ (Val::Data(Data::List(_)) | Val::List(_)))) => (UNREAD, list),
            (Binary::Add, Ok(list @ (Val::Data(Data::List(_)) | Val::List(_))), Err(Stop::Unread)) => (list, UNREAD),
            (_, Err(Stop::Spent), _) | (_, _, Err(Stop::Spent)) => return Err(Stop::Spent),
            (_, a, b) => (a?, b?),
        };
        let result = match (operator, a, b) {
            (Binary::Add, Val::Str(a), Val::Str(b)) => {
                self.allocate((a.len() + b.len()) / size_of::<Val<'_>>() + 1)?;
                let mut joined = bumpalo::collections::String::with_capacity_in(a.len() + b.len(), self.scope.arena);
                joined.push_str(a);
                joined.push_str(b);
                Some(Val::Str(joined.into_bump_str()))
            }
            (Binary::Add, Val::Data(Data::List(_)) | Val::List(_), Val::Data(Data::List(_)) | Val::List(_)) => {
                let length = |list: Val<'_>| list.items().map_or(0, |items| items.size_hint().0);
                self.allocate(length(a) + length(b))?;
                let items = a.items().into_iter().chain(b.items()).flatten();
                let items = items.map(|item| item.unwrap_or(Val::Unread));
                Some(Val::List(ArenaVec::from_iter_in(items, self.scope.arena).into_bump_slice()))
            }
            _ => ops::arithmetic(operator, a, b),
        };
        match result {
            Some(value) => Ok(value),
            None => self.fail(|| no_operator(operator.sign(), a, b)),
        }
    }

    fn call(&mut self, call: &'a Call) -> Result<Val<'a>, Stop> {
        let mut args = [Val::Null; MAX_ARGS];
        let mut stop = None;
        for (arg, op) in args.iter_mut().zip(&call.args) {
            match self.eval(op) {
                Ok(value) => *arg = value,
                Err(Stop::Spent) => return Err(Stop::Spent),
                Err(why) => stop = stop.or(Some(why)),
            }
        }
        if let Some(why) = stop {
            return Err(why);
        }
        let args = &args[..call.args.len()];
        for ((param, arg), op) in call.function.params.iter().zip(args).zip(&call.args) {
            if !param.holds(*arg) {
                let function = call.function.signature();
                return self.fail(|| format!("{function} was given {}", described(op, *arg)));
            }
        }
        self.pay(args.iter().map(|arg| shallow_size(*arg)).sum())?;
        for field in call.function.shows {
            self.trace.read_by_function(field, &self.scope.resource.data);
        }
        match (call.function.run)(&self.scope, args) {
            // What was found out before is worth nothing.
            _ if meter::is_spent() => self.spent(),
            Ok(value) => Ok(value),
            Err(Problem::Unread(why)) => {
                // An item of a list that stands for what was told before says nothing of its own.
                let told = |unread: &Unread| self.trace.mark() > 0 && *unread == Unread::skipped();
                if let Some(unread) = why.filter(|unread| !told(unread)) {
                    self.trace.unread(call.unread_name(), || unread);
                }
                Err(Stop::Unread)
            }
            Err(Problem::Error(message)) => self.fail(|| format!("{}: {message}", call.function.name)),
        }
    }

    fn lookup(&mut self, lookup: &'a Lookup) -> Result<Val<'a>, Stop> {
        let Scope { inventory, resource, arena, .. } = self.scope;
        let matches = match &lookup.by {
            None if lookup.everywhere => inventory.all(&lookup.kind, resource),
            None => inventory.near(&lookup.kind, resource),
            Some((field, op)) => {
                let find = if lookup.everywhere { Inventory::find_all } else { Inventory::find };
                match self.eval(op)? {
                    Val::Data(data) => find(inventory, &lookup.kind, field, data, resource),
                    value => find(inventory, &lookup.kind, field, &value.to_data(), resource),
                }
            }
        };
        let items = matches.iter();
        self.allocate(items.size_hint().0)?;
        let mut found = ArenaVec::from_iter_in(items.map(Val::Resource), arena);
        let unread = match (lookup.named, lookup.everywhere) {
            (false, _) => self.scope.view().unread(&matches),
            (true, false) => unread_by_name(&matches),
            (true, true) => matches.unread.as_ref(),
        };
        if let Some(unread) = unread {
            self.trace.unread(&lookup.kind, || unread.clone());
            found.push(Val::Unread);
        }
        Ok(Val::List(found.into_bump_slice()))
    }
}

/// A list of which nothing was read.
const UNREAD: Val<'static> = Val::List(&[Val::Unread]);

/// How much there is to look at for a function, but for what is in the items of a list.
fn shallow_size(value: Val<'_>) -> u64 {
    match value {
        Val::Str(text) => 1 + text.len() as u64 / 8,
        value => value.items().map_or(1, |items| 1 + items.size_hint().0 as u64),
    }
}

fn no_operator(sign: &str, a: Val<'_>, b: Val<'_>) -> String {
    format!("`{sign}` has no result for {} and {}", a.type_name(), b.type_name())
}

/// What a value is and where it came from, for messages.
pub(super) fn described(op: &Op, value: Val<'_>) -> String {
    match op.name() {
        "" => format!("this {}", value.type_name()),
        name => format!("`{name}`, which is {},", value.type_name()),
    }
}
