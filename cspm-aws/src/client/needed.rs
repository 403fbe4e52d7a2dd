//! What an answer cannot lack. The SDK reads a list or truth value that the API always sends as empty or false where it is not
//! there, and then nobody can tell. What the SDK's types do tell is looked at where they become fields (`live.rs`).

use xmlparser::{ElementEnd, Token, Tokenizer};

/// Elements that must be in another, which the API always sends.
const NEEDED: &[(&str, &[&str])] = &[
    ("ListUsersResult", &["Users", "IsTruncated"]),
    ("ListAccessKeysResult", &["AccessKeyMetadata"]),
    ("ListMFADevicesResult", &["MFADevices", "IsTruncated"]),
    ("ListVirtualMFADevicesResult", &["VirtualMFADevices", "IsTruncated"]),
    ("ListServerCertificatesResult", &["ServerCertificateMetadataList", "IsTruncated"]),
    ("GetAccountAuthorizationDetailsResult", &["IsTruncated"]),
    (
        "PasswordPolicy",
        &[
            "RequireSymbols",
            "RequireNumbers",
            "RequireUppercaseCharacters",
            "RequireLowercaseCharacters",
            "AllowUsersToChangePassword",
            "ExpirePasswords",
        ],
    ),
    ("PolicyStatus", &["IsPublic"]),
];

/// An element that is open.
struct Open<'a> {
    name: &'a str,
    needed: &'static [&'static str],
    /// Which of them have come, a bit each.
    come: u32,
}

/// What the XML lacks, as `CHILD in PARENT`; `None` where it lacks nothing. Of what is no XML the parser of the SDK knows.
pub(super) fn lacking(xml: &str) -> Option<String> {
    if !NEEDED.iter().any(|(parent, _)| xml.contains(parent)) {
        return None;
    }
    let mut open: Vec<Open<'_>> = Vec::new();
    for token in Tokenizer::from(xml) {
        match token.ok()? {
            Token::ElementStart { local, .. } => {
                let name = local.as_str();
                if let Some(parent) = open.last_mut()
                    && let Some(at) = parent.needed.iter().position(|needed| *needed == name)
                {
                    parent.come |= 1 << at;
                }
                let needed = NEEDED.iter().find(|(parent, _)| *parent == name).map_or(&[][..], |(_, needed)| needed);
                open.push(Open { name, needed, come: 0 });
            }
            Token::ElementEnd { end: ElementEnd::Close(..) | ElementEnd::Empty, .. } => {
                let Open { name, needed, come } = open.pop()?;
                if let Some(missing) = (0..needed.len()).find(|at| come & (1 << at) == 0) {
                    return Some(format!("{} in {name}", needed[missing]));
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::lacking;

    #[test]
    fn what_is_always_sent_must_be_there() {
        let users = |inner: &str| {
            format!("<?xml version=\"1.0\"?><R xmlns=\"x\"><ListUsersResult>{inner}</ListUsersResult></R>")
        };
        assert_eq!(lacking(&users("<Users/><IsTruncated>false</IsTruncated>")), None);
        assert_eq!(lacking(&users("<Users></Users><IsTruncated>true</IsTruncated><Marker>m</Marker>")), None);
        assert_eq!(lacking(&users("<IsTruncated>false</IsTruncated>")).as_deref(), Some("Users in ListUsersResult"));
        assert_eq!(lacking(&users("<Users/>")).as_deref(), Some("IsTruncated in ListUsersResult"));
        assert!(lacking(&users("<a><Users/><IsTruncated/></a>")).is_some(), "somewhere else");
        assert!(lacking("<R><ListUsersResult/></R>").is_some());
        assert_eq!(lacking("<PolicyStatus/>").as_deref(), Some("IsPublic in PolicyStatus"));
        assert_eq!(lacking("<PolicyStatus><IsPublic>false</IsPublic></PolicyStatus>"), None);
        for other in
            ["<R><Name>ListUsersResult</Name></R>", "<R/>", "", "{}", "<R><PolicyStatus", "<a></b></c>PolicyStatus"]
        {
            assert_eq!(lacking(other), None, "{other}");
        }
    }
}
