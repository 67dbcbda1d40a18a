//! Expressions of extension-field values with shared subexpressions.

use alloc::{collections::BTreeMap, vec::Vec};

use super::{
    graph::NodeId,
    program::{AuxiliaryCell, Parameter},
};

/// Position of a node; operands come before the nodes that use them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ExtensionId(u32);

impl ExtensionId {
    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A value of the extension field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ExtensionNode {
    /// A cell of the auxiliary segment.
    Auxiliary(AuxiliaryCell),
    /// `Σ parameter·value`
    Combination(Vec<(Parameter, NodeId)>),
    Add(ExtensionId, ExtensionId),
    Sub(ExtensionId, ExtensionId),
    Mul(ExtensionId, ExtensionId),
    /// A product with a value of the base field.
    Scale(ExtensionId, NodeId),
    /// A product with a parameter.
    ScaleParameter(ExtensionId, Parameter),
}

impl ExtensionNode {
    /// The values of the base field and of the extension that the node depends on.
    pub(super) fn operands(
        &self,
    ) -> (impl Iterator<Item = NodeId> + '_, impl Iterator<Item = ExtensionId> + '_) {
        let (terms, factor, operands): (&[_], _, _) = match self {
            Self::Auxiliary(_) => (&[], None, [None, None]),
            Self::Combination(terms) => (terms, None, [None, None]),
            Self::Add(a, b) | Self::Sub(a, b) | Self::Mul(a, b) => (&[], None, [Some(*a), Some(*b)]),
            Self::Scale(a, factor) => (&[], Some(*factor), [Some(*a), None]),
            Self::ScaleParameter(a, _) => (&[], None, [Some(*a), None]),
        };
        (terms.iter().map(|&(_, id)| id).chain(factor), operands.into_iter().flatten())
    }
}

/// Nodes without duplicates, in the order of their creation.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    nodes: Vec<ExtensionNode>,
    ids: BTreeMap<ExtensionNode, ExtensionId>,
}

impl Extensions {
    pub(super) fn intern(&mut self, node: ExtensionNode) -> ExtensionId {
        if let Some(&id) = self.ids.get(&node) {
            return id;
        }
        let id = ExtensionId(u32::try_from(self.nodes.len()).expect("far fewer than 2^32 expressions"));
        self.nodes.push(node.clone());
        self.ids.insert(node, id);
        id
    }

    pub(super) fn node(&self, id: ExtensionId) -> &ExtensionNode {
        &self.nodes[id.index()]
    }

    /// Whether the node is the sum of no terms.
    pub(super) fn is_zero(&self, id: ExtensionId) -> bool {
        matches!(self.node(id), ExtensionNode::Combination(terms) if terms.is_empty())
    }

    pub(super) fn nodes(&self) -> &[ExtensionNode] {
        &self.nodes
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = (ExtensionId, &ExtensionNode)> {
        (0..).map(ExtensionId).zip(&self.nodes)
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }
}
