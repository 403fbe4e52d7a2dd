//! The line of every value that is written somewhere, twelve bytes each.

use std::collections::HashMap;
use std::iter;
use std::sync::Arc;

/// What stands in the place of a name for the items of a list.
const ITEM: u32 = u32::MAX;

/// The lines of a value and of what is in it, by paths as `spec.containers[0].image`.
///
/// ```
/// use cspm_core::LineRecorder;
///
/// let mut recorder = LineRecorder::default();
/// let (spec, image) = (recorder.name("spec"), recorder.name("image"));
/// let whole = recorder.begin(None, 1);
/// let outer = recorder.begin(Some(&spec), 2);
/// let inner = recorder.begin(Some(&image), 3);
/// [inner, outer, whole].into_iter().for_each(|value| recorder.end(value));
/// let lines = recorder.finish();
/// assert_eq!((lines.of("spec.image"), lines.of("spec.name"), lines.of("kind")), (3, 2, 1));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    names: Arc<[Arc<str>]>,
    /// Every value before the values in it, in the order of the text.
    marks: Box<[Mark]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    /// The key under which it stands, an index of the names.
    name: u32,
    line: u32,
    /// The index behind the last value in it.
    end: u32,
}

impl Lines {
    /// The line of the value itself, from 1.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.marks.first().map_or(1, |mark| mark.line)
    }

    /// Whether no line is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// The line of the field at `path`, as `spec.containers[0].image`; that of the nearest part around it where it is
    /// not in the text, or comes from an alias or a merge.
    #[must_use]
    pub fn of(&self, path: &str) -> u32 {
        self.marks.get(self.nearest(path).0).map_or(1, |mark| mark.line)
    }

    /// The lines of the value at `path`, by themselves.
    #[must_use]
    pub fn below(&self, path: &str) -> Self {
        let (at, whole) = self.nearest(path);
        self.part(at, whole)
    }

    /// The lines of each item of the list at `path`. They never end, so that an item of an alias has a line too: go
    /// through them beside the items.
    pub fn items(&self, path: &str) -> impl Iterator<Item = Self> {
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
#[derive(Debug, Default)]
pub struct LineRecorder {
    known: HashMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
    marks: Vec<Mark>,
}

/// A key, held once for each document.
#[derive(Clone, Debug)]
pub struct LineName {
    /// The key.
    pub text: Arc<str>,
    index: u32,
}

impl LineRecorder {
    /// The key with this text.
    pub fn name(&mut self, text: &str) -> LineName {
        if let Some((text, index)) = self.known.get_key_value(text) {
            return LineName { text: text.clone(), index: *index };
        }
        // There are fewer names than values, and fewer of those than 32 bits can count.
        let name = LineName { text: text.into(), index: self.names.len() as u32 };
        self.known.insert(name.text.clone(), name.index);
        self.names.push(name.text.clone());
        name
    }

    /// A value begins, under a key or as an item; [`LineRecorder::end`] is due with what this returns.
    pub fn begin(&mut self, name: Option<&LineName>, line: u32) -> usize {
        self.marks.push(Mark { name: name.map_or(ITEM, |name| name.index), line, end: 0 });
        self.marks.len() - 1
    }

    /// The value that began as `mark` is over.
    pub fn end(&mut self, mark: usize) {
        let end = self.marks.len() as u32;
        if let Some(mark) = self.marks.get_mut(mark) {
            mark.end = end;
        }
    }

    /// The lines.
    #[must_use]
    pub fn finish(self) -> Lines {
        Lines { names: self.names.into(), marks: self.marks.into() }
    }
}
