//! The contracts of the traits, kept by what comes with the library.

use cspm::testkit::{check_collector, check_rule};
use cspm::{Collector, Resource, Rules, Scan, Wanted};

use crate::support::account::{self, Account};
use crate::support::endpoint::Endpoint;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn aws_as_a_collector() {
    let Some(account) = Account::shared() else { return };
    let endpoint = Endpoint::sound(account.tape.clone()).await;
    for regions in [vec![], vec!["us-east-1", "eu-west-1"]] {
        let aws = account::hasty(&endpoint).regions(regions).build().await.unwrap();
        let catalog: Vec<_> = Rules::builtin().load(&aws.kinds()).unwrap().rules().to_vec();
        let everything = Wanted::everything(&aws.kinds());
        let of_rules = Wanted::of(&aws.kinds(), catalog.iter().map(|rule| rule.reads()));
        let of_one = Wanted::of(&aws.kinds(), catalog.iter().take(1).map(|rule| rule.reads()));
        for wanted in [everything, of_rules, of_one] {
            assert_eq!(check_collector(&aws, wanted).await, Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn every_rule_of_the_catalog() {
    let sample = Scan::new().collector(cspm::sample()).collect_everything().run().await.unwrap();
    let inventory = sample.inventory();
    let catalog = Rules::builtin().load(&cspm::kinds().unwrap()).unwrap();
    let mut judged = 0;
    for rule in catalog.rules() {
        let of_kind: Vec<Resource> = inventory.of_kind(&rule.meta().kind).cloned().collect();
        judged += of_kind.len();
        assert_eq!(check_rule(&**rule, &of_kind, inventory), Vec::<String>::new());
    }
    assert!(judged > 1000, "{judged}");
}
