// Results as text and tables.

const SHOWN_ITEMS = 64;
const PARTS = ["execution", "range", "chiplets", "random", "padding"];
const CHIPLETS = ["hasher", "bitwise", "memory", "merkle", "kernel"];
const element = (id) => document.getElementById(id);

/** Writes to the live region. */
export function write(kind, verdict, reason) {
    element("verdict").className = kind;
    element("verdict").textContent = verdict;
    element("reason").textContent = reason;
}

export function clear() {
    write("", "", "");
    element("results").replaceChildren();
    element("link").hidden = true;
}

/** A table of names and texts or elements; rows without a value are left out. */
export function table(caption, rows) {
    const table = document.createElement("table");
    table.createCaption().textContent = caption;
    const body = table.createTBody();
    for (const [name, value] of rows.filter(([, value]) => value !== undefined && value !== null)) {
        const row = body.insertRow();
        const header = document.createElement("th");
        header.scope = "row";
        header.textContent = name;
        row.append(header);
        row.insertCell().append(value);
    }
    return table;
}

const number = (value) => value.toLocaleString("en");

/** Items of a stack, top first; zeros at the end are the empty stack. */
function stack(items) {
    const last = items.findLastIndex((item) => item !== "0");
    const shown = items.slice(0, Math.max(last + 1, 1)).slice(0, SHOWN_ITEMS);
    const more = Math.max(0, last + 1 - shown.length);
    return more > 0 ? `${shown.join(", ")}, … ${more} more` : shown.join(", ");
}

const time = (milliseconds) => (milliseconds < 1000 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds / 1000).toFixed(1)} s`);
const security = ({ conjectured, proven }) => `${conjectured} bits conjectured, ${proven} bits proven`;

/** Verdict, its reason, and tables; `failure` if the program failed. */
export function describe(operation, answer, milliseconds) {
    const { outcome, message, help } = answer;
    const shown = { run: ran, analyze: analyzed, prove: proved, verify: verified }[operation];
    const isShown = outcome === "success" || answer.valid !== undefined || (operation === "prove" && answer.failure);
    if (isShown) {
        return { reason: "", ...shown(answer, milliseconds) };
    }
    const isOurs = answer.cycle === undefined;
    const verdict = isOurs ? "Not possible" : outcome === "fault" ? "The program failed, which can be proven" : "The program failed";
    const rows = [["Cycle", answer.cycle && number(answer.cycle)], ["Stack, top first", answer.stack && stack(answer.stack)]];
    const tables = answer.stack ? [table("State at the failure", rows)] : [];
    return { kind: "bad", verdict, reason: help ? `${message}\nhelp: ${help}` : message, failure: answer, tables };
}

function ran({ program, cycles, outputs }, milliseconds) {
    const rows = [
        ["Final stack, top first", stack(outputs)],
        ["Cycles", number(cycles)],
        ["Program hash", program],
        ["Time", time(milliseconds)],
    ];
    return { kind: "good", verdict: "The program ended", tables: [table("Result", rows)] };
}

function analyzed({ program, cycles, rows, provable, parts, chiplets }) {
    const entries = (object, names) => names.map((name) => [name, number(object[name])]);
    const total = [["Cycles", number(cycles)], ["Rows of the trace", `2^${Math.log2(rows)}`], ["Provable here", provable ? "yes" : "no, the trace is too long"], ["Program hash", program]];
    return {
        kind: "good",
        verdict: `${number(cycles)} cycles, 2^${Math.log2(rows)} rows`,
        reason: "The longest of execution, range and chiplets, with the random rows, decides how many rows the trace has.",
        tables: [table("Result", total), table("Rows by part of the trace", entries(parts, PARTS)), table("Rows of the chiplets", entries(chiplets, CHIPLETS))],
    };
}

/** The rows that a proof and its verification have in common. */
function facts(answer, milliseconds) {
    return [
        ["Outcome", answer.stated],
        ["Stack, top first", stack(answer.outputs)],
        ["Program hash", answer.program],
        ["Parameter set", answer.parameter_set],
        ["Security", security(answer.security)],
        ["Hides the execution", answer.hides ? "yes" : "no"],
        ["Rows of the trace", `2^${Math.log2(answer.rows)}`],
        ["Cycles", answer.cycles === undefined ? null : number(answer.cycles)],
        ["Proof", answer.proof_bytes === undefined ? null : `${number(answer.proof_bytes)} bytes`],
        ["Time", time(milliseconds)],
    ];
}

function proved(answer, milliseconds) {
    const { failure } = answer;
    return {
        kind: "good",
        verdict: failure ? "Proven: the program fails" : "Proven",
        reason: failure?.message ?? "",
        failure,
        tables: [table("Proof", facts(answer, milliseconds))],
    };
}

function verified(answer, milliseconds) {
    if (!answer.valid) {
        return { kind: "bad", verdict: "Invalid", reason: `${answer.message} (${answer.error}, ${answer.code})`, tables: [] };
    }
    return {
        kind: "good",
        verdict: "Valid",
        reason: "The program in the editor, started on this stack, ended as stated below.",
        tables: [table("Proven statement", facts(answer, milliseconds))],
    };
}
