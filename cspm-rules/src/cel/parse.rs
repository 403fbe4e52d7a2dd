//! Text to [`Node`], by the parser of the `cel` crate.

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, IdedExpr, LiteralValue, SourceInfo, operators};
use cel::common::ast::{Expr as Ast, SelectExpr};

use super::ast::{Binary, Expr, Loop, Node, Over};
use super::program::Fault;
use super::shorthand;

/// Longer expressions are refused: a rule is one readable line.
const MAX_LENGTH: usize = 8 * 1024;
/// Deeper expressions are refused: the parser and everything after it call themselves for each level.
const MAX_DEPTH: usize = 64;
/// How deep brackets and `? :` may be nested, each of which is many levels to the parser.
const MAX_NESTING: u16 = 24;
/// The stack of the parser, in bytes; it is not touched, and so not used, beyond what an expression needs.
const STACK: usize = 16 << 20;
/// The name that the parser's macros give to what they gather.
const RESULT: &str = "@result";

/// An expression that was parsed, or why it could not be.
pub(crate) type Parsed = Result<Node, Fault>;

/// The expression in `source`.
pub(crate) fn parse(source: &str) -> Parsed {
    parse_all(&[source]).pop().unwrap_or_else(|| Err(no_expression()))
}

/// The expressions in `sources`, several at a time.
///
/// The parser calls itself often, and an expression may come from anybody: it runs on threads whose stack is deep enough
/// for [`MAX_DEPTH`] also in debug builds, and a panic of it is an error of the expression.
pub(crate) fn parse_all(sources: &[&str]) -> Vec<Parsed> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(sources.len());
    thread::scope(|scope| {
        let worker = |from: usize| {
            let share = sources.iter().skip(from).step_by(workers);
            let parse = move || share.map(|source| parse_bounded(source)).collect::<Vec<_>>();
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, parse).ok()
        };
        let workers: Vec<_> = (0..workers).map(worker).collect();
        let mut shares: Vec<_> = workers
            .into_iter()
            .map(|worker| worker.and_then(|worker| worker.join().ok()).unwrap_or_default().into_iter())
            .collect();
        let count = shares.len();
        (0..sources.len()).map(|i| shares[i % count].next().unwrap_or_else(|| Err(no_expression()))).collect()
    })
}

fn no_expression() -> Fault {
    Fault::new(0, "this is not an expression")
}

fn parse_bounded(source: &str) -> Parsed {
    if source.len() > MAX_LENGTH {
        return Err(Fault::new(0, format!("the expression is longer than {MAX_LENGTH} bytes")));
    }
    if let Some(at) = too_deep(source) {
        return Err(Fault::new(at, "the expression is nested too deeply").with_help("split the rule"));
    }
    let parser = cel::parser::Parser::new().max_recursion_depth(MAX_NESTING).enable_optional_syntax(true);
    let parsed = catch_unwind(AssertUnwindSafe(|| parser.parse_with_source_info(source)));
    let (expr, info) = parsed.map_err(|_| no_expression())?.map_err(|errors| syntax_fault(source, &errors))?;
    Lower { info }.node(expr, 0)
}

/// Where the expression becomes deeper than [`MAX_DEPTH`], by a bound that is cheap: chains of fields, calls and operators
/// add up until the next `,`, `&&`, `||`, `?` or `:` beside them.
fn too_deep(source: &str) -> Option<u32> {
    let (mut quote, mut levels) = (None, vec![0usize]);
    let mut letters = source.bytes().enumerate();
    while let Some((at, letter)) = letters.next() {
        match (quote, letter) {
            (Some(_), b'\\') => drop(letters.next()),
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(letter),
            (None, b'(' | b'[' | b'{') => {
                *levels.last_mut()? += 1;
                levels.push(0);
            }
            (None, b')' | b']' | b'}') if levels.len() > 1 => drop(levels.pop()),
            (None, b',' | b'&' | b'|' | b'?' | b':') => *levels.last_mut()? = 0,
            (None, b'.' | b'+' | b'-' | b'*' | b'/' | b'%' | b'<' | b'>' | b'=' | b'!') => *levels.last_mut()? += 1,
            _ => {}
        }
        if levels.len() > MAX_DEPTH || levels.iter().sum::<usize>() > MAX_DEPTH {
            return u32::try_from(at).ok();
        }
    }
    None
}

