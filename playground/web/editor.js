// The editor of the source: highlighting, diagnostics.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// The rules by which the book highlights sources, put in by the build.
const rules = RULES.map(([pattern, classes]) => [new RegExp(pattern, "y"), classes]);
const TAGS = {
    comment: tags.comment,
    string: tags.string,
    meta: tags.meta,
    keyword: tags.keyword,
    title: tags.definition(tags.variableName),
    number: tags.number,
    literal: tags.atom,
    built_in: tags.variableName,
};

const language = StreamLanguage.define({
    name: "masm",
    // The parts of a match that are still to come, with their ends.
    startState: () => ({ parts: [] }),
    copyState: ({ parts }) => ({ parts: [...parts] }),
    tokenTable: TAGS,
    languageData: { commentTokens: { line: "#" } },
    token(stream, state) {
        if (state.parts.length === 0 || stream.sol()) {
            state.parts = match(stream.string, stream.pos);
        }
        const [end, kind] = state.parts.shift();
        stream.pos = end;
        return kind || null;
    },
});

/** The match at a place of a line as parts, each with its end and its class. */
function match(line, start) {
    for (const [pattern, classes] of rules) {
        pattern.lastIndex = start;
        const found = pattern.exec(line);
        if (!found || found[0] === "") {
            continue;
        }
        if (classes.length === 1) {
            return [[start + found[0].length, classes[0]]];
        }
        const parts = [];
        let at = start;
        found.slice(1).forEach((group, index) => {
            if (!group) {
                return;
            }
            const from = line.indexOf(group, at);
            if (from > at) {
                parts.push([from, ""]);
            }
            at = from + group.length;
            parts.push([at, classes[index + 1]]);
        });
        const end = start + found[0].length;
        return at < end ? [...parts, [end, ""]] : parts;
    }
    return [[start + 1, ""]];
}

const color = (name) => ({ color: `var(--${name})` });
const style = HighlightStyle.define([
    { tag: tags.comment, ...color("quiet") },
    { tag: tags.string, ...color("string") },
    { tag: [tags.keyword, tags.meta], ...color("keyword"), fontWeight: "600" },
    { tag: tags.definition(tags.variableName), ...color("name") },
    { tag: [tags.number, tags.atom], ...color("number") },
]);

const theme = EditorView.theme({
    "&": { border: "1px solid var(--line)", borderRadius: ".25rem", height: "100%", backgroundColor: "Field", color: "FieldText" },
    "&.cm-focused": { outline: "3px solid Highlight", outlineOffset: "2px" },
    ".cm-content": { caretColor: "FieldText", fontFamily: "ui-monospace, monospace" },
    ".cm-gutters": { backgroundColor: "Field", borderRight: "1px solid var(--line)", color: "var(--quiet)" },
    ".cm-tooltip": { backgroundColor: "Canvas", border: "1px solid var(--line)", color: "CanvasText" },
    ".cm-panels": { backgroundColor: "Canvas", color: "CanvasText" },
    ".cm-scroller": { overflow: "auto" },
});

/** An editor in `parent`; `onChange` gets nothing, `onRun` is the shortcut. */
export function createEditor(parent, { label, onChange, onRun }) {
    const view = new EditorView({
        parent,
        state: EditorState.create({
            extensions: [
                lineNumbers(),
                lintGutter(),
                history(),
                language,
                syntaxHighlighting(style),
                theme,
                EditorState.tabSize.of(4),
                EditorView.contentAttributes.of({ "aria-label": label }),
                EditorView.updateListener.of((update) => update.docChanged && onChange()),
                // Tab moves on to the next control, so that the keyboard can leave the editor.
                keymap.of([{ key: "Mod-Enter", run: () => (onRun(), true) }, ...lintKeymap, ...defaultKeymap, ...historyKeymap]),
            ],
        }),
    });
    const within = (offset) => Math.min(offset, view.state.doc.length);
    return {
        text: () => view.state.doc.toString(),
        setText: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
        /** Marks the diagnostics of the source, each with severity, message, start and end. */
        mark(diagnostics) {
            const marks = diagnostics.map(({ start, end, severity, message, help }) => ({
                from: within(start),
                to: within(Math.max(start, end)),
                severity,
                message: help ? `${message}\nhelp: ${help}` : message,
            }));
            view.dispatch(setDiagnostics(view.state, marks));
        },
        /** Puts the cursor at an offset. */
        goTo(offset) {
            view.dispatch({ selection: { anchor: within(offset) }, scrollIntoView: true });
            view.focus();
        },
    };
}
