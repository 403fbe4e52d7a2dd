//! The command line: `cargo run --release --example cspm -- demo`. Add `--features aws,k8s` for live sources.

use std::process::ExitCode;

fn main() -> ExitCode {
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    ExitCode::from(cspm::cli::run(std::env::args_os(), &mut out, &mut err))
}