fn syntax_fault(source: &str, errors: &cel::ParseErrors) -> Fault {
    let Some(first) = errors.errors.first() else { return no_expression() };
    let (line, column) = (usize::try_from(first.pos.0).unwrap_or(1), usize::try_from(first.pos.1).unwrap_or(1));
    let before: usize = source.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (before + column.saturating_sub(1)).min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    let message = first.msg.strip_prefix("Syntax error: ").unwrap_or(&first.msg);
    // What else could stand here is the grammar's whole list, and helps nobody.
    let message = message.split(" expecting ").next().unwrap_or(message);
    Fault::new(at as u32, format!("syntax error: {message}"))
}

struct Lower {
    info: SourceInfo,
}

impl Lower {
    fn node(&self, parsed: IdedExpr, depth: usize) -> Result<Node, Fault> {
        let at = self.info.offset_for(parsed.id).map_or(0, |(start, _)| start);
        if depth > MAX_DEPTH {
            return Err(Fault::new(at, "the expression is nested too deeply").with_help("split the rule"));
        }
        let below = |parsed: IdedExpr| self.node(parsed, depth + 1);
        let mut at = at;
        let expr = match parsed.expr {
            Ast::Literal(literal) => self.literal(literal, at)?,
            Ast::Ident(name) => Expr::Name(name),
            Ast::Select(SelectExpr { operand, field, test }) => {
                let operand = Box::new(below(*operand)?);
                // The parser gives the place of the dot; a reader looks for the name.
                at += u32::from(!test);
                if test { Expr::Has(operand, field) } else { Expr::Select(operand, field) }
            }
            Ast::List(list) => Expr::List(list.elements.into_iter().map(below).collect::<Result<_, _>>()?),
            Ast::Map(map) => {
                let entries = map.entries.into_iter().map(|entry| match entry.expr {
                    EntryExpr::MapEntry(entry) => Ok((below(entry.key)?, below(entry.value)?)),
                    EntryExpr::StructField(_) => Err(Fault::new(at, "messages are not supported")),
                });
                Expr::Map(entries.collect::<Result<_, _>>()?)
            }
            Ast::Call(call) => self.call(call, at, depth)?,
            Ast::Comprehension(comprehension) => self.comprehension(*comprehension, at, depth)?,
            Ast::Struct(_) | Ast::Unspecified => return Err(Fault::new(at, "messages are not supported")),
        };
        Ok(Node { at, expr })
    }

    fn literal(&self, literal: LiteralValue, at: u32) -> Result<Expr, Fault> {
        Ok(match literal {
            LiteralValue::Null => Expr::Null,
            LiteralValue::Boolean(b) => Expr::Bool(b.into_inner()),
            LiteralValue::Int(n) => Expr::Int(n.into_inner()),
            LiteralValue::Double(n) => Expr::Double(n.into_inner()),
            LiteralValue::String(text) => Expr::Text(text.into_inner()),
            LiteralValue::UInt(_) => {
                return Err(Fault::new(at, "unsigned numbers are not supported").with_help("leave out the `u`"));
            }
            LiteralValue::Bytes(_) => return Err(Fault::new(at, "bytes are not supported")),
        })
    }

