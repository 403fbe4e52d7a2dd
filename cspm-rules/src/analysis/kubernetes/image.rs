//! References to container images: <https://kubernetes.io/docs/concepts/containers/images/#image-names>.
//!
//! The grammar and Docker's defaults are those of <https://github.com/distribution/reference>, by which kubelets read
//! references.

use crate::analysis::{Answer, Fault};

const DOCKER_HUB: &str = "docker.io";
/// The longest repository, in bytes.
const LONGEST: usize = 255;

/// The parts of a reference: `docker.io`, `library/nginx`, no tag and no digest for `nginx`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageReference<'a> {
    /// The registry, with its port if it has one.
    pub registry: &'a str,
    /// The repository within the registry.
    pub repository: String,
    /// The tag as written, if there is one. Without tag and digest, `latest` is pulled.
    pub tag: Option<&'a str>,
    /// The digest, with its algorithm: `sha256:…`.
    pub digest: Option<&'a str>,
}

impl<'a> ImageReference<'a> {
    /// Reads a reference.
    ///
    /// # Errors
    /// [`Fault::Invalid`] where the text is none: no kubelet would pull it.
    pub fn parse(text: &'a str) -> Answer<Self> {
        let invalid = |why: &str| Fault::Invalid(format!("`{text}` is not a reference to an image: {why}"));
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        if digest.is_some_and(|digest| !is_digest(digest)) {
            return Err(invalid("the digest is malformed"));
        }
        let (registry, rest) = registry(rest);
        let (path, tag) = match rest.split_once(':') {
            Some((path, tag)) => (path, Some(tag)),
            None => (rest, None),
        };
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(invalid("the tag is malformed"));
        }
        if !is_registry(registry) {
            return Err(invalid("the registry is malformed"));
        }
        if path.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(invalid("the repository must be in lower case"));
        }
        if !path.split('/').all(is_component) {
            return Err(invalid("the repository is malformed"));
        }
        if text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(invalid("it is the id of one"));
        }
        let official = registry == DOCKER_HUB && !path.contains('/');
        let repository = if official { format!("library/{path}") } else { path.to_owned() };
        if repository.len() > LONGEST {
            return Err(invalid("the repository is longer than 255 characters"));
        }
        Ok(Self { registry, repository, tag, digest })
    }
}

/// The registry of a reference to an image; `docker.io` where it names none.
///
/// # Errors
/// [`Fault::Invalid`] where the text is no reference.
pub fn image_registry(text: &str) -> Answer<&str> {
    ImageReference::parse(text).map(|image| image.registry)
}

/// The tag of a reference to an image as it is written; empty where there is none.
///
/// # Errors
/// [`Fault::Invalid`] where the text is no reference.
pub fn image_tag(text: &str) -> Answer<&str> {
    ImageReference::parse(text).map(|image| image.tag.unwrap_or(""))
}

/// The digest of a reference to an image, with its algorithm; empty where there is none.
///
/// # Errors
/// [`Fault::Invalid`] where the text is no reference.
pub fn image_digest(text: &str) -> Answer<&str> {
    ImageReference::parse(text).map(|image| image.digest.unwrap_or(""))
}

/// The registry and the rest. What is before the first slash is a registry if it cannot be part of a repository on
/// Docker Hub: it has a dot, a colon or a capital letter, or is `localhost`.
fn registry(name: &str) -> (&str, &str) {
    match name.split_once('/') {
        Some(("index.docker.io", rest)) => (DOCKER_HUB, rest),
        Some((first, rest))
            if first == "localhost"
                || first.contains(['.', ':'])
                || first.bytes().any(|byte| byte.is_ascii_uppercase()) =>
        {
            (first, rest)
        }
        _ => (DOCKER_HUB, name),
    }
}

fn is_registry(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => {
            let is_address = !address.is_empty() && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
            return is_address && (port.is_empty() || port.strip_prefix(':').is_some_and(is_number));
        }
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    host.split('.').all(is_label) && port.is_none_or(is_number)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Letters and digits with, between them, one dot, one or two underscores, or any number of dashes.
fn is_component(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_separator = |text: &str| matches!(text, "." | "_" | "__") || text.bytes().all(|b| b == b'-');
    text.starts_with(is_plain) && text.ends_with(is_plain) && text.split(is_plain).all(is_separator)
}

fn is_tag(text: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|b| is_word(b) || matches!(b, b'.' | b'-'))
}

