//! Checks rule files: `cargo run -p cspm-rules --example check -- FOLDER...`

use std::process::ExitCode;
use std::sync::Arc;

use cspm_rules::cases;

#[expect(clippy::print_stdout, reason = "this program's answer")]
fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let kinds: Vec<_> = cspm_aws::kinds()?.into_iter().chain(cspm_k8s::kinds()?).map(Arc::new).collect();
    let (mut rules, mut cases, mut errors) = (0, 0, 0);
    for folder in std::env::args_os().skip(1) {
        for checked in cases::check(&folder, &kinds)? {
            rules += 1;
            cases += checked.cases;
            errors += checked.errors.len();
            checked.errors.iter().for_each(|error| println!("{error}"));
        }
    }
    println!("{rules} rules, {cases} cases, {errors} errors");
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
