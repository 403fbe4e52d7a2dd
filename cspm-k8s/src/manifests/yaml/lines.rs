//! The line of every value of a document, twelve bytes each.

use std::collections::HashMap;
use std::iter;
use std::sync::Arc;

/// What stands in the place of a name for the items of a list.
const ITEM: u32 = u32::MAX;
/// Of documents with more values than this only the first line is kept: nobody writes such by hand.
const MANY: usize = 4096;

/// The lines of a value and of what is in it.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    names: Arc<[Arc<str>]>,
    /// Every value before the values in it, in the order of the text.
    marks: Box<[Mark]>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    /// The key under which it stands, an index of the names.
    name: u32,
    line: u32,
    /// The index behind the last value in it.
    end: u32,
}

impl Lines {
    /// The line of the value itself, from 1.
    pub(crate) fn line(&self) -> u32 {
        self.marks.first().map_or(1, |mark| mark.line)
    }

    /// The line of the field at `path`, as `spec.containers[0].image`; that of the nearest part around it where it is
    /// not in the text, or comes from an alias or a merge.
    #[cfg(test)]
    pub(crate) fn of(&self, path: &str) -> u32 {
        self.marks.get(self.nearest(path).0).map_or(1, |mark| mark.line)
    }

    /// The line of every field by its path, in the order of the paths; none of a document with very many.
    pub(crate) fn fields(&self) -> Vec<(Box<str>, u32)> {
        let mut fields = Vec::new();
        if self.marks.len() <= MANY {
            self.collect(0, &mut String::new(), &mut fields);
            fields.sort_unstable();
        }
        fields
    }

    fn collect(&self, at: usize, path: &mut String, fields: &mut Vec<(Box<str>, u32)>) {
        let length = path.len();
        for (number, child) in self.children(at).enumerate() {
            let Some(mark) = self.marks.get(child) else { continue };
            match self.names.get(mark.name as usize) {
                _ if mark.name == ITEM => path.push_str(&format!("[{number}]")),
                Some(name) if length == 0 => path.push_str(name),
                Some(name) => path.push_str(&format!(".{name}")),
                None => {}
            }
            fields.push((path.as_str().into(), mark.line));
            self.collect(child, path, fields);
            path.truncate(length);
        }
    }

    /// The lines of the value at `path`, by themselves.
    #[cfg(test)]
    pub(crate) fn below(&self, path: &str) -> Self {
        let (at, whole) = self.nearest(path);
        self.part(at, whole)
    }

    /// The lines of each item of the list at `path`. They never end, so that an item of an alias has a line too: go
    /// through them beside the items.
    pub(crate) fn items(&self, path: &str) -> impl Iterator<Item = Self> {
        let (list, whole) = self.nearest(path);
        let items = whole.then(|| self.children(list)).into_iter().flatten();
        items.map(|item| self.part(item, true)).chain(iter::repeat_with(move || self.part(list, false)))
    }

    /// The value at `at`, with all that is in it if it is wanted whole.
    fn part(&self, at: usize, whole: bool) -> Self {
        let end = if whole { self.marks.get(at).map_or(at, |mark| mark.end as usize) } else { at + 1 };
        let marks = self.marks.get(at..end).unwrap_or_default().iter();
        // A part is never longer than 32 bits can count, as the whole is not.
        let shift = |mark: &Mark| Mark { end: (mark.end as usize).min(end).saturating_sub(at) as u32, ..*mark };
        Self { names: self.names.clone(), marks: marks.map(shift).collect() }
    }

    /// The value at `path` or around it, and whether it is the very one.
    fn nearest(&self, path: &str) -> (usize, bool) {
        let mut at = 0;
        let mut rest = path;
        while !rest.is_empty() {
            match self.step(at, rest) {
                Some((child, behind)) => (at, rest) = (child, behind),
                None => return (at, false),
            }
        }
        (at, true)
    }

    /// The child that the path leads to first, and the path from there.
    fn step<'p>(&self, at: usize, path: &'p str) -> Option<(usize, &'p str)> {
        let first = self.marks.get(at + 1)?;
        if first.name == ITEM {
            let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
            return Some((self.children(at).nth(index.parse().ok()?)?, rest));
        }
        let path = path.strip_prefix('.').unwrap_or(path);
        // Keys may have dots, so the longest that fits is meant.
        let fitting = self.children(at).filter_map(|child| {
            let name = self.names.get(self.marks.get(child)?.name as usize)?;
            let rest = path.strip_prefix(&**name)?;
            (rest.is_empty() || rest.starts_with(['.', '['])).then_some((child, rest))
        });
        fitting.min_by_key(|(_, rest)| rest.len())
    }

    fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        let end = self.marks.get(at).map_or(0, |mark| mark.end as usize);
        let next = |child: usize| self.marks.get(child).map(|mark| mark.end as usize);
        iter::successors(Some(at + 1), move |child| next(*child)).take_while(move |child| *child < end)
    }
}

/// Writes lines down while a document is read.
#[derive(Default)]
pub(super) struct Recorder {
    known: HashMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
    marks: Vec<Mark>,
}

/// A key, held once for each document.
#[derive(Clone)]
pub(super) struct Name {
    pub(super) text: Arc<str>,
    index: u32,
}

impl Recorder {
    /// The key with this text.
    pub(super) fn name(&mut self, text: &str) -> Name {
        if let Some((text, index)) = self.known.get_key_value(text) {
            return Name { text: text.clone(), index: *index };
        }
        // There are fewer names than values, and fewer of those than 32 bits can count.
        let name = Name { text: text.into(), index: self.names.len() as u32 };
        self.known.insert(name.text.clone(), name.index);
        self.names.push(name.text.clone());
        name
    }

    /// A value begins, under a key or as an item; [`Recorder::end`] is due with what this returns.
    pub(super) fn begin(&mut self, name: Option<&Name>, line: u32) -> usize {
        self.marks.push(Mark { name: name.map_or(ITEM, |name| name.index), line, end: 0 });
        self.marks.len() - 1
    }

    /// The value that began as `mark` is over.
    pub(super) fn end(&mut self, mark: usize) {
        let end = self.marks.len() as u32;
        if let Some(mark) = self.marks.get_mut(mark) {
            mark.end = end;
        }
    }

    pub(super) fn finish(self) -> Lines {
        Lines { names: self.names.into(), marks: self.marks.into() }
    }
}

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
