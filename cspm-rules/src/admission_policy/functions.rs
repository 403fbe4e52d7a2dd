//! The functions of rules, by what Kubernetes' CEL has.

use super::Obstacle;
use super::writer::{MEMBER, Writer};
use crate::analysis::kubernetes::version::version_at_least;
use crate::cel::{Expr, Node, find_function};

/// Those that both have, by the same names.
const SHARED: [&str; 13] = [
    "size",
    "string",
    "int",
    "double",
    "dyn",
    "startsWith",
    "endsWith",
    "contains",
    "matches",
    "lowerAscii",
    "upperAscii",
    "trim",
    "split",
];

/// A call as text.
pub(super) fn call(writer: &Writer<'_>, name: &str, target: Option<&Node>, args: &[Node]) -> Result<String, Obstacle> {
    let text = |node: &Node| writer.expression(node);
    let member = |node: &Node| writer.at(node, MEMBER);
    if let (Some(function), None) = (find_function(name, false), target)
        && let [(kind, _), ..] = function.reads
    {
        return Err(Obstacle::OtherResources((*kind).to_owned()));
    }
    match (name, target, args) {
        ("version_at_least", None, [of, least]) if is_of_cluster(of) => since(writer, least),
        ("resources" | "all_resources", None, [kind, ..]) => Err(Obstacle::OtherResources(literal(kind))),
        (name, None, args) if SHARED.contains(&name) => {
            let args = args.iter().map(text).collect::<Result<Vec<_>, _>>()?;
            Ok(format!("{name}({})", args.join(", ")))
        }
        (name, Some(target), args) if SHARED.contains(&name) => {
            let args = args.iter().map(text).collect::<Result<Vec<_>, _>>()?;
            Ok(format!("{}.{name}({})", member(target)?, args.join(", ")))
        }
        // The API server has the same function, which takes texts alone; what it gives is no number yet.
        // https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library
        ("quantity", None, [value]) => Ok(format!("quantity(string({})).asApproximateFloat()", text(value)?)),
        ("image_digest", None, [image]) => Ok(format!("{}.find(\"@.*$\").replace(\"@\", \"\")", member(image)?)),
        // The colon of a registry's port is not in the last part.
        ("image_tag", None, [image]) => {
            Ok(format!("{}.split(\"@\")[0].find(\":[^/:]*$\").replace(\":\", \"\")", member(image)?))
        }
        ("cidr_is_any", None, [block]) => Ok(format!("{}.endsWith(\"/0\")", member(block)?)),
        ("network_policy_isolates", None, [spec, direction]) => isolates(&member(spec)?, &literal(direction)),
        ("network_policy_allows_all", None, [spec, direction]) => allows_all(&member(spec)?, &literal(direction)),
        ("rbac_allows", None, [rules, verb, group, resource]) => {
            Ok(rbac_allows(&member(rules)?, &member(verb)?, &member(group)?, &member(resource)?))
        }
        (name, ..) => Err(Obstacle::Function(name.to_owned())),
    }
}

/// The text of a literal; what else it may be is not translated.
fn literal(node: &Node) -> String {
    match &node.expr {
        Expr::Text(text) => text.clone(),
        _ => String::new(),
    }
}

/// Whether this is the version of the cluster: what `kubernetes_since` stands for asks for it.
fn is_of_cluster(node: &Node) -> bool {
    let Expr::Select(cluster, field) = &node.expr else { return false };
    let Expr::Index(list, _) = &cluster.expr else { return false };
    let Expr::Call { name, args, .. } = &list.expr else { return false };
    field == "version" && name == "resources" && args.first().is_some_and(|kind| literal(kind) == "kubernetes_cluster")
}

/// What `kubernetes_since` says is known as soon as the version is.
fn since(writer: &Writer<'_>, least: &Node) -> Result<String, Obstacle> {
    let version = writer.version.ok_or(Obstacle::Version)?;
    let since = version_at_least(version, &literal(least)).map_err(|_| Obstacle::Version)?;
    Ok(since.to_string())
}

fn unknown_direction() -> Obstacle {
    Obstacle::Function("network_policy_isolates".to_owned())
}

fn isolates(spec: &str, direction: &str) -> Result<String, Obstacle> {
    let types = format!("{spec}.?policyTypes.orValue([])");
    let otherwise = match direction {
        "Ingress" => "true".to_owned(),
        "Egress" => format!("size({spec}.?egress.orValue([])) > 0"),
        _ => return Err(unknown_direction()),
    };
    Ok(format!("(size({types}) > 0 ? \"{direction}\" in {types} : {otherwise})"))
}

fn allows_all(spec: &str, direction: &str) -> Result<String, Obstacle> {
    let (rules, peers) = if direction == "Egress" { ("egress", "to") } else { ("ingress", "from") };
    let open = format!("size(rule.?{peers}.orValue([])) == 0 && size(rule.?ports.orValue([])) == 0");
    Ok(format!("({} && {spec}.?{rules}.orValue([]).exists(rule, {open}))", isolates(spec, direction)?))
}

/// A rule allows a request that names no object where it names no objects either; `*/sub` is any subresource `sub`.
fn rbac_allows(rules: &str, verb: &str, group: &str, resource: &str) -> String {
    let has = |field: &str, value: &str| {
        format!("rule_.?{field}.orValue([]).exists(name_, name_ == \"*\" || name_ == {value})")
    };
    let resources = format!(
        "rule_.?resources.orValue([]).exists(name_, name_ == \"*\" || name_ == {resource} \
         || {resource}.contains(\"/\") && name_ == \"*/\" + {resource}.split(\"/\")[1])"
    );
    let names = "rule_.?resourceNames.orValue([])";
    format!(
        "{rules}.exists(rule_, {resources} && {} && {} && (size({names}) == 0 || \"\" in {names}))",
        has("verbs", verb),
        has("apiGroups", group)
    )
}
