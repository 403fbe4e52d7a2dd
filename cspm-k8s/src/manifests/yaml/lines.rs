//! The line of every value of a document.

pub(crate) use cspm_core::Lines;
pub(super) use cspm_core::{LineName as Name, LineRecorder as Recorder};

#[cfg(test)]
mod tests {
    use super::super::documents;
    use super::*;

    fn lines(text: &str) -> Lines {
        let mut documents = documents(text.as_bytes());
        documents.next().expect("a document").expect("readable").content.expect("whole").lines
    }

    const POD: &str = "\
# a pod
metadata:
  annotations: {app.kubernetes.io/name: web,
                app.kubernetes.io: x,
                app: y}
spec:
  containers:
  - name: a
    securityContext:
      privileged:
        true
  -
    name: b
";

    #[test]
    fn a_field_is_in_the_line_of_its_key() {
        let pod = lines(POD);
        assert_eq!(pod.line(), 2);
        assert_eq!(pod.of(""), 2);
        assert_eq!(pod.of("spec.containers[0].securityContext.privileged"), 10);
        assert_eq!(pod.of("spec.containers[0]"), 8);
        assert_eq!(pod.of("spec.containers[1].name"), 13);
    }

    #[test]
    fn keys_with_dots_are_found() {
        let pod = lines(POD);
        assert_eq!(pod.of("metadata.annotations.app.kubernetes.io/name"), 3);
        assert_eq!(pod.of("metadata.annotations.app.kubernetes.io"), 4);
        assert_eq!(pod.of("metadata.annotations.app"), 5);
    }

    #[test]
    fn what_is_not_there_is_where_it_would_be() {
        let pod = lines(POD);
        assert_eq!(pod.of("spec.containers[0].securityContext.runAsUser"), 9);
        assert_eq!(pod.of("spec.hostNetwork"), 6);
        assert_eq!(pod.of("spec.containers[7].name"), 7);
        assert_eq!(pod.of("spec.containers.name"), 7);
        assert_eq!(pod.of("status"), 2);
    }

    #[test]
    fn a_part_has_its_own_lines() {
        let pod = lines(POD);
        let second = pod.below("spec.containers[1]");
        assert_eq!((second.line(), second.of("name"), second.of("image")), (13, 13, 13));
        assert_eq!(pod.below("spec").of("containers[0].securityContext.privileged"), 10);
        assert_eq!(pod.below("spec.volumes").line(), 6, "not there: its parent's line");
        assert_eq!(pod.below("spec.volumes").of("containers"), 6, "and nothing below it");
    }

    #[test]
    fn items_of_a_list_have_lines_even_where_they_come_from_an_alias() {
        let list = lines("items:\n- &a {name: x,\n    kind: y}\n- *a\n-\n  kind: z\ncopy:\n - *a\n");
        let of = |path| list.items(path).take(4).map(|l| (l.line(), l.of("kind"))).collect::<Vec<_>>();
        assert_eq!(of("items"), [(2, 3), (4, 4), (6, 6), (1, 1)]);
        assert_eq!(of("nothing"), [(1, 1); 4]);
    }
}
