//! Clients of S3 by region.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_sdk_s3::Client;

use crate::client::Site;

/// A site and a client for each region in which there are buckets: made once, used for all buckets there.
#[derive(Debug)]
pub(super) struct Places<'a> {
    home: &'a Site,
    by_region: Mutex<HashMap<String, (Site, Client)>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(home: &'a Site) -> Self {
        Self { home, by_region: Mutex::default() }
    }

    /// The site and client of a region.
    pub(super) fn at(&self, region: &str) -> (Site, Client) {
        let mut places = self.by_region.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let site = self.home.at(region);
            let client = site.s3();
            (site, client)
        };
        places.entry(region.to_owned()).or_insert_with(make).clone()
    }
}
