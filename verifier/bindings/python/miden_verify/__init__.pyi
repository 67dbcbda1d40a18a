"""Verifies proofs of the Miden machine."""

from collections.abc import Sequence
from typing import Literal, final

__all__ = ["Bundle", "Policy", "Verdict", "read_bundle", "verify", "verify_bundle"]

@final
class Policy:
    """The proofs that are accepted; by default those of every parameter set, each at the level that it promises."""

    def __new__(
        cls,
        *,
        parameter_sets: Sequence[str] | None = None,
        hiding: bool = False,
        conjectured: int = 0,
        proven: int = 0,
    ) -> Policy:
        """Accepts only these parameter sets, only proofs that hide the execution, only proofs with at least so many
        bits of security, conjectured or proven. Raises ValueError if there is no such parameter set."""

@final
class Verdict:
    """The result of a verification; true if the proof is accepted."""

    valid: bool
    """Whether the proof is accepted."""
    code: int
    """0 if it is, otherwise the stable number of the error."""
    kind: str
    """Name of the error; "Accepted" for 0."""
    message: str
    differences: list[Literal["program", "kernel", "inputs", "outputs", "outcome", "cycle_limit"]]
    """The parts of the statement that are not as expected."""
    parameter_set: str | None
    """The parameter set of an accepted proof."""
    rows_log2: int
    """Binary logarithm of the number of rows of the trace; this and the following are 0 for a rejected proof."""
    hides: bool
    """Whether the proof has a form that hides the execution."""
    conjectured: int
    """Conjectured security in bits."""
    proven: int
    """Proven security in bits."""

    def __bool__(self) -> bool: ...

@final
class Bundle:
    """The content of a proof bundle: what its author states, until it is verified."""

    program: str
    """Program hash: 64 hexadecimal digits."""
    kernel: list[str]
    """Hashes of the procedures of the kernel."""
    inputs: list[int]
    """The initial stack, bottom first."""
    outputs: list[int]
    """The final stack, top first."""
    outcome: str
    """"success" or the name of a fault."""
    cycle_limit: int | None
    statement: bytes
    """The statement in binary form."""
    proof: bytes

def read_bundle(bundle: bytes) -> Bundle:
    """Reads the binary or the JSON form, and verifies nothing. Raises ValueError if the file has neither."""

def verify_bundle(
    bundle: bytes,
    program: str,
    *,
    kernel: Sequence[str] = (),
    inputs: Sequence[int] | None = None,
    outputs: Sequence[int] | None = None,
    outcome: str = "success",
    cycle_limit: int | None = None,
    policy: Policy | None = None,
) -> Verdict:
    """Verifies that the statement of a bundle is as expected, and that its proof proves it.

    The program hash must come from a source that you trust. Where inputs (bottom first) and outputs (top first) are
    None, they are proven as the bundle states them; zeros at the bottom may be omitted. The outcome is "success",
    "any", or the name of a fault. Raises ValueError if an argument other than the bundle is malformed. Other threads of
    Python run meanwhile."""

def verify(statement: bytes, proof: bytes, policy: Policy | None = None) -> Verdict:
    """Verifies that a proof proves exactly this statement, given in binary form."""
