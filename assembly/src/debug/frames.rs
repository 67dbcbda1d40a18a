//! Inlined invocations.

use alloc::{collections::BTreeMap, vec::Vec};

use super::InstructionId;

/// A list of `exec` invocations that code was inlined through, outermost first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FrameId(u32);

impl FrameId {
    /// The empty list: the code is in its own body.
    pub(crate) const NONE: Self = Self(0);

    /// The number of the list, from 1; 0 for the empty one.
    pub(super) const fn index(self) -> u32 {
        self.0
    }

    /// The list with this number, if it is empty or one of the first `count`.
    pub(super) fn from_index(index: u32, count: usize) -> Option<Self> {
        (index as usize <= count).then_some(Self(index))
    }
}

/// The outermost invocation of a list, and the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Frame {
    /// The `exec` instruction.
    pub(super) site: InstructionId,
    /// Whether the invocation starts here.
    pub(super) starts: bool,
    pub(super) inner: FrameId,
}

/// All lists of invocations, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Frames {
    frames: Vec<Frame>,
    known: BTreeMap<Frame, FrameId>,
}

impl Frames {
    pub(super) const fn new() -> Self {
        Self { frames: Vec::new(), known: BTreeMap::new() }
    }

    /// All lists, by number.
    pub(super) fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// The list that has `frame` as its outermost invocation.
    pub(super) fn insert(&mut self, frame: Frame) -> FrameId {
        let next = u32::try_from(self.frames.len() + 1).expect("there are fewer than 2^32 invocations");
        let id = *self.known.entry(frame).or_insert(FrameId(next));
        if id.0 == next {
            self.frames.push(frame);
        }
        id
    }

    /// The list `other`, in which the invocations that it shares with `first`, and that start there, start. `None` if
    /// there are none.
    pub(super) fn start(&mut self, first: FrameId, other: FrameId) -> Option<FrameId> {
        let first: Vec<Frame> = self.list(first).copied().collect();
        let mut frames: Vec<Frame> = self.list(other).copied().collect();
        let common = first.iter().zip(&frames).take_while(|(first, other)| first.site == other.site).count();
        if common == 0 {
            return None;
        }
        for (frame, first) in frames.iter_mut().zip(&first).take(common) {
            frame.starts |= first.starts;
        }
        let inner = |inner, frame: Frame| self.insert(Frame { inner, ..frame });
        Some(frames.into_iter().rev().fold(FrameId::NONE, inner))
    }

    /// The outermost invocation of a list.
    pub(super) fn outermost(&self, id: FrameId) -> Option<&Frame> {
        self.frames.get((id.0 as usize).checked_sub(1)?)
    }

    /// The invocations of a list, outermost first.
    pub(super) fn list(&self, id: FrameId) -> impl Iterator<Item = &Frame> {
        core::iter::successors(self.outermost(id), move |frame| self.outermost(frame.inner))
    }
}
