"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const Module = require("node:module");
const os = require("node:os");
const path = require("node:path");
const test = require("node:test");

// Stand-ins for the modules that the editor provides, which record what the extension does.
const commands = new Map();
const terminals = [];
const clients = [];
const settings = { path: "/opt/miden", libraries: ["tools=lib"], kernel: null };
const vscode = {
  workspace: {
    getConfiguration: () => ({ get: (key) => settings[key] }),
    workspaceFolders: [{ uri: { fsPath: "/work" } }],
  },
  commands: { registerCommand: (name, run) => commands.set(name, run) },
  window: { createTerminal: (options) => (terminals.push(options), { show() {} }) },
  Uri: { parse: (uri) => ({ fsPath: decodeURIComponent(uri.replace("file://", "")) }) },
};
class LanguageClient {
  constructor(...given) {
    clients.push(given);
  }
  start() {
    return Promise.resolve();
  }
  stop() {
    return Promise.resolve();
  }
}
const load = Module._load;
Module._load = (name, ...rest) =>
  ({ vscode, "vscode-languageclient/node": { LanguageClient } })[name] ?? load(name, ...rest);

const { invocation } = require("../commands.js");
const extension = require("../extension.js");

test("the server starts with the settings, and the commands run the binary", async () => {
  await extension.activate({ subscriptions: [] });
  const [, , server, client] = clients[0];
  assert.deepStrictEqual(server, { command: "/opt/miden", args: ["lsp"], options: { cwd: "/work" } });
  assert.deepStrictEqual(client.initializationOptions, { libraries: ["tools=lib"], kernel: null });
  assert.deepStrictEqual([...commands.keys()], ["miden.run", "miden.prove", "miden.debug", "miden.test"]);
  commands.get("miden.run")("file:///project/a%20b.masm");
  assert.deepStrictEqual(terminals[0].shellArgs, ["run", "/project/a b.masm", "--library", "tools=lib"]);
  settings.kernel = "k.masm";
  await extension.activate({ subscriptions: [] });
  commands.get("miden.test")("file:///project/a.masm", "t");
  const expected = ["test", "/project/a.masm", "--filter", "a::t", "--library", "tools=lib", "--kernel", "k.masm"];
  assert.deepStrictEqual(terminals[1].shellArgs, expected);
  assert.strictEqual(terminals[1].shellPath, "/opt/miden");
  await extension.deactivate();
});

test("in a project the commands use its manifest", () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "miden-"));
  fs.mkdirSync(path.join(root, "src"));
  fs.writeFileSync(path.join(root, "miden.toml"), 'name = "a"\nprogram = "src/main.masm"\n');
  const file = (name) => path.join(root, "src", name);
  assert.deepStrictEqual(invocation("prove", file("main.masm")), { cwd: root, args: ["prove"] });
  assert.deepStrictEqual(invocation("test", file("m.masm"), "t"), { cwd: root, args: ["test", "--filter", "::t"] });
  assert.deepStrictEqual(invocation("run", file("other.masm")), { args: ["run", file("other.masm")] });
  fs.rmSync(root, { recursive: true });
});

test("the files that the manifest names exist and are well-formed", () => {
  const root = path.join(__dirname, "..");
  const manifest = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
  const [language] = manifest.contributes.languages;
  const [grammar] = manifest.contributes.grammars;
  for (const file of [language.configuration, grammar.path]) {
    JSON.parse(fs.readFileSync(path.join(root, file), "utf8"));
  }
  const { indentationRules } = JSON.parse(fs.readFileSync(path.join(root, language.configuration), "utf8"));
  const indents = (line) => new RegExp(indentationRules.increaseIndentPattern).test(line);
  assert.ok(indents("proc.f.2") && indents("    if.true # a") && indents("pub proc f") && indents("begin"));
  assert.ok(!indents("proc.f add end") && !indents("    exec.begin_with") && !indents("begin add end # a"));
});
