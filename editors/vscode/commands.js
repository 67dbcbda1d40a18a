// The arguments of the binary, and its directory, for the commands above programs and tests.

"use strict";

const fs = require("node:fs");
const path = require("node:path");

const MANIFEST = "miden.toml";

// In a project the manifest names libraries, kernel and inputs; a command that names a file would not use it.
function invocation(command, file, name, { libraries = [], kernel = null } = {}) {
  const project = find(path.dirname(file));
  if (project && command === "test") {
    return { cwd: project.root, args: [command, "--filter", `::${name}`] };
  }
  if (project?.program === file) {
    return { cwd: project.root, args: [command] };
  }
  const options = [
    ...libraries.flatMap((library) => ["--library", library]),
    ...(kernel ? ["--kernel", kernel] : []),
  ];
  // A test may have several cases, `stem::name#1` and so on.
  const filter = command === "test" ? ["--filter", `${path.basename(file, ".masm")}::${name}`] : [];
  return { args: [command, file, ...filter, ...options] };
}

// The project with the nearest manifest in a directory or above it.
function find(directory) {
  const manifest = path.join(directory, MANIFEST);
  if (!fs.existsSync(manifest)) {
    const parent = path.dirname(directory);
    return parent === directory ? undefined : find(parent);
  }
  const program = /^program\s*=\s*"([^"]*)"/m.exec(fs.readFileSync(manifest, "utf8"));
  return { root: directory, program: program && path.resolve(directory, program[1]) };
}

module.exports = { invocation };
