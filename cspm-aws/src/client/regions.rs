//! The regions of a scan.

use std::sync::Arc;

#[cfg(feature = "ec2")]
use cspm_core::Read;
use cspm_core::{CallOutcome, Collected, GLOBAL, Outcome, Per, Reason, Source, Unread};

use super::Site;

/// Needed where the caller names no regions.
pub(crate) const DESCRIBE_REGIONS: Source = Source::new("ec2", "DescribeRegions", "ec2:DescribeRegions", Per::Account);

/// The region of the gap that stands for what is in regions that are not scanned.
pub(crate) const OTHERS: &str = "(other regions)";

/// The regions of an account.
#[derive(Clone, Debug)]
pub(crate) struct Regions {
    enabled: Vec<Arc<str>>,
    /// Why they are not known; then the home region stands for them.
    unread: Option<Unread>,
}

impl Site {
    /// The sites of the regions to collect `kinds` in: those asked for, else all that are enabled for the account.
    /// Where these cannot be found out, the home region alone, and a gap for whatever is elsewhere. So is there where the
    /// caller wants some regions only: rules that look into all regions then know that they do not see them.
    pub(crate) async fn regions(&self, kinds: &[&str]) -> Vec<Site> {
        let given = self.scan.aws.regions();
        if !given.is_empty() {
            self.scan.other_regions(kinds).await;
            return given.iter().map(|region| self.at(region.clone())).collect();
        }
        let regions = self.scan.regions.get_or_init(|| self.ask_regions()).await;
        if let Some(unread) = &regions.unread {
            self.scan.gap(&GLOBAL.into(), kinds, unread.clone()).await;
        }
        regions.enabled.iter().map(|region| self.at(region.clone()).enabled()).collect()
    }

    #[cfg(feature = "ec2")]
    async fn ask_regions(&self) -> Regions {
        let ec2 = self.ec2();
        let home = self.at(self.scan.home.clone());
        let ask = || ec2.describe_regions().all_regions(true).send();
        let regions = match home.call(&[], &DESCRIBE_REGIONS).read(ask).await {
            Ok(Read::Known(answer)) => answer.regions.unwrap_or_default(),
            Ok(Read::Unread(unread)) => return self.home_alone(unread),
            Err(_) => return self.home_alone(Unread::new(Reason::Failed, DESCRIBE_REGIONS.call())),
        };
        let (mut enabled, mut unread) = (Vec::new(), None);
        let lost = |detail: &str| Some(Unread::new(Reason::Failed, DESCRIBE_REGIONS.call()).with_detail(detail));
        for region in regions {
            let Some(name) = region.region_name.filter(|name| !name.is_empty()).map(Arc::from) else {
                unread = lost("the answer has a region without a name");
                continue;
            };
            // A region that was never enabled can hold nothing: no gap, but coverage says that it was left out. Any other
            // word, also one that is not known, is tried.
            if region.opt_in_status.as_deref() == Some("not-opted-in") {
                let why = "the region is not enabled for the account";
                self.left_out(&name, &DESCRIBE_REGIONS, Reason::NotOptedIn, why).await;
            } else {
                enabled.push(name);
            }
        }
        if enabled.is_empty() {
            return self
                .home_alone(unread.or_else(|| lost("the answer has no region")).unwrap_or_else(Unread::skipped));
        }
        enabled.sort();
        enabled.dedup();
        Regions { enabled, unread }
    }

    #[cfg(not(feature = "ec2"))]
    async fn ask_regions(&self) -> Regions {
        let unread = Unread::new(Reason::Skipped, DESCRIBE_REGIONS.call());
        self.home_alone(unread.with_detail("built without EC2: name the regions"))
    }

    fn home_alone(&self, unread: Unread) -> Regions {
        Regions { enabled: vec![self.scan.home.clone()], unread: Some(unread) }
    }

    /// Whether the caller wants the region scanned.
    pub(crate) fn selects(&self, region: &str) -> bool {
        let given = self.scan.aws.regions();
        given.is_empty() || given.iter().any(|given| **given == *region)
    }

    /// Has coverage say why something in a region was left out.
    pub(crate) async fn left_out(&self, region: &str, source: &Source, reason: Reason, detail: &str) {
        let (account, region, call) = (self.account().clone(), region.into(), source.call().into());
        let (outcome, detail) = (Outcome::Unread(reason), detail.into());
        self.scan.report(Collected::Call(CallOutcome { account, region, call, outcome, detail })).await;
    }
}
