//! Calls and lists against closures that stand for SDK clients.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use cspm_core::{
    CallOutcome, Collected, Identity, Kind, Model, Outcome, Per, Read, Reason, Resource, Scope, Source, Unread, Wanted,
};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::mpsc::{Receiver, channel};
use tokio_util::sync::CancellationToken;

use super::connect::Connected;
use super::{Aws, Miss, Page, Scan, Site};

const LIST: Source = Source::new("ec2", "DescribeThings", "ec2:DescribeThings", Per::Region);
const POLICY: Source = Source::new("ec2", "GetThingPolicy", "ec2:GetThingPolicy", Per::Resource("aws_thing"));
const OTHER: Source = Source::new("ec2", "GetOther", "ec2:GetOther", Per::Region);

#[derive(Serialize, JsonSchema)]
struct Thing {
    id: usize,
    #[schemars(extend("x-source" = POLICY))]
    policy: Read<Option<String>>,
}

impl Model for Thing {
    const KIND: &'static str = "aws_thing";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "things";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = LIST;
}

type Answer<T> = Result<T, SdkError<ErrorMetadata, HttpResponse>>;

#[allow(clippy::result_large_err, reason = "it is the SDK's error")]
fn refuse<T>(status: u16, code: &str) -> Answer<T> {
    let raw = HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::empty());
    Err(SdkError::service_error(ErrorMetadata::builder().code(code).message("no").build(), raw))
}

struct Stage {
    site: Site,
    cancel: CancellationToken,
    reports: Receiver<Collected>,
}

impl Stage {
    async fn new() -> Self {
        let kind = Arc::new(Kind::of::<Thing>().unwrap());
        let aws = Aws::builder().credentials("key", "secret", None).regions(["eu-west-1"]).build().await.unwrap();
        let principal = "arn:aws-cn:iam::123456789012:user/audit".to_owned();
        let identity = Identity { provider: "aws".into(), account: "123456789012".into(), principal };
        let connected = Connected { identity, home: "eu-west-1".into() };
        let (into, reports) = channel(10_000);
        let cancel = CancellationToken::new();
        let wanted = Arc::new(Wanted::everything(&[kind]));
        let scan = Arc::new(Scan::new(aws, &connected, wanted, cancel.clone(), into));
        Self { site: Site::global(scan).at("eu-west-1"), cancel, reports }
    }

    /// What was reported: resources, calls, and the gaps and their reasons.
    fn reported(mut self) -> (Vec<Resource>, Vec<CallOutcome>, Vec<Unread>) {
        let (mut resources, mut calls, mut gaps) = (Vec::new(), Vec::new(), Vec::new());
        while let Ok(report) = self.reports.try_recv() {
            match report {
                Collected::Resource(resource) => resources.push(resource),
                Collected::Call(call) => calls.push(call),
                Collected::Gap(gap) => {
                    assert_eq!((&*gap.kind, &*gap.region), (Thing::KIND, "eu-west-1"));
                    gaps.push((*gap.unread).clone());
                }
                _ => {}
            }
        }
        (resources, calls, gaps)
    }

    fn thing(&self, id: usize, policy: Read<Option<String>>) -> Result<Resource, Miss> {
        self.site.untagged(self.site.arn("ec2", &format!("thing/{id}")), id.to_string(), &Thing { id, policy })
    }

    /// Lists pages of ten things; page number `broken` is refused.
    async fn list(&self, pages: usize, broken: Option<usize>) {
        let send = async |token: Option<String>| -> Answer<usize> {
            let page = token.map_or(0, |token| token.parse().unwrap());
            if Some(page) == broken { refuse(403, "UnauthorizedOperation") } else { Ok(page) }
        };
        let split = |page: usize| {
            let next = (page + 1 < pages).then(|| (page + 1).to_string());
            Page::new(Some((page * 10..page * 10 + 10).collect()), next)
        };
        self.site
            .list(&[Thing::KIND], &LIST)
            .each(send, split, |id| async move { self.thing(id, Unread::skipped().into()) })
            .await;
    }
}

