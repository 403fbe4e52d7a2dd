//! The command line.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the command line with these arguments, the program's name first, and gives the exit status.
#[pyfunction]
pub(crate) fn main(py: Python<'_>, args: Vec<OsString>) -> u8 {
    py.detach(|| cspm::cli::run(args, &mut std::io::stdout(), &mut std::io::stderr()))
}
