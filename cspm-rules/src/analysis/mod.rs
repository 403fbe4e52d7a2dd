//! Pure analysis of policies and networks: the functions that rules call where one line of CEL cannot say it.
//!
//! Each function reads borrowed [`Data`](cspm_core::Data) and gives an [`Answer`]. A part that was not read never
//! decides: where the rest of the input settles the answer it is given, else the answer is [`Fault::Unread`] (Kleene's
//! logic, as in CEL's `&&` and `||`).

mod fault;
mod kleene;
pub mod kubernetes;
pub mod network;
pub mod policy;
mod read;
#[cfg(test)]
mod testing;
pub mod time;
mod view;

pub use fault::{Answer, Fault};
pub use view::View;
pub(crate) use view::{Absent, unread_by_name};