    fn call(&self, call: CallExpr, at: u32, depth: usize) -> Result<Expr, Fault> {
        let CallExpr { func_name, target, args } = call;
        let target = target.map(|target| self.node(*target, depth + 1).map(Box::new)).transpose()?;
        let mut nodes = Vec::with_capacity(args.len());
        for arg in args {
            nodes.push(self.node(arg, depth + 1)?);
        }
        let binary = match func_name.as_str() {
            operators::EQUALS => Some(Binary::Equal),
            operators::NOT_EQUALS => Some(Binary::NotEqual),
            operators::LESS => Some(Binary::Less),
            operators::LESS_EQUALS => Some(Binary::LessOrEqual),
            operators::GREATER => Some(Binary::Greater),
            operators::GREATER_EQUALS => Some(Binary::GreaterOrEqual),
            operators::IN => Some(Binary::In),
            operators::ADD => Some(Binary::Add),
            operators::SUBSTRACT => Some(Binary::Subtract),
            operators::MULTIPLY => Some(Binary::Multiply),
            operators::DIVIDE => Some(Binary::Divide),
            operators::MODULO => Some(Binary::Remainder),
            _ => None,
        };
        let wrong = |_| Fault::new(at, format!("`{func_name}` has the wrong number of operands"));
        let one = |nodes: Vec<Node>| <[Node; 1]>::try_from(nodes).map(|[node]| Box::new(node)).map_err(wrong);
        let two = |nodes: Vec<Node>| <[Node; 2]>::try_from(nodes).map(Box::new).map_err(wrong);
        Ok(match (func_name.as_str(), binary) {
            (_, Some(binary)) => Expr::Binary(binary, two(nodes)?),
            (operators::LOGICAL_NOT, _) => Expr::Not(one(nodes)?),
            (operators::NEGATE, _) => Expr::Negate(one(nodes)?),
            (operators::INDEX, _) => {
                let [operand, index] = *two(nodes)?;
                Expr::Index(Box::new(operand), Box::new(index))
            }
            (operators::CONDITIONAL, _) => Expr::If(<[Node; 3]>::try_from(nodes).map(Box::new).map_err(wrong)?),
            // The parser balances chains of these; flat they are cheaper, and read in the order they are written.
            (operators::LOGICAL_AND, _) => Expr::And(flat(nodes, |expr| match expr {
                Expr::And(nodes) => Ok(nodes),
                other => Err(other),
            })),
            (operators::LOGICAL_OR, _) => Expr::Or(flat(nodes, |expr| match expr {
                Expr::Or(nodes) => Ok(nodes),
                other => Err(other),
            })),
            (operators::OPT_SELECT | operators::OPT_INDEX, _) => {
                let [operand, field] = *two(nodes)?;
                match field.expr {
                    Expr::Text(field) => Expr::Maybe(Box::new(operand), field),
                    _ => {
                        return Err(
                            Fault::new(field.at, "what need not be there must be named").with_help("[?\"name\"]")
                        );
                    }
                }
            }
            _ => match shorthand::expand(&func_name, target.is_some(), &nodes, at) {
                Some(expr) => expr,
                None => Expr::Call { name: func_name, target, args: nodes },
            },
        })
    }

    fn comprehension(&self, parsed: ComprehensionExpr, at: u32, depth: usize) -> Result<Expr, Fault> {
        let unknown = || Fault::new(at, "this macro is not supported");
        if parsed.accu_var != RESULT || parsed.iter_var2.is_some() {
            return Err(unknown());
        }
        let Ast::Call(CallExpr { func_name, args, .. }) = parsed.loop_step.expr else { return Err(unknown()) };
        let counts = matches!(parsed.accu_init.expr, Ast::Literal(LiteralValue::Int(_)));
        let mut args = args.into_iter();
        let (first, second) = (args.next().ok_or_else(unknown)?, args.next().ok_or_else(unknown)?);
        let (over, only, body) = match func_name.as_str() {
            operators::LOGICAL_AND => (Over::All, None, second),
            operators::LOGICAL_OR => (Over::Exists, None, second),
            operators::CONDITIONAL if counts => (Over::ExistsOne, None, first),
            operators::ADD => (Over::Map, None, gathered(second).ok_or_else(unknown)?),
            operators::CONDITIONAL => {
                let Ast::Call(step) = second.expr else { return Err(unknown()) };
                let body = step.args.into_iter().nth(1).and_then(gathered).ok_or_else(unknown)?;
                match &body.expr {
                    Ast::Ident(name) if *name == parsed.iter_var => (Over::Filter, None, first),
                    _ => (Over::Map, Some(first), body),
                }
            }
            _ => return Err(unknown()),
        };
        Ok(Expr::Loop(Box::new(Loop {
            over,
            range: self.node(parsed.iter_range, depth + 1)?,
            name: parsed.iter_var,
            only: only.map(|only| self.node(only, depth + 1)).transpose()?,
            body: self.node(body, depth + 1)?,
        })))
    }
}

