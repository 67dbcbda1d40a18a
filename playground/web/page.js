// The page: editor and inputs on the one side, two workers with the machine on the other. One of them only checks, so that
// diagnostics do not wait for a proof.

import { createEditor } from "./editor.js";
import { Machine } from "./machine.js";
import { clear, describe, table, write } from "./results.js";
import { fromFragment, toFragment } from "./share.js";
// Put in by the build: the module compressed, the worker as text.
import compressed from "module.wasm.gz";
import workerText from "worker.txt";

const CHECK_DELAY = 250;
const FIELDS = ["stack", "advice", "kernel", "limit", "set"];
const OPERATIONS = ["run", "analyze", "prove", "verify"];
const element = (id) => document.getElementById(id);

const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("gzip"));
const module = await WebAssembly.compile(await new Response(stream).arrayBuffer());
const worker = URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }));
const checker = new Machine(module, worker);
const machine = new Machine(module, worker, ({ stage, permille }) => {
    element("progress").value = permille;
    element("stage").textContent = `${about.stages[stage]}, ${Math.floor(permille / 10)} %`;
});
const editor = createEditor(element("editor"), { label: "Source of the program", onChange: changed, onRun: () => perform("run") });
const { answer: about } = await checker.call("describe");

let diagnostics = [];
let bundle = null;
let busy = false;
let checks = 0;
let timer;

for (const { name, purpose } of about.parameter_sets) {
    element("set").add(new Option(`${name} — ${plain(purpose)}`, name));
}
for (const [index, { name, shows }] of EXAMPLES.entries()) {
    element("example").add(new Option(`${name}: ${plain(shows)}`, index));
}

/** A text without its marks of code. */
function plain(text) {
    return text.replaceAll("`", "");
}

function fields() {
    return { source: editor.text(), ...Object.fromEntries(FIELDS.map((id) => [id, element(id).value])) };
}

function setFields({ source, set, ...rest }) {
    for (const id of ["stack", "advice", "kernel", "limit"]) {
        element(id).value = rest[id] ?? "";
    }
    const known = about.parameter_sets.some(({ name }) => name === set);
    element("set").value = known ? set : about.parameter_sets[0].name;
    element("more").open = Boolean(rest.kernel || rest.limit);
    editor.setText(source ?? "");
    forget();
}

/** Forgets proof and results: they are about other fields. */
function forget() {
    bundle = null;
    clear();
    enable();
}

/** The fields as a request; throws an error if one is malformed. */
function request() {
    const { source, kernel, stack, advice, limit, set } = fields();
    if (!/^\d{0,15}$/.test(limit.trim())) {
        throw new Error("the cycle limit is not a number");
    }
    const cycleLimit = limit.trim() === "" ? null : Number(limit);
    return { source, kernel, stack, advice, cycle_limit: cycleLimit, parameter_set: set };
}

function changed() {
    clearTimeout(timer);
    timer = setTimeout(check, CHECK_DELAY);
}

async function check() {
    const own = ++checks;
    const result = await checker.call("check", { source: editor.text(), kernel: element("kernel").value });
    if (own !== checks || result === null) {
        return;
    }
    diagnostics = result.answer.diagnostics ?? [{ severity: "error", message: result.answer.message, file: "program", line: 1, column: 1, start: 0, end: 0 }];
    showDiagnostics();
}

function showDiagnostics() {
    editor.mark(diagnostics.filter(({ file }) => file === "program"));
    const items = diagnostics.map((diagnostic) => {
        const item = document.createElement("li");
        item.className = diagnostic.severity;
        item.append(place(diagnostic), `: ${diagnostic.severity}: ${diagnostic.message}`);
        if (diagnostic.help) {
            item.append(`\nhelp: ${diagnostic.help}`);
        }
        return item;
    });
    element("diagnostics").replaceChildren(...items);
    const count = (severity) => diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    const plural = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
    const [errors, warnings] = [count("error"), count("warning")];
    element("checked").textContent = errors + warnings === 0 ? "No errors." : `${plural(errors, "error")}, ${plural(warnings, "warning")}.`;
}

