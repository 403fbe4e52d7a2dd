//! For implementers: the contracts of the traits as checks that can be run, and a proxy that misbehaves on purpose.
//!
//! Each check answers with the list of what it found broken, so that it fits any test runner:
//!
//! ```
//! use cspm_core::{Memory, Wanted, testkit};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! let broken = testkit::check_collector(&Memory::new("cmdb", "acme"), Wanted::default()).await;
//! assert_eq!(broken, Vec::<String>::new());
//! # });
//! ```

mod collector;
mod proxy;
mod rule;
mod sink;

pub use collector::check_collector;
pub use proxy::{Fault, Proxy, Request};
pub use rule::check_rule;
pub use sink::check_sink;
