// The page: reads the bundle and the expectation from the form, and shows verdict, statement and security.

import { FormatError, decodeBundle, faults, load } from "../../verifier/wasm/npm/index.js";
import wasm from "verifier.wasm";

const element = (id) => document.getElementById(id);
const text = (id) => element(id).value.trim();
const verifier = await load(wasm);
let file = null;
let turn = 0;

for (const fault of faults) {
    element("outcome").add(new Option(fault.name));
}

function list(id) {
    const items = text(id);
    return items === "" ? undefined : items.split(/[\s,]+/).filter(Boolean).map(BigInt);
}

/** What the form says is expected; without a program hash, that of the bundle. */
function expectation(statement) {
    return {
        program: text("program").replace(/^0x/i, "").toLowerCase() || statement.program,
        kernel: text("kernel").split(/[\s,]+/).filter(Boolean),
        cycleLimit: text("limit") === "" ? null : BigInt(text("limit")),
        outcome: element("outcome").value,
        inputs: list("inputs"),
        outputs: list("outputs"),
    };
}

function table(caption, head, rows) {
    const table = document.createElement("table");
    table.createCaption().textContent = caption;
    if (head.length > 0) {
        const row = table.createTHead().insertRow();
        for (const name of head) {
            const cell = document.createElement("th");
            cell.scope = "col";
            cell.textContent = name;
            row.append(cell);
        }
    }
    const body = table.createTBody();
    for (const [name, ...cells] of rows) {
        const row = body.insertRow();
        const header = document.createElement("th");
        header.scope = "row";
        header.textContent = name;
        row.append(header);
        for (const content of cells) {
            const cell = row.insertCell();
            cell.textContent = content;
            cell.className = typeof content === "number" ? "number" : "";
        }
    }
    return table;
}

function describe(outcome) {
    if (outcome.kind === "success") {
        return "success";
    }
    const { code, operation, clk, target, deterministic } = outcome;
    const missing = target === null ? "" : `, procedure ${target}`;
    return `${code} of ${operation} in cycle ${clk}${missing}${deterministic ? "" : ", with advice"}`;
}

function details({ statement, proof }, verdict, milliseconds) {
    const { program, kernel, inputs, outputs, outcome, cycleLimit } = statement;
    const title = verdict.valid ? "Proven statement" : "Claimed statement, not proven";
    const tables = [
        table(title, [], [
            ["Program hash", program],
            ["Kernel", kernel.length === 0 ? "none" : kernel.join(" ")],
            ["Initial stack, last item on top", inputs.join(", ")],
            ["Final stack, first item on top", outputs.join(", ")],
            ["Outcome", describe(outcome)],
            ["Cycle limit", cycleLimit === null ? "none" : cycleLimit.toString()],
        ]),
    ];
    if (verdict.valid) {
        const { parameterSet, rowsLog2, hides, conjectured, proven, rounds } = verdict;
        tables.push(
            table("Proof", [], [
                ["Parameter set", parameterSet],
                ["Rows of the trace", `2^${rowsLog2}`],
                ["Hides the execution", hides ? "yes" : "no"],
                ["Security", `${conjectured} bits conjectured, ${proven} bits proven`],
                ["Size", `${proof.length} bytes`],
                ["Time", `${milliseconds.toFixed(1)} ms`],
            ]),
            table(
                "Security by round, in bits",
                ["Round", "Conjectured", "Unique decoding", "List decoding"],
                rounds.map((round) => [round.round, round.conjectured, round.uniqueDecoding, round.listDecoding]),
            ),
        );
    }
    element("details").replaceChildren(...tables);
}

function show(kind, verdict, reason) {
    element("verdict").className = kind;
    element("verdict").textContent = verdict;
    element("reason").textContent = reason;
}

async function check() {
    if (file === null) {
        return;
    }
    const own = ++turn;
    element("details").replaceChildren();
    show("", "Verifying…", "");
    try {
        const bytes = new Uint8Array(await file.arrayBuffer());
        if (own !== turn) {
            return;
        }
        const bundle = decodeBundle(bytes);
        const expected = expectation(bundle.statement);
        const start = performance.now();
        const verdict = verifier.verify(bundle.statement, bundle.proof, expected);
        details(bundle, verdict, performance.now() - start);
        if (!verdict.valid) {
            const parts = verdict.differences.length > 0 ? ` Different: ${verdict.differences.join(", ")}.` : "";
            show("invalid", "Invalid", `${verdict.message}${parts} (${verdict.kind}, ${verdict.code})`);
        } else if (text("program") === "") {
            show("valid", "The proof is valid for the statement below", "Whether that is the statement you want to know about is for you to say: enter the program hash that you expect.");
        } else {
            show("valid", "Valid", "The program that you expect was executed as stated below.");
        }
    } catch (error) {
        const known = error instanceof FormatError || error instanceof RangeError || error instanceof SyntaxError;
        show("invalid", "Invalid", known ? `${file.name}: ${error.message}` : `Internal error: ${error}`);
    }
}

element("file").addEventListener("change", () => {
    file = element("file").files[0] ?? null;
    check();
});
element("form").addEventListener("input", (event) => event.target.id !== "file" && check());
element("form").addEventListener("submit", (event) => event.preventDefault());
const drop = element("drop");
document.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
});
document.addEventListener("dragleave", () => drop.classList.remove("over"));
document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer.files.length > 0) {
        file = event.dataTransfer.files[0];
        check();
    }
});
