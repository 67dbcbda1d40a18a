// The extension: starts the editor server, and runs the commands above programs and tests in a terminal.

"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");
const { invocation } = require("./commands");

let client;

function activate(context) {
  const settings = vscode.workspace.getConfiguration("miden");
  const path = settings.get("path");
  const options = { libraries: settings.get("libraries"), kernel: settings.get("kernel") };
  for (const command of ["run", "prove", "debug", "test"]) {
    const run = (uri, name) => runInTerminal(path, command, vscode.Uri.parse(uri).fsPath, name, options);
    context.subscriptions.push(vscode.commands.registerCommand(`miden.${command}`, run));
  }
  client = new LanguageClient(
    "miden",
    "Miden assembly",
    { command: path, args: ["lsp"], options: { cwd: folder() } },
    { documentSelector: [{ language: "masm" }], initializationOptions: options },
  );
  return client.start();
}

// The arguments go to the binary as they are, without a shell that could read more into the name of a file.
function runInTerminal(shellPath, command, file, name, options) {
  const { args, cwd = folder() } = invocation(command, file, name, options);
  const terminal = vscode.window.createTerminal({ name: `miden ${command}`, cwd, shellPath, shellArgs: args });
  terminal.show();
}

function folder() {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };
