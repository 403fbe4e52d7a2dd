//! Clients of S3 by region.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use aws_sdk_s3::Client;
use cspm_core::{Model, Reason};

use super::Bucket;
use crate::client::Site;

/// A site and a client for each region in which there are buckets: made once, used for all buckets there.
#[derive(Debug)]
pub(super) struct Places<'a> {
    home: &'a Site,
    by_region: Mutex<HashMap<String, (Site, Client)>>,
    /// How many buckets were left out, by their regions.
    left_out: Mutex<BTreeMap<String, usize>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(home: &'a Site) -> Self {
        Self { home, by_region: Mutex::default(), left_out: Mutex::default() }
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

    /// Counts a bucket that is in a region that is not scanned.
    pub(super) fn leave_out(&self, region: &str) {
        let mut left_out = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        *left_out.entry(region.to_owned()).or_default() += 1;
    }

    /// Says of the buckets that were left out that they were: they are not known to be absent.
    pub(super) async fn say_left_out(&self, site: &Site) {
        let left_out = std::mem::take(&mut *self.left_out.lock().unwrap_or_else(PoisonError::into_inner));
        for (region, count) in &left_out {
            let buckets = if *count == 1 { "bucket" } else { "buckets" };
            let detail = format!("{count} {buckets} in a region that is not scanned");
            site.left_out(region, &Bucket::LIST, Reason::NotSelected, &detail).await;
        }
        if !left_out.is_empty() {
            site.scan.other_regions(&[Bucket::KIND]).await;
        }
    }
}
