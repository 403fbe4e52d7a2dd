//! `cspm rules`.

use std::io::Write;

use cspm_report::plain::{printable, printable_lines};

use super::args::{RuleArgs, RulesArgs};
use super::{exit, scan, text};
use crate::{Error, ErrorKind, Result, Rule, cases};

pub(super) fn rules(args: RulesArgs, out: &mut dyn Write) -> Result<u8> {
    let words: Vec<&str> = args.what.iter().map(String::as_str).collect();
    let (shown, status) = match words[..] {
        [] => (list(&args.rules)?, exit::CLEAN),
        ["check", folder] => check(folder)?,
        ["check"] => {
            return Err(Error::new(ErrorKind::Config, "check rule files").with_help("name a folder: rules check DIR"));
        }
        [id] => (one(id, &args.rules)?, exit::CLEAN),
        _ => return Err(Error::new(ErrorKind::Config, "show several rules").with_help("name one id")),
    };
    out.write_all(shown.as_bytes()).map_err(|e| Error::new(ErrorKind::Io, "write the rules").with_source(e))?;
    Ok(status)
}

fn list(args: &RuleArgs) -> Result<String> {
    let rules = scan::selection(args).load(&crate::kinds()?)?;
    let mut rows = text::table(["severity", "service", "id", "title"]);
    for rule in rules.rules() {
        let meta = rule.meta();
        rows.add_row([meta.severity.as_str(), &meta.service, &meta.id, &meta.title].map(printable));
    }
    Ok(format!("{rows}\n{} rules\n", rules.len()))
}

fn one(id: &str, args: &RuleArgs) -> Result<String> {
    let rules = args.paths.iter().fold(crate::Rules::builtin(), |rules, path| rules.path(path));
    let rules = rules.ids([id]).load(&crate::kinds()?)?;
    let rule = rules.get(id).ok_or_else(|| Error::new(ErrorKind::Config, format!("find the rule {id}")))?;
    Ok(page(&**rule))
}

fn page(rule: &dyn Rule) -> String {
    let meta = rule.meta();
    let mut lines = vec![
        meta.title.clone(),
        format!("  id          {}", meta.id),
        format!("  severity    {}", meta.severity),
        format!("  kind        {}", meta.kind),
        format!("  rationale   {}", meta.rationale.trim()),
    ];
    if let Some(expression) = &meta.expression {
        lines.push(format!("  expression  {}", expression.trim()));
    }
    for (kind, fields) in &rule.reads().fields {
        let fields: Vec<&str> = fields.iter().map(|field| &**field).collect();
        lines.push(format!("  reads       {kind}: {}", fields.join(", ")));
    }
    for (framework, controls) in &meta.frameworks {
        lines.push(format!("  framework   {framework}: {}", controls.join(", ")));
    }
    for (tool, names) in &meta.equivalents {
        lines.push(format!("  equivalent  {tool}: {}", names.join(", ")));
    }
    lines.push(format!("  remediation {}", meta.remediation.text.trim()));
    for (way, how) in [("cli", &meta.remediation.cli), ("terraform", &meta.remediation.terraform)] {
        if let Some(how) = how {
            lines.push(format!("  {way}\n    {}", how.trim().replace('\n', "\n    ")));
        }
    }
    lines.extend(meta.references.iter().map(|reference| format!("  see         {reference}")));
    // Users' rules are whatever somebody wrote.
    printable_lines(&lines.join("\n")) + "\n"
}

fn check(folder: &str) -> Result<(String, u8)> {
    let checked = cases::check(folder, &crate::kinds()?)?;
    if checked.is_empty() {
        let help = "a rule file ends in .yaml or .yml";
        return Err(Error::new(ErrorKind::Config, format!("find a rule file in {folder}")).with_help(help));
    }
    let errors: Vec<String> =
        checked.iter().flat_map(|file| &file.errors).map(|e| printable_lines(&e.to_string()) + "\n").collect();
    let cases: usize = checked.iter().map(|file| file.cases).sum();
    let status = if errors.is_empty() { exit::CLEAN } else { exit::ERROR };
    Ok((format!("{}{} files, {cases} cases, {} errors\n", errors.concat(), checked.len(), errors.len()), status))
}