#[tokio::test]
async fn a_list_brings_every_page() {
    let stage = Stage::new().await;
    stage.list(5, None).await;
    let (resources, calls, gaps) = stage.reported();
    assert_eq!((resources.len(), calls.len(), gaps.len()), (50, 5, 0));
    assert!(calls.iter().all(|call| call.outcome == Outcome::Done && &*call.call == "ec2:DescribeThings"));
    assert_eq!(&*resources[0].uid, "arn:aws-cn:ec2:eu-west-1:123456789012:thing/0");
    assert_eq!(&*resources[0].region, "eu-west-1");
}

#[tokio::test]
async fn a_list_that_breaks_off_keeps_what_it_had_and_leaves_a_gap() {
    let stage = Stage::new().await;
    stage.list(5, Some(3)).await;
    let (resources, calls, gaps) = stage.reported();
    assert_eq!((resources.len(), calls.len()), (30, 4));
    assert_eq!(calls[3].outcome, Outcome::Unread(Reason::AccessDenied));
    assert_eq!(gaps[0].to_string(), "ec2:DescribeThings: access_denied (UnauthorizedOperation: no)");
}

#[tokio::test]
async fn a_list_that_goes_in_circles_ends_in_a_gap() {
    let stage = Stage::new().await;
    stage
        .site
        .list(&[Thing::KIND], &LIST)
        .each(
            async |_| -> Answer<()> { Ok(()) },
            |()| Page::new(Some(vec![1]), Some("again".to_owned())),
            |id| {
                let stage = &stage;
                async move { Ok::<_, Miss>(Some(stage.thing(id, Read::Known(None))?)) }
            },
        )
        .await;
    let (resources, _, gaps) = stage.reported();
    assert_eq!((resources.len(), gaps.len()), (2, 1));
    assert_eq!(gaps[0].reason, Reason::Failed);
}

#[tokio::test]
async fn what_is_not_wanted_is_not_called() {
    let stage = Stage::new().await;
    let never = async |_: Option<String>| -> Answer<()> { panic!("called") };
    stage.site.list(&["aws_other"], &OTHER).each(&never, |()| Page::only(Some(vec![()])), async |()| Ok(())).await;
    let read = stage.site.call(&[Thing::KIND], &OTHER).read(|| never(None)).await.unwrap();
    assert_eq!(read, Unread::skipped().into());
    let always: Read<u8> = stage.site.call(&[], &OTHER).read(async || Answer::Ok(7)).await.unwrap();
    assert_eq!(always, Read::Known(7));
    assert_eq!(stage.reported().1.len(), 1);
}

#[tokio::test]
async fn absent_gone_and_denied_are_told_apart() {
    let stage = Stage::new().await;
    let policy = POLICY;
    let read = async |status: u16, code: &'static str| {
        let call = stage.site.call(&[Thing::KIND], &policy).absent_on(&["NoSuchPolicy"]).gone_on(&["NoSuchThing"]);
        call.read_option(async || refuse::<String>(status, code)).await
    };
    assert_eq!(read(404, "NoSuchPolicy").await.unwrap(), Read::Known(None));
    assert!(matches!(read(404, "NoSuchThing").await, Err(Miss::Gone)));
    let denied = Unread::new(Reason::AccessDenied, "ec2:GetThingPolicy").with_detail("AccessDenied: no");
    assert_eq!(read(403, "AccessDenied").await.unwrap(), denied.into());
    let (_, calls, _) = stage.reported();
    let outcomes: Vec<Outcome> = calls.iter().map(|call| call.outcome).collect();
    assert_eq!(outcomes, [Outcome::Done, Outcome::Done, Outcome::Unread(Reason::AccessDenied)]);
}

#[tokio::test]
async fn a_thing_that_vanished_is_dropped() {
    let stage = Stage::new().await;
    stage
        .site
        .list(&[Thing::KIND], &LIST)
        .each(
            async |_| -> Answer<()> { Ok(()) },
            |()| Page::only(Some(vec![1, 2, 3])),
            |id| {
                let stage = &stage;
                async move {
                    let code = if id == 2 { "NoSuchThing" } else { "NoSuchPolicy" };
                    let policy = POLICY;
                    let call = stage.site.call(&[Thing::KIND], &policy);
                    let call = call.absent_on(&["NoSuchPolicy"]).gone_on(&["NoSuchThing"]);
                    let policy = call.read_option(async || refuse::<String>(404, code)).await?;
                    stage.thing(id, policy)
                }
            },
        )
        .await;
    let (resources, calls, gaps) = stage.reported();
    let mut names: Vec<&str> = resources.iter().map(|resource| &*resource.name).collect();
    names.sort_unstable();
    assert_eq!((names, calls.len(), gaps.len()), (vec!["1", "3"], 4, 0));
}

