//! Queries of an editor. `|` marks the cursor in the texts.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeMap, sync::Arc};

use miden_assembly::{Source, Span};
use miden_assembly_analysis::{Analysis, Modules};

mod completion;
mod definition;
mod hover;
mod rename;
mod symbols;

/// A source and the offset of the cursor in it.
fn with_cursor(text: &str) -> (Analysis, usize) {
    let offset = text.find('|').expect("no cursor");
    (Analysis::new(&Source::new("here", text.replacen('|', "", 1))), offset)
}

/// A few modules.
#[derive(Default)]
struct Library {
    modules: BTreeMap<String, Arc<Analysis>>,
    kernel: Option<Arc<Analysis>>,
}

impl Library {
    fn with(mut self, path: &str, text: &str) -> Self {
        self.modules.insert(path.into(), Arc::new(Analysis::new(&Source::new(path, text))));
        self
    }

    fn with_kernel(mut self, text: &str) -> Self {
        self.kernel = Some(Arc::new(Analysis::new(&Source::new("kernel", text))));
        self
    }
}

impl Modules for Library {
    fn module(&self, path: &str, _: &Source) -> Option<Arc<Analysis>> {
        self.modules.get(path).cloned()
    }

    fn kernel(&self) -> Option<Arc<Analysis>> {
        self.kernel.clone()
    }

    fn paths(&self, _: &Source) -> Vec<String> {
        self.modules.keys().cloned().collect()
    }
}

/// A few modules with procedures, constants and re-exports.
fn library() -> Library {
    Library::default()
        .with(
            "math::u64",
            "pub const LIMB = 4294967296\n#! Adds.\n#! Wraps around.\nexport.add.2 add end\nproc.internal add end",
        )
        .with("math::facade", "use.math::u64\nexport.u64::add->plus\nexport.::math::loop::p\npub use {LIMB as BASE} from math::u64")
        .with("math::loop", "use.math::facade\nexport.facade::p")
        .with("core::sys", "pub proc truncate drop end")
        .with_kernel("#! Puts money in.\nexport.deposit add end proc.check add end")
}

fn slice(source: &Source, span: Span) -> &str {
    source.text().get(span.range()).unwrap()
}
