//! The command line, for `npx cspm`.

use napi_derive::napi;

use crate::error::sync;

/// Runs the command line with these arguments, the program's name first, and gives the exit status.
#[napi]
pub fn cli(args: Vec<String>) -> napi::Result<u32> {
    sync(|| {
        let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
        Ok(cspm::cli::run(args, &mut out, &mut err).into())
    })
}
