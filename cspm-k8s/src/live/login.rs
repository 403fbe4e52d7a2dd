//! What went wrong with a kubeconfig or with getting credentials, without a word of what is in the one or comes with the other.

use std::error::Error as StdError;

use cspm_core::secrets::scrub_foreign;
use kube::client::AuthError;
use kube::config::KubeconfigError;

/// What an exec plugin says of its failure is cut to so many characters.
const SAID: usize = 200;

/// The text of an error in a kubeconfig: of YAML that is not one, where, and not the line.
pub(super) fn of_kubeconfig(error: &KubeconfigError) -> String {
    match error {
        KubeconfigError::Parse(fault) => match fault.location() {
            Some(place) => format!("its YAML is wrong at line {}, column {}", place.line(), place.column()),
            None => "its YAML is wrong".to_owned(),
        },
        other => scrub_foreign(&other.to_string()),
    }
}

/// The text of an error of the client, with what lies beneath it.
pub(super) fn of_client(error: &kube::Error) -> String {
    let mut causes = Vec::new();
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(cause) = next {
        causes.push(cause);
        next = cause.source();
    }
    if let Some(auth) = causes.iter().find_map(|cause| cause.downcast_ref::<AuthError>()) {
        return of_login(auth);
    }
    let mut text = String::new();
    for cause in causes {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = if text.is_empty() { said } else { format!("{text}: {said}") };
        }
    }
    scrub_foreign(&text)
}

/// An exec plugin prints the credentials themselves: nothing of its output is repeated, and nothing of its arguments.
/// <https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins>
fn of_login(error: &AuthError) -> String {
    match error {
        AuthError::AuthExecRun { out, .. } => {
            let said = String::from_utf8_lossy(&out.stderr);
            let said: String =
                said.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().chars().take(SAID).collect();
            let colon = if said.is_empty() { "" } else { ": " };
            format!("the exec plugin of the kubeconfig ended with {}{colon}{}", out.status, scrub_foreign(said.trim()))
        }
        AuthError::AuthExecParse(_) => "what the exec plugin of the kubeconfig printed is no ExecCredential".to_owned(),
        AuthError::AuthExec(_) => "the exec plugin of the kubeconfig gave no credentials that can be used".to_owned(),
        other => scrub_foreign(&other.to_string()),
    }
}
