//! A policy document from anybody: its canonical form is its own canonical form, and every question has an answer or a fault.
#![no_main]

use cspm::analysis::policy;
use cspm::{Data, to_data};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(canonical) = cspm_aws::policy::canonical(text) else { return };
    let data = to_data(&canonical).expect("a policy has a place in JSON");
    let again = cspm_aws::policy::canonical(&data.to_json().to_string()).expect("the canonical form is a policy");
    assert_eq!(canonical, again);

    let actions = Data::list([Data::from("s3:GetObject"), Data::from("iam:*")]);
    let context = Data::object([("aws:SecureTransport", Data::from("false"))]);
    let public = policy::is_public(&data);
    if let (Ok(public), Ok(actions)) = (&public, policy::public_actions(&data)) {
        assert_eq!(*public, !actions.is_empty(), "public, and what is public, agree");
    }
    let _ = policy::gives_public(&data, &actions);
    let _ = policy::other_accounts(&data, "123456789012");
    let _ = policy::gives_full_access(&data, "s3");
    let _ = policy::allows(&Data::list([data.clone()]), "s3:GetObject", "arn:aws:s3:::bucket/key");
    let _ = policy::denies(&data, "s3:GetObject", "arn:aws:s3:::bucket/key", &context);
    let _ = policy::is_admin(&data);
    let _ = policy::trusts_services(&data);
    let _ = policy::has_condition(&data, "aws:");
});