/** Line and column, for the program as a button that leads there. */
function place({ file, line, column, start }) {
    const text = `${file === "program" ? "line" : `${file}, line`} ${line}, column ${column}`;
    if (file !== "program") {
        return text;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", () => editor.goTo(start));
    return button;
}

/** Says which buttons can be used. They keep the focus when they cannot. */
function enable() {
    const able = { run: !busy, analyze: !busy, prove: !busy, verify: !busy && bundle !== null, download: bundle !== null, cancel: busy };
    for (const [id, isAble] of Object.entries(able)) {
        element(id).setAttribute("aria-disabled", String(!isAble));
    }
}

const isDisabled = (id) => element(id).getAttribute("aria-disabled") === "true";

async function perform(operation) {
    if (isDisabled(operation)) {
        return;
    }
    let asked;
    try {
        asked = request();
    } catch (error) {
        write("bad", "Not started", error.message);
        return;
    }
    busy = true;
    enable();
    clear();
    write("", { run: "Running…", analyze: "Analyzing…", prove: "Proving…", verify: "Verifying…" }[operation], "");
    element("working").hidden = false;
    element("progress").removeAttribute("value");
    element("stage").textContent = "";
    const result = await machine.call(operation, asked, operation === "verify" ? bundle : undefined);
    busy = false;
    element("working").hidden = true;
    if (result === null) {
        write("", "Cancelled", "");
    } else {
        if (operation === "prove") {
            bundle = result.bundle.length > 0 ? result.bundle : null;
        }
        show(operation, result);
    }
    enable();
}

function show(operation, { answer, milliseconds }) {
    const { kind, verdict, reason, failure, tables } = describe(operation, answer, milliseconds);
    write(kind, verdict, reason);
    element("results").replaceChildren(...tables);
    if (answer.diagnostics) {
        diagnostics = answer.diagnostics;
        showDiagnostics();
    }
    if (failure?.place) {
        showFailure(failure);
    }
}

/** The place of a failure and the calls that led to it; marked in the editor until the source changes. */
function showFailure({ message, help, place: at, callers }) {
    const invocation = (called) => {
        const line = document.createElement("span");
        const procedure = called.procedure ? `, in procedure ${called.procedure}` : "";
        line.append(place(called), `: ${called.instruction}${procedure}`);
        return line;
    };
    const rows = [["Failed", invocation(at)], ...callers.map((caller) => ["Called by", invocation(caller)])];
    element("results").prepend(table("Place of the failure", rows));
    const marks = diagnostics.filter(({ file }) => file === "program");
    const own = [at, ...callers].find(({ file }) => file === "program");
    if (own) {
        editor.mark([...marks, { ...own, severity: "error", message, help }]);
    }
}

for (const operation of OPERATIONS) {
    element(operation).addEventListener("click", () => perform(operation));
}
element("cancel").addEventListener("click", () => isDisabled("cancel") || machine.cancel());
element("download").addEventListener("click", () => {
    if (!isDisabled("download")) {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([bundle]));
        link.download = "program.bundle";
        link.click();
        URL.revokeObjectURL(link.href);
    }
});
element("share").addEventListener("click", async () => {
    const fragment = await toFragment(fields());
    history.replaceState(null, "", `#${fragment}`);
    element("address").value = location.href;
    element("link").hidden = false;
    element("address").select();
    const copied = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
    write("", copied ? "Link copied" : "Link below", "It contains the source and the inputs, advice included.");
});
element("example").addEventListener("change", () => {
    const example = EXAMPLES[element("example").value];
    if (example) {
        setFields(example);
    }
});
element("kernel").addEventListener("input", changed);
element("inputs").addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", restore);

/** Takes the fields from the address; false if it has none. */
async function restore() {
    if (location.hash.length < 2) {
        return false;
    }
    try {
        setFields(await fromFragment(location.hash));
    } catch (error) {
        write("bad", "The link was not opened", error.message);
        return false;
    }
    return true;
}

if (!(await restore())) {
    element("example").value = "0";
    const { verdict, reason } = { verdict: element("verdict").textContent, reason: element("reason").textContent };
    setFields(EXAMPLES[0]);
    write(verdict ? "bad" : "", verdict, reason);
}
