//! A program for each provable fault.

use miden_core::{FaultCode, Kernel, NodeId, Opcode, Operation, program::ProgramBuilder};

use super::Sandbox;

/// A program that fails, and how.
pub(crate) struct Failing {
    pub(crate) code: FaultCode,
    /// Name of the operation or kind of node.
    pub(crate) operation: &'static str,
    program: Program,
    /// The initial stack, the last item on top.
    stack: &'static [u64],
    /// Options that set a cycle limit.
    pub(crate) options: &'static str,
}

enum Program {
    Source(&'static str),
    /// Code that the assembler rejects or that takes long from source.
    Compiled(fn(&mut ProgramBuilder) -> (NodeId, Kernel)),
}

impl Failing {
    /// Writes the program and its inputs; returns the name of the program file.
    pub(crate) fn write(&self, sandbox: &Sandbox) -> &'static str {
        let stack: Vec<_> = self.stack.iter().map(ToString::to_string).collect();
        sandbox.write("p.inputs", serde_json::json!({"stack_init": stack}).to_string());
        match self.program {
            Program::Source(text) => {
                sandbox.write("p.masm", text);
                "p.masm"
            }
            Program::Compiled(build) => {
                let mut builder = ProgramBuilder::new();
                let (root, kernel) = build(&mut builder);
                sandbox.write("p.bin", builder.finish_with(root, &[], kernel).0.to_bytes());
                "p.bin"
            }
        }
    }
}

/// A program for each code, in the order of [`FaultCode::ALL`].
pub(crate) fn all() -> Vec<Failing> {
    use Program::{Compiled, Source};
    let failing = |code, operation, program, stack| Failing { code, operation, program, stack, options: "" };
    vec![
        failing(FaultCode::FailedAssertion, "assert", Source("begin assert end"), &[3]),
        failing(FaultCode::DivideByZero, "inv", Source("begin inv end"), &[0]),
        failing(FaultCode::NotBinaryValue, "split", Source("begin if.true neg else inv end end"), &[2]),
        failing(FaultCode::NotU32Value, "u32and", Source("begin u32checked_and end"), &[1, 1 << 32]),
        failing(FaultCode::MemoryAddressOutOfRange, "mload", Source("begin mem_load end"), &[1 << 32]),
        failing(
            FaultCode::InvalidFmpValue,
            "fmpupdate",
            Compiled(|builder| block(builder, &[Opcode::FmpUpdate.into()])),
            &[1 << 40],
        ),
        failing(
            FaultCode::CallerNotInSyscall,
            "caller",
            Compiled(|builder| block(builder, &[Opcode::Caller.into()])),
            &[],
        ),
        failing(
            FaultCode::CallInSyscall,
            "call",
            Compiled(|builder| {
                let (procedure, _) = block(builder, &[Opcode::Noop.into()]);
                let call = builder.call(procedure).unwrap();
                let digest = *builder.node(call).digest();
                (builder.syscall(call).unwrap(), Kernel::new(vec![digest]).unwrap())
            }),
            &[],
        ),
        failing(
            FaultCode::InvalidStackDepthOnReturn,
            "return",
            Source("proc.leaves_one push.1 end begin call.leaves_one end"),
            &[],
        ),
        failing(
            FaultCode::SyscallTargetNotInKernel,
            "syscall",
            Compiled(|builder| {
                let (procedure, kernel) = block(builder, &[Opcode::Noop.into()]);
                (builder.syscall(procedure).unwrap(), kernel)
            }),
            &[],
        ),
        Failing {
            options: "--cycle-limit 50",
            ..failing(
                FaultCode::CycleLimitExceeded,
                "push",
                Source("begin push.1 while.true push.1 end end"),
                &[],
            )
        },
    ]
}

fn block(builder: &mut ProgramBuilder, operations: &[Operation]) -> (NodeId, Kernel) {
    (builder.block(operations).unwrap(), Kernel::default())
}
