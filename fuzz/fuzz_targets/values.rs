//! Files of inputs and outputs, in JSON and TOML, as the command line reads them: any text gives values that survive writing
//! and reading, or an error that can be read.
//!
//! The command line is a program and not a library, so this target has its modules, with a file that is not on the disk.

#![no_main]
#![allow(dead_code, unreachable_pub, reason = "a target uses a part of the modules")]

#[path = "../../miden-cli/src/digest.rs"]
mod digest;
mod files {
    use std::path::Path;

    /// A file always has a content here.
    #[derive(Debug, thiserror::Error)]
    pub(crate) enum FileError {}

    pub(crate) struct Files(pub(crate) String);

    impl Files {
        pub(crate) fn read_text(&self, _: &Path) -> Result<String, FileError> {
            Ok(self.0.clone())
        }
    }

    pub(crate) const fn display_path(path: &Path) -> &Path {
        path
    }
}
#[path = "../../miden-cli/src/value_file"]
mod value_file {
    mod advice;
    mod errors;
    mod inputs;
    mod items;
    mod merge;
    mod outputs;
    mod place;
    mod value;

    pub(crate) use errors::ValueFileError;
    pub(crate) use inputs::{InputSources, Inputs, read as read_inputs};
    pub(crate) use outputs::Outputs;
}

use std::path::Path;

use files::Files;
use libfuzzer_sys::fuzz_target;
use miden_core::ProgramInputs;
use value_file::{InputSources, Inputs, Outputs, ValueFileError, read_inputs};

fn check(error: &ValueFileError) {
    assert!(!error.to_string().is_empty());
}

fn read(sources: &InputSources<'_>, files: &Files) -> Option<Inputs> {
    read_inputs(sources, files).inspect_err(check).ok()
}

fuzz_target!(|text: &str| {
    let files = Files(text.into());
    for path in ["p.json", "p.toml", "p.inputs"].map(Path::new) {
        let sources = InputSources { file: Some(path), default: None, stack: None, advice: None };
        if let Some(inputs) = read(&sources, &files) {
            let bytes = inputs.values.to_bytes();
            assert_eq!(ProgramInputs::from_bytes(&bytes), Ok(inputs.values));
        }
        match Outputs::read(path, &files) {
            Ok(outputs) => {
                let written = Files(outputs.to_json());
                assert_eq!(Outputs::read(path, &written).unwrap(), outputs);
            }
            Err(error) => check(&error),
        }
    }
    // The lists of the arguments.
    let sources = InputSources { file: None, default: None, stack: Some(text), advice: Some(text) };
    let _ = read(&sources, &files);
});
