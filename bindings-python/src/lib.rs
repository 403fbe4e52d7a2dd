//! The Python package `cspm`: the facade, in Python's types.

use pyo3::prelude::*;

/// The native half of the package `cspm`, which re-exports what is public.
#[pymodule]
mod _cspm {}