/// The element of a list of one.
fn gathered(parsed: IdedExpr) -> Option<IdedExpr> {
    match parsed.expr {
        Ast::List(list) => list.elements.into_iter().next(),
        _ => None,
    }
}

fn flat(nodes: Vec<Node>, split: impl Fn(Expr) -> Result<Vec<Node>, Expr>) -> Vec<Node> {
    let mut all = Vec::with_capacity(nodes.len());
    for Node { at, expr } in nodes {
        match split(expr) {
            Ok(nodes) => all.extend(nodes),
            Err(expr) => all.push(Node { at, expr }),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expr(source: &str) -> Expr {
        parse(source).unwrap_or_else(|fault| panic!("{source}: {}", fault.message)).expr
    }

    fn over(source: &str) -> (Over, bool) {
        match expr(source) {
            Expr::Loop(l) => (l.over, l.only.is_some()),
            other => panic!("{source}: {other:?}"),
        }
    }

    #[test]
    fn macros_are_recognised() {
        assert_eq!(over("x.all(a, a > 1)"), (Over::All, false));
        assert_eq!(over("x.exists(a, a > 1)"), (Over::Exists, false));
        assert_eq!(over("x.exists_one(a, a > 1)"), (Over::ExistsOne, false));
        assert_eq!(over("x.map(a, a + 1)"), (Over::Map, false));
        assert_eq!(over("x.map(a, a > 1, a + 1)"), (Over::Map, true));
        assert_eq!(over("x.filter(a, a > 1)"), (Over::Filter, false));
        assert_eq!(over("x.filter(a, a ? true : false)"), (Over::Filter, false));
        assert!(matches!(expr("has(a.b)"), Expr::Has(..)));
    }

    #[test]
    fn chains_are_flat_and_in_order() {
        let Expr::And(nodes) = expr("a && b && (c && d) && (e || f)") else { panic!("not a conjunction") };
        let names: Vec<_> = nodes.iter().map(|node| node.at).collect();
        assert_eq!(nodes.len(), 5);
        assert!(names.is_sorted());
    }

    #[test]
    fn places_are_bytes_of_the_text() {
        let Expr::Binary(_, operands) = expr("'é' == abc") else { panic!("not a comparison") };
        assert_eq!((operands[0].at, operands[1].at), (0, 8));
        let fault = parse("a &&\n  b c").unwrap_err();
        assert_eq!(fault.at, 9, "{}", fault.message);
    }

    #[test]
    fn what_is_not_an_expression_is_an_error() {
        for source in
            ["", " ", "a &&", "a.", ")", "a[", "'x", "1u", "b'x'", "X{}", "a[?b]", "\u{0}", "has(1)", "x.all(1, 2)"]
        {
            assert!(parse(source).is_err(), "{source:?}");
        }
        assert!(parse(&"(".repeat(300)).is_err());
        assert!(parse(&"!a ? b : ".repeat(200)).is_err());
        assert!(parse(&format!("a{}", ".b".repeat(400))).is_err());
        assert!(parse(&format!("1{}", " + 1".repeat(400))).is_err());
        assert!(parse(&format!("{}a{}", "f(".repeat(50), ")".repeat(50))).is_err());
        assert!(parse(&format!("a{}", ".b".repeat(60))).is_ok());
        assert!(parse(&vec!["a.b == 'c.d(('"; 100].join(" && ")).is_ok());
        assert!(parse(&"a".repeat(20_000)).is_err());
    }
}
