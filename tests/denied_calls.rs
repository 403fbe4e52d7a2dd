//! placeholder
#![cfg(feature = "aws")]

mod support;

use support::account::{self, Account};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn look() {
    let Some(account) = Account::filled() else { return };
    let begun = std::time::Instant::now();
    let report = account.baseline().await;
    println!("first {:?} {:?}", begun.elapsed(), report.summary);
    for (key, counts) in &report.coverage.calls {
        println!("{key:?} {counts:?}");
    }
    println!("{:?}", report.coverage.failures);
    for _ in 0..3 {
        let begun = std::time::Instant::now();
        let endpoint = account.behind(|_, _| cspm::testkit::Fault::None).await;
        let report = account::scan(&endpoint).await.unwrap();
        println!("again {:?} {}", begun.elapsed(), report.len());
        let begun = std::time::Instant::now();
        let v = support::verdicts::of(&report);
        println!("verdicts {:?} {}", begun.elapsed(), v.len());
        println!("seen {:?} {}", endpoint.seen().values().sum::<u64>(), account.tape.len());
    }
}