fn is_digest(text: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    text.split_once(':').is_some_and(|(algorithm, hex)| {
        algorithm.split(['-', '_', '+', '.']).all(is_part)
            && hex.len() >= 32
            && hex.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn references_have_the_parts_that_docker_sees() {
        for (text, registry, repository, tag) in [
            ("nginx", "docker.io", "library/nginx", ""),
            ("nginx:1.27", "docker.io", "library/nginx", "1.27"),
            ("bitnami/nginx:latest", "docker.io", "bitnami/nginx", "latest"),
            ("docker.io/nginx", "docker.io", "library/nginx", ""),
            ("index.docker.io/library/nginx", "docker.io", "library/nginx", ""),
            ("gcr.io/google-samples/hello-app:1.0", "gcr.io", "google-samples/hello-app", "1.0"),
            ("localhost/app", "localhost", "app", ""),
            ("localhost:5000/app:v1", "localhost:5000", "app", "v1"),
            ("registry:5000/a/b/c", "registry:5000", "a/b/c", ""),
            ("Registry/app", "Registry", "app", ""),
            ("registry:5000", "docker.io", "library/registry", "5000"),
            ("10.0.0.1:443/a:b", "10.0.0.1:443", "a", "b"),
            ("[2001:db8::1]:5000/a:b", "[2001:db8::1]:5000", "a", "b"),
            (
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com/x/y__z--1:T.-_",
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
                "x/y__z--1",
                "T.-_",
            ),
        ] {
            let repository = repository.to_owned();
            let expected = ImageReference { registry, repository, tag: (!tag.is_empty()).then_some(tag), digest: None };
            assert_eq!(ImageReference::parse(text), Ok(expected.clone()), "{text}");
            assert_eq!((image_registry(text), image_tag(text), image_digest(text)), (Ok(registry), Ok(tag), Ok("")));
            let pinned = format!("{text}@{DIGEST}");
            let expected = ImageReference { digest: Some(DIGEST), ..expected };
            assert_eq!(ImageReference::parse(&pinned), Ok(expected), "{pinned}");
            assert_eq!(image_digest(&pinned), Ok(DIGEST));
        }
    }

    #[test]
    fn what_cannot_be_pulled_is_invalid() {
        let id = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let long = "a/".repeat(130) + "a";
        for (text, why) in [
            ("", "the repository is malformed"),
            (" nginx", "the repository is malformed"),
            ("$(IMAGE)", "the repository must be in lower case"),
            ("{{ .Values.image }}", "the repository must be in lower case"),
            ("docker.io/Nginx", "the repository must be in lower case"),
            ("a..b", "the repository is malformed"),
            ("a___b", "the repository is malformed"),
            ("a/", "the repository is malformed"),
            ("a//b", "the repository is malformed"),
            ("-a", "the repository is malformed"),
            ("é", "the repository is malformed"),
            ("https://gcr.io/a", "the registry is malformed"),
            ("-x.io/a", "the registry is malformed"),
            ("x.io:/a", "the registry is malformed"),
            ("[::1/a", "the registry is malformed"),
            ("nginx:", "the tag is malformed"),
            ("nginx:-1", "the tag is malformed"),
            ("nginx:a:b", "the tag is malformed"),
            ("nginx@", "the digest is malformed"),
            ("nginx@sha256:abc", "the digest is malformed"),
            ("nginx@e3b0c44298fc1c149afbf4c8996fb924", "the digest is malformed"),
            (id, "it is the id of one"),
            (&long, "the repository is longer than 255 characters"),
        ] {
            let message = format!("`{text}` is not a reference to an image: {why}");
            assert_eq!(ImageReference::parse(text), Err(Fault::Invalid(message)));
        }
    }

    proptest! {
        #[test]
        fn a_reference_put_together_comes_apart_again(
            registry in "([a-zA-Z0-9]{1,5}[.][a-z]{2,3}|localhost|[a-z]{1,4}:[0-9]{1,5})",
            path in "[a-z0-9]{1,4}((__|[._]|-{1,3})[a-z0-9]{1,4})?(/[a-z0-9]{1,4}){0,2}",
            tag in prop::option::of("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,8}"),
            digest in prop::option::of("sha(256|512):[0-9a-f]{64}"),
        ) {
            prop_assume!(registry != "docker.io");
            let mut text = format!("{registry}/{path}");
            text.extend(tag.iter().flat_map(|tag| [":", tag]));
            text.extend(digest.iter().flat_map(|digest| ["@", digest]));
            let expected = ImageReference {
                registry: &registry, repository: path.clone(), tag: tag.as_deref(), digest: digest.as_deref(),
            };
            prop_assert_eq!(ImageReference::parse(&text), Ok(expected));
        }

        #[test]
        fn any_text_is_a_reference_or_invalid(text in "[a-zA-Z0-9:/@.\\[\\]_é-]{0,24}") {
            let _ = ImageReference::parse(&text);
        }
    }
}
