//! The pages of a list: what one has, and which is next.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use cspm_core::{Reason, Source, Unread};

/// The most pages that one list may have: more are a server that never ends. The longest lists of AWS have a thousand items
/// to a page.
const MOST_PAGES: usize = 10_000;
/// How long all pages of one list may take.
const LONGEST: Duration = Duration::from_secs(3600);

/// A page as its answer has it.
#[derive(Debug)]
pub(crate) struct Page<I> {
    /// The items; `None` where the answer lacks the list, which the API always sends.
    items: Option<Vec<I>>,
    next: Following,
}

/// What a page says of the next one.
#[derive(Debug)]
enum Following {
    /// It has this token, if there is one.
    Token(Option<String>),
    /// There is one, but not how to ask for it.
    Lost,
}

impl<I> Page<I> {
    /// A page whose answer names the token of the next one, if there is one.
    pub(crate) fn new(items: Option<Vec<I>>, token: Option<String>) -> Self {
        Self { items, next: Following::Token(token.filter(|token| !token.is_empty())) }
    }

    /// A page of IAM, which says whether there are more, and then how to go on.
    pub(crate) fn marked(items: Option<Vec<I>>, is_truncated: bool, marker: Option<String>) -> Self {
        let next = match marker.filter(|marker| is_truncated && !marker.is_empty()) {
            None if is_truncated => Following::Lost,
            marker => Following::Token(marker),
        };
        Self { items, next }
    }

    /// The only page there is.
    pub(crate) fn only(items: Option<Vec<I>>) -> Self {
        Self::new(items, None)
    }

    /// What can be used of the page, what is missing from it, and what follows it.
    pub(crate) fn take(self, pages: &mut Pages, source: &Source) -> (Vec<I>, Option<Unread>, Next) {
        let unread = |detail: &str| Unread::new(Reason::Failed, source.call()).with_detail(detail);
        let missing = self.items.is_none().then(|| unread("the answer lacks the list"));
        let next = match self.next {
            Following::Token(None) => Next::End,
            Following::Token(Some(token)) => pages.follow(token, source),
            Following::Lost => Next::Broken(unread("the list goes on, but the answer does not say where")),
        };
        (self.items.unwrap_or_default(), missing, next)
    }
}

/// What follows a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The page of this token.
    Page(String),
    /// Nothing.
    End,
    /// There is more that cannot be had.
    Broken(Unread),
}

/// The pages of a list so far.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    /// Marks of the tokens: a server may send long ones.
    seen: HashSet<u64>,
    hasher: RandomState,
    spent: Duration,
}

impl Pages {
    /// Counts the time that a page took.
    pub(crate) fn took(&mut self, time: Duration) {
        self.spent += time;
    }

    /// A token that comes again leads in a circle, over however many pages.
    fn follow(&mut self, token: String, source: &Source) -> Next {
        let unread = |reason, detail: &str| Next::Broken(Unread::new(reason, source.call()).with_detail(detail));
        if !self.seen.insert(self.hasher.hash_one(&token)) {
            return unread(Reason::Failed, "the pages of the list go in a circle");
        }
        if self.seen.len() >= MOST_PAGES {
            return unread(Reason::Failed, "the pages of the list do not end");
        }
        if self.spent >= LONGEST {
            return unread(Reason::TimedOut, "the pages of the list take more than an hour");
        }
        Next::Page(token)
    }
}

#[cfg(test)]
mod tests {
    use cspm_core::Per;

    use super::*;

    const SOURCE: Source = Source::new("iam", "ListThings", "iam:ListThings", Per::Account);

    fn after(page: Page<u8>, pages: &mut Pages) -> Next {
        page.take(pages, &SOURCE).2
    }

    fn token(token: &str) -> Page<u8> {
        Page::new(Some(vec![1]), Some(token.to_owned()))
    }

    #[test]
    fn pages_follow_their_tokens() {
        let pages = &mut Pages::default();
        assert_eq!(after(token("a"), pages), Next::Page("a".into()));
        assert_eq!(after(Page::marked(Some(vec![]), true, Some("b".into())), pages), Next::Page("b".into()));
        assert_eq!(after(token(""), pages), Next::End);
        assert_eq!(after(Page::only(Some(vec![1])), pages), Next::End);
        assert_eq!(after(Page::marked(Some(vec![]), false, Some("c".into())), pages), Next::End, "not truncated");
    }

    #[test]
    fn more_that_cannot_be_asked_for_is_missing() {
        for marker in [None, Some(String::new())] {
            let (items, missing, next) = Page::marked(Some(vec![7]), true, marker).take(&mut Pages::default(), &SOURCE);
            assert_eq!((items, missing), (vec![7], None));
            assert!(matches!(next, Next::Broken(_)));
        }
    }

    #[test]
    fn a_list_that_the_answer_lacks_is_missing() {
        let (items, missing, next) = Page::<u8>::new(None, Some("a".into())).take(&mut Pages::default(), &SOURCE);
        assert_eq!((items, next), (vec![], Next::Page("a".into())));
        assert_eq!(missing.map(|unread| unread.reason), Some(Reason::Failed));
    }

    #[test]
    fn circles_and_endless_lists_end() {
        let pages = &mut Pages::default();
        for name in ["a", "b", "c"] {
            assert!(matches!(after(token(name), pages), Next::Page(_)));
        }
        assert!(matches!(after(token("a"), pages), Next::Broken(_)), "a circle of three pages");
        let pages = &mut Pages::default();
        let made = (0..).find(|n| matches!(after(token(&n.to_string()), pages), Next::Broken(_)));
        assert_eq!(made, Some(MOST_PAGES - 1));
        let pages = &mut Pages::default();
        pages.took(LONGEST);
        assert!(matches!(after(token("a"), pages), Next::Broken(unread) if unread.reason == Reason::TimedOut));
    }
}
