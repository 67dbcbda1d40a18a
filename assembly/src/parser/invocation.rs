use super::Parser;
use crate::{
    AssemblyErrorKind,
    ast::{Invocation, InvocationKind, Item, ModuleKind},
    errors::excerpt,
    lexer::Token,
};

impl<'s> Parser<'_, 's> {
    /// Parses `exec.label`, `call.label`, `syscall.label` or `procref.label`.
    pub(super) fn parse_invocation(&mut self, token: &Token<'s>, kind: InvocationKind) -> Option<Item<'s>> {
        if matches!(kind, InvocationKind::Call | InvocationKind::SysCall) {
            self.refuse_call_in_kernel(token);
        }
        let Some(label) = token.parts().nth(1) else {
            self.missing_parameter(token, "the name of a procedure".into());
            return None;
        };
        if token.parts().count() > 2 {
            self.limit_parameters(token, 1);
            return None;
        }
        let name = match kind {
            InvocationKind::SysCall => {
                self.check_label(label).then_some(crate::ast::ProcedureName::Local(label))?
            }
            _ => self.parse_procedure_name(label)?,
        };
        // A system call in a kernel is reported already, and there is no kernel below to look its name up in.
        let known = self.kind != ModuleKind::Kernel || kind != InvocationKind::SysCall;
        known.then(|| Item::Invocation(Invocation { kind, name, span: token.span(), target: None }))
    }

    /// Parses `dynexec` or `dyncall`.
    pub(super) fn parse_dynamic(&mut self, token: &Token<'s>, call: bool) -> Option<Item<'s>> {
        if call {
            self.refuse_call_in_kernel(token);
        }
        self.expect_no_parameters(token);
        Some(Item::Dynamic { call, span: token.span() })
    }

    fn refuse_call_in_kernel(&mut self, token: &Token<'s>) {
        if self.kind == ModuleKind::Kernel {
            let kind = AssemblyErrorKind::CallInKernel { name: excerpt(token.head()) };
            self.errors.push(kind, token.span());
        }
    }
}
