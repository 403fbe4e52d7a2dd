//! An expression as it is written, with the macros of CEL as nodes of their own.

/// A part of an expression and where it is: byte offsets into the expression's text.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: u32,
    pub(crate) expr: Expr,
}

#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
    Name(String),
    Select(Box<Node>, String),
    /// `operand.?field`, a part of what `.orValue()` is called on.
    Maybe(Box<Node>, String),
    Has(Box<Node>, String),
    Index(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    If(Box<[Node; 3]>),
    Binary(Binary, Box<[Node; 2]>),
    /// A function or, with a target, a method.
    Call {
        name: String,
        target: Option<Box<Node>>,
        args: Vec<Node>,
    },
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Loop(Box<Loop>),
}

impl Node {
    /// The same with every part, from the inside out, changed by `f`.
    pub(crate) fn map(self, f: &dyn Fn(Node) -> Node) -> Node {
        let boxed = |node: Box<Node>| Box::new(node.map(f));
        let each = |nodes: Vec<Node>| nodes.into_iter().map(|node| node.map(f)).collect();
        let expr = match self.expr {
            Expr::Select(operand, field) => Expr::Select(boxed(operand), field),
            Expr::Maybe(operand, field) => Expr::Maybe(boxed(operand), field),
            Expr::Has(operand, field) => Expr::Has(boxed(operand), field),
            Expr::Index(operand, index) => Expr::Index(boxed(operand), boxed(index)),
            Expr::Not(operand) => Expr::Not(boxed(operand)),
            Expr::Negate(operand) => Expr::Negate(boxed(operand)),
            Expr::And(nodes) => Expr::And(each(nodes)),
            Expr::Or(nodes) => Expr::Or(each(nodes)),
            Expr::If(nodes) => Expr::If(Box::new(nodes.map(|node| node.map(f)))),
            Expr::Binary(operator, nodes) => Expr::Binary(operator, Box::new(nodes.map(|node| node.map(f)))),
            Expr::Call { name, target, args } => Expr::Call { name, target: target.map(boxed), args: each(args) },
            Expr::List(nodes) => Expr::List(each(nodes)),
            Expr::Map(entries) => Expr::Map(entries.into_iter().map(|(k, v)| (k.map(f), v.map(f))).collect()),
            Expr::Loop(l) => Expr::Loop(Box::new(Loop {
                range: l.range.map(f),
                only: l.only.map(|only| only.map(f)),
                body: l.body.map(f),
                ..*l
            })),
            leaf @ (Expr::Null | Expr::Bool(_) | Expr::Int(_) | Expr::Double(_) | Expr::Text(_) | Expr::Name(_)) => {
                leaf
            }
        };
        f(Node { at: self.at, expr })
    }
}

/// `range.all(name, body)` and its like.
#[derive(Clone, Debug)]
pub(crate) struct Loop {
    pub(crate) over: Over,
    pub(crate) range: Node,
    pub(crate) name: String,
    /// The condition of the three-argument `map`.
    pub(crate) only: Option<Node>,
    pub(crate) body: Node,
}

/// The macros that go over a list or map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Binary {
    /// The operator as it is written.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}
