//! The files that are part of the library: their paths and texts.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