#[tokio::test]
async fn all_pages_are_read_or_none() {
    let stage = Stage::new().await;
    let made = AtomicUsize::new(0);
    let read = async |broken: usize| {
        let send = async |token: Option<String>| -> Answer<usize> {
            made.fetch_add(1, Ordering::SeqCst);
            let page = token.map_or(0, |token| token.parse().unwrap());
            if page == broken { refuse(400, "ValidationError") } else { Ok(page) }
        };
        let split = |page: usize| Page::new(Some(vec![page]), (page < 2).then(|| (page + 1).to_string()));
        stage.site.call(&[Thing::KIND], &POLICY).read_all(send, split).await.unwrap()
    };
    assert_eq!(read(9).await, Read::Known(vec![0, 1, 2]));
    assert!(read(2).await.known().is_none());
    assert_eq!(made.load(Ordering::SeqCst), 6);
}

#[tokio::test]
async fn a_cancelled_scan_ends_soon_and_says_what_it_left_out() {
    let stage = Stage::new().await;
    let cancel = stage.cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        cancel.cancel();
    });
    let never = async |_: Option<String>| -> Answer<()> { std::future::pending().await };
    let source = LIST;
    let list = stage.site.list(&[Thing::KIND], &source);
    let list = list.each(never, |()| Page::only(Some(vec![()])), async |()| Ok(()));
    tokio::time::timeout(Duration::from_secs(5), list).await.unwrap();
    let (_, calls, gaps) = stage.reported();
    assert_eq!(calls[0].outcome, Outcome::Unread(Reason::Cancelled));
    assert_eq!(gaps[0].reason, Reason::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn throttles_are_reported_while_they_last() {
    let mut stage = Stage::new().await;
    let made = AtomicUsize::new(0);
    let read: Read<u8> = stage
        .site
        .call(&[], &OTHER)
        .read(
            async || if made.fetch_add(1, Ordering::SeqCst) < 2 { refuse(503, "RequestLimitExceeded") } else { Ok(1) },
        )
        .await
        .unwrap();
    assert_eq!(read, Read::Known(1));
    let mut waits = Vec::new();
    while let Ok(report) = stage.reports.try_recv() {
        if let Collected::Throttled { wait, call, .. } = report {
            assert_eq!(&*call, "ec2:GetOther");
            waits.push(wait);
        }
    }
    assert_eq!(waits.len(), 2);
    assert!(waits.iter().all(|wait| !wait.is_zero()));
}

#[tokio::test]
async fn a_list_whose_answers_are_not_whole_leaves_a_gap() {
    for (page, what) in
        [(Page::new(None, None), "no list"), (Page::marked(Some(vec![1]), true, None), "there is more, but where?")]
    {
        let stage = Stage::new().await;
        let page = std::sync::Mutex::new(Some(page));
        let split = |()| page.lock().unwrap().take().unwrap();
        let source = LIST;
        let list = stage.site.list(&[Thing::KIND], &source);
        list.each(
            async |_| Answer::Ok(()),
            split,
            |id| {
                let stage = &stage;
                async move { stage.thing(id, Read::Known(None)) }
            },
        )
        .await;
        let (_, calls, gaps) = stage.reported();
        assert_eq!((calls.len(), gaps.len(), gaps[0].reason), (1, 1, Reason::Failed), "{what}");
    }
}

#[tokio::test]
async fn regions_that_are_not_scanned_are_not_known_but_nobody_is_asked_about_them() {
    let mut stage = Stage::new().await;
    let regions = stage.site.regions(&[Thing::KIND]).await;
    assert_eq!(regions.iter().map(|site| &**site.region()).collect::<Vec<_>>(), ["eu-west-1"]);
    assert!(stage.site.selects("eu-west-1") && !stage.site.selects("us-east-1"));
    let Ok(Collected::Gap(gap)) = stage.reports.try_recv() else { panic!("nothing stands for the other regions") };
    assert_eq!(
        (&*gap.kind, &*gap.region, gap.unread.reason),
        (Thing::KIND, super::regions::OTHERS, Reason::NotSelected)
    );
    assert!(!gap.is_selected());
}
