"""The Python module. `verifier/bindings/run` builds it and runs these tests."""

import base64
import json
import struct
from pathlib import Path

import pytest
from miden_verify import Policy, read_bundle, verify, verify_bundle

FIXTURES = Path(__file__).parents[3] / "tests" / "fixtures"
PROGRAM = (FIXTURES / "format-5.digest").read_text().strip()
PROOF = (FIXTURES / "format-5.bin").read_bytes()
INPUTS = [*range(100, 120), 0, 10]
OUTPUTS = [0, 55, *range(119, 99, -1)]
OTHER = "1".rjust(64, "0")
NOOP, ASSERT = 0x01, 0x79


def items(values):
    return struct.pack(f"<I{len(values)}Q", len(values), *values)




def stated(outputs):
    """The binary form of a statement after its magic bytes, up to the outcome."""
    return struct.pack("<H", 1) + bytes.fromhex(PROGRAM) + bytes(4) + items(INPUTS) + items(outputs)


BODY = stated(OUTPUTS) + bytes(2)
STATEMENT = b"MDST" + BODY
BUNDLE = b"MDPB" + BODY + struct.pack("<I", len(PROOF)) + PROOF


def as_json():
    statement = {
        "version": 1,
        "program": PROGRAM,
        "kernel": [],
        "inputs": [str(item) for item in INPUTS],
        "outputs": [str(item) for item in OUTPUTS],
        "outcome": "success",
        "cycle_limit": None,
    }
    form = {"version": 1, "statement": statement, "proof": base64.b64encode(PROOF).decode()}
    return json.dumps(form).encode()


@pytest.mark.parametrize("file", [BUNDLE, as_json()], ids=["binary", "json"])
def test_the_stored_proof_is_accepted(file):
    verdict = verify_bundle(file, PROGRAM, inputs=INPUTS, outputs=OUTPUTS)
    assert verdict and verdict.valid
    assert (verdict.code, verdict.kind, verdict.differences) == (0, "Accepted", [])
    assert (verdict.parameter_set, verdict.rows_log2, verdict.hides) == ("small-96", 10, True)
    assert verdict.conjectured == 96
    bundle = read_bundle(file)
    assert (bundle.program, bundle.kernel, bundle.outcome, bundle.cycle_limit) == (PROGRAM, [], "success", None)
    assert (bundle.inputs, bundle.outputs) == (INPUTS, OUTPUTS)
    assert (bundle.statement, bundle.proof) == (STATEMENT, PROOF)


@pytest.mark.parametrize(
    ("expected", "differences"),
    [
        ({"program": OTHER}, ["program"]),
        ({"kernel": [OTHER]}, ["kernel"]),
        ({"inputs": [10]}, ["inputs"]),
        ({"inputs": INPUTS, "outputs": [0, 56]}, ["outputs"]),
        ({"outcome": "DivideByZero", "cycle_limit": 9}, ["outcome", "cycle_limit"]),
        ({"inputs": []}, ["inputs"]),
    ],
)
def test_each_part_that_differs_is_named(expected, differences):
    verdict = verify_bundle(BUNDLE, **{"program": PROGRAM, **expected})
    assert not verdict
    assert (verdict.code, verdict.kind, verdict.differences) == (402, "OtherStatement", differences)
    assert verdict.parameter_set is None


def test_any_outcome_accepts_success():
    assert verify_bundle(BUNDLE, PROGRAM, outcome="any")


@pytest.mark.parametrize(
    ("policy", "kind"),
    [
        ({"parameter_sets": ["std-128"]}, "UnacceptableParameterSet"),
        ({"parameter_sets": []}, "UnacceptableParameterSet"),
        ({"parameter_sets": ["std-128", "small-96"], "hiding": True, "conjectured": 96}, "Accepted"),
        ({"conjectured": 128}, "InsufficientSecurity"),
        ({"proven": 100}, "InsufficientSecurity"),
    ],
)
def test_a_policy_narrows_what_is_accepted(policy, kind):
    assert verify(STATEMENT, PROOF, Policy(**policy)).kind == kind


@pytest.mark.parametrize("file", [b"", b"{}", BUNDLE[:-1], BUNDLE + b"\0", bytes(50 << 20)])
def test_malformed_bundles_get_a_verdict(file):
    verdict = verify_bundle(file, PROGRAM)
    assert (verdict.code, verdict.kind) == (401, "MalformedBundle")
    assert verdict.message
    with pytest.raises(ValueError):
        read_bundle(file)


@pytest.mark.parametrize(
    "arguments",
    [
        {"program": "12"},
        {"kernel": ["12"]},
        {"inputs": [0xFFFFFFFF00000001]},
        {"outcome": "failure"},
    ],
)
def test_malformed_arguments_raise(arguments):
    with pytest.raises(ValueError):
        verify_bundle(BUNDLE, **{"program": PROGRAM, **arguments})


def test_a_policy_needs_existing_parameter_sets():
    with pytest.raises(ValueError, match="fast-96"):
        Policy(parameter_sets=["fast-95"])


def claim(kind, cycles):
    """The statement with a limit, of a failed assertion, or of an end by the limit, in this cycle."""
    limit = b"\1" + struct.pack("<Q", cycles)
    if kind == "limit":
        return b"MDST" + stated(OUTPUTS) + b"\0" + limit
    fault = bytes([1, ASSERT]) if kind == "fault" else bytes([11, NOOP])
    outcome = fault + struct.pack("<Q", cycles) + b"\1"
    return b"MDST" + stated(OUTPUTS[:16]) + outcome + (b"\0" if kind == "fault" else limit)


def altered(data, kind, a, b):
    match kind:
        case "flip":
            return data[:a] + bytes([data[a] ^ b]) + data[a + 1 :]
        case "overwrite":
            end = min(a + 16, len(data))
            return data[:a] + bytes([b]) * (end - a) + data[end:]
        case "truncate":
            return data[:a]
        case "append":
            return data + bytes([b]) * a
        case "set":
            return data[:a] + bytes([b]) + data[a + 1 :]
        case "limit" | "fault" | "stop":
            return claim(kind, (a << 32) + b)


def test_verdicts_equal_those_of_the_native_verifier():
    cases = json.loads((FIXTURES / "verdicts.json").read_text())
    assert len(cases) > 1000
    for part, kind, a, b, expected in cases:
        statement = altered(STATEMENT, kind, a, b) if part == "statement" else STATEMENT
        proof = altered(PROOF, kind, a, b) if part == "proof" else PROOF
        assert verify(statement, proof).code == expected, (part, kind, a, b)
