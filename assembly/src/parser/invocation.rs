use miden_assembly_syntax::{SourceWord, excerpt};

use super::Parser;
use crate::{
    AssemblyErrorKind,
    ast::{Invocation, InvocationKind, Item, ModuleKind},
};

impl<'s> Parser<'_, 's> {
    /// Parses `exec.label`, `call.label`, `syscall.label` or `procref.label`.
    pub(super) fn parse_invocation(
        &mut self,
        word: SourceWord<'s>,
        kind: InvocationKind,
    ) -> Option<Item<'s>> {
        if matches!(kind, InvocationKind::Call | InvocationKind::SysCall) {
            self.reject_call_in_kernel(word);
        }
        let Some(label) = word.parts().nth(1) else {
            self.missing_parameter(word, "the name of a procedure".into());
            return None;
        };
        if word.parts().count() > 2 {
            self.limit_parameters(word, 1);
            return None;
        }
        let name = match kind {
            InvocationKind::SysCall => {
                self.check_label(label).then_some(crate::ast::ProcedureName::Local(label))?
            }
            _ => self.parse_procedure_name(label)?,
        };
        // A system call in a kernel is already reported, and there is no kernel to resolve its name.
        let known = self.kind != ModuleKind::Kernel || kind != InvocationKind::SysCall;
        known.then(|| Item::Invocation(Invocation { kind, name, span: word.span(), target: None }))
    }

    /// Parses `dynexec` or `dyncall`.
    pub(super) fn parse_dynamic(&mut self, word: SourceWord<'s>, call: bool) -> Option<Item<'s>> {
        if call {
            self.reject_call_in_kernel(word);
        }
        self.limit_parameters(word, 0);
        Some(Item::Dynamic { call, span: word.span() })
    }

    fn reject_call_in_kernel(&mut self, word: SourceWord<'s>) {
        if self.kind == ModuleKind::Kernel {
            let kind = AssemblyErrorKind::CallInKernel { name: excerpt(word.head()) };
            self.errors.push(kind, word.span());
        }
    }
}
