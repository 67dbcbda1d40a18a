/** A digest: 64 lower-case hex digits. */
export type Digest = string;

export type Outcome =
    | { kind: "success" }
    | {
          kind: "fault";
          /** Name of the fault. */
          code: string;
          /** Name of the operation or node that failed. */
          operation: string;
          /** Its cycle, counted from 0. */
          clk: bigint;
          /** Whether no advice had been read before. */
          deterministic: boolean;
          /** The procedure that the kernel lacks. */
          target: Digest | null;
      };

/** The claim that a proof proves. */
export interface Statement {
    /** Program hash. */
    program: Digest;
    /** Procedures that system calls may enter. */
    kernel: Digest[];
    /** The initial stack, bottom first; shorter ones have zeros below. */
    inputs: bigint[];
    /** The final stack, top first; shorter ones have zeros below. */
    outputs: bigint[];
    outcome: Outcome;
    cycleLimit: bigint | null;
}

/** A statement and its proof. */
export interface Bundle {
    statement: Statement;
    proof: Uint8Array;
}

/** The statements that are accepted. */
export interface Expectation {
    /** Program hash, from a source that you trust. */
    program: Digest;
    /** Default: no kernel. */
    kernel?: Digest[];
    /** Default: any. */
    inputs?: bigint[];
    /** Default: any. */
    outputs?: bigint[];
    /** "success", which is the default, "any", or the name of a fault. */
    outcome?: string;
    /** Default: no limit. */
    cycleLimit?: bigint | null;
}

/** The proofs that are accepted. */
export interface Policy {
    /** Names of parameter sets; default: all. */
    parameterSets?: string[];
    /** Whether a proof must hide the execution. */
    hiding?: boolean;
    /** Least conjectured security in bits. */
    conjectured?: number;
    /** Least proven security in bits. */
    proven?: number;
}

export type Part = "program" | "kernel" | "inputs" | "outputs" | "outcome" | "cycleLimit";

/** Security of a round of the protocol, in bits. */
export interface Round {
    round: string;
    conjectured: number;
    uniqueDecoding: number;
    listDecoding: number;
}

export interface Accepted {
    valid: true;
    code: 0;
    parameterSet: string;
    /** Binary logarithm of the number of rows of the trace. */
    rowsLog2: number;
    /** Whether the proof has a form that hides the execution. */
    hides: boolean;
    conjectured: number;
    proven: number;
    rounds: Round[];
}

export interface Rejected {
    valid: false;
    /** Stable number of the error. */
    code: number;
    /** Name of the error. */
    kind: string;
    message: string;
    /** The parts of the statement that are not as expected. */
    differences: Part[];
}

export type Verdict = Accepted | Rejected;

/** A malformed statement or bundle. */
export class FormatError extends Error {}

export class Verifier {
    constructor(module: WebAssembly.Module);
    /** @throws FormatError if the statement or the expectation is malformed; RangeError if memory does not suffice */
    verify(statement: Statement, proof: Uint8Array, expectation: Expectation, policy?: Policy): Verdict;
    /** @throws FormatError if the file or the expectation is malformed; RangeError if memory does not suffice */
    verifyBundle(file: Uint8Array | ArrayBuffer | string, expectation: Expectation, policy?: Policy): Verdict;
}

/** Compiles the module; without an argument, the one of the package. */
export function load(source?: BufferSource | Response | WebAssembly.Module): Promise<Verifier>;
/** Decodes the binary or JSON form. @throws FormatError */
export function decodeBundle(file: Uint8Array | ArrayBuffer | string): Bundle;
/** Decodes the binary or JSON form. @throws FormatError */
export function decodeStatement(file: Uint8Array | ArrayBuffer | string): Statement;
/** Encodes in binary form. @throws FormatError */
export function encodeStatement(statement: Statement): Uint8Array;

export const errors: readonly { number: number; name: string; text: string }[];
export const faults: readonly { number: number; name: string }[];
export const parameterSets: readonly { id: number; name: string }[];
