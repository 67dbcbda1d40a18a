const vscode = require("vscode");

exports.activate = (context) => {
  const factory = {
    createDebugAdapterDescriptor: (session) =>
      new vscode.DebugAdapterExecutable("miden", ["dap"], { cwd: session.workspaceFolder?.uri.fsPath }),
  };
  context.subscriptions.push(vscode.debug.registerDebugAdapterDescriptorFactory("miden", factory));
};
