//! Extracts the control flow of procedures from the sources, with the comments beside it.

use std::collections::BTreeMap;

use miden_stdlib::Module;

/// A procedure of a module.
#[derive(Debug)]
pub(super) struct Procedure {
    pub(super) path: String,
    /// The comments beside its own loops, in the order of the loop nodes in its tree.
    pub(super) loops: Vec<String>,
    /// The comments beside its own branches, in the order of the branch nodes.
    pub(super) branches: Vec<String>,
    /// The paths of the procedures that it executes.
    pub(super) executes: Vec<String>,
}

/// The procedures of a module, without re-exports.
pub(super) fn procedures(module: &Module) -> Vec<Procedure> {
    let mut modules = BTreeMap::new();
    let mut procedures: Vec<Procedure> = Vec::new();
    for line in module.source.lines().filter(|line| !line.starts_with("const")) {
        let (code, comment) = line.split_once('#').unwrap_or((line, ""));
        let comment = comment.trim().to_owned();
        for token in code.split_whitespace() {
            let (word, rest) = token.split_once('.').unwrap_or((token, ""));
            match word {
                "use" => {
                    modules.insert(rest.rsplit("::").next().unwrap(), rest);
                }
                "proc" | "export" => {
                    let name = rest.split('.').next().unwrap();
                    procedures.push(Procedure {
                        path: format!("{}::{name}", module.path),
                        loops: Vec::new(),
                        branches: Vec::new(),
                        executes: Vec::new(),
                    });
                }
                "if" => procedures.last_mut().unwrap().branches.push(comment.clone()),
                // `while.true … end` or `do … while … end`
                "do" => procedures.last_mut().unwrap().loops.push(comment.clone()),
                "while" if !rest.is_empty() => procedures.last_mut().unwrap().loops.push(comment.clone()),
                "exec" => {
                    let path = match rest.split_once("::") {
                        Some((alias, name)) => format!("{}::{name}", modules[alias]),
                        None => format!("{}::{rest}", module.path),
                    };
                    procedures.last_mut().unwrap().executes.push(path);
                }
                _ => {}
            }
        }
    }
    procedures
}
