//! The keys and certificates of a cluster, made anew for each.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};

/// All of them as PEM.
pub struct Certificates {
    /// Of the authority that signed the server's.
    pub authority: String,
    pub server: String,
    pub server_key: String,
    /// The key that tokens of service accounts are signed with.
    pub accounts_key: String,
    /// What they are checked with.
    pub accounts_public_key: String,
}

impl Certificates {
    /// For a server at 127.0.0.1.
    pub fn make() -> Self {
        let mut authority = CertificateParams::default();
        // Not the name of the server's certificate, which would seem to have signed itself.
        authority.distinguished_name.push(DnType::CommonName, "authority of a test");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
        let server = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
        let accounts = KeyPair::generate().unwrap();
        Self {
            authority: authority.pem(),
            server: server.pem(),
            server_key: key.serialize_pem(),
            accounts_key: accounts.serialize_pem(),
            accounts_public_key: accounts.public_key_pem(),
        }
    }
}
