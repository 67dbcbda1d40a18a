//! Results of tests, as text and as JSON.

use std::{env, time::Duration};

use serde_json::{Value, json};

use super::{Coverage, Test, problem::Problem};
use crate::{cli, messages, report::Report};

/// A test that was run.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) test: Test,
    /// The number of cycles; with random items, of one of the runs.
    pub(crate) result: Result<u64, Problem>,
    pub(crate) time: Duration,
}

/// Tests that were run.
#[derive(Debug)]
pub(crate) struct Summary(pub(crate) Vec<Finished>);

impl Summary {
    pub(crate) fn num_failed(&self) -> usize {
        self.0.iter().filter(|finished| finished.result.is_err()).count()
    }

    /// Adds the lines that the tests execute.
    pub(crate) fn add_to(&self, coverage: &mut Coverage) {
        let covered = self.0.iter().filter_map(|finished| finished.test.covered.as_ref());
        covered.for_each(|covered| covered.add_to(coverage));
    }

    /// Shows why tests fail.
    pub(crate) fn show_problems(&self) {
        for finished in &self.0 {
            if let Err(problem) = &finished.result {
                messages::print(problem.render(&finished.test, &finished.command(problem)));
            }
        }
    }

    pub(crate) fn report(&self) -> Report {
        let failed = self.num_failed();
        let passed = self.0.len() - failed;
        Report::new()
            .lines(self.0.iter().map(Finished::line))
            .line(format!("{passed} passed, {failed} failed"))
            .key("outcome", "success")
            .key("passed", passed)
            .key("failed", failed)
            .key("tests", self.0.iter().map(Finished::to_json).collect::<Vec<_>>())
    }
}

impl Finished {
    fn line(&self) -> String {
        let name = &self.test.name;
        match &self.result {
            Ok(cycles) => format!("ok    {name} ({cycles} cycles)"),
            Err(_) => format!("FAIL  {name}"),
        }
    }

    fn to_json(&self) -> Value {
        let (file, at) = (self.test.source.name(), self.test.source.location(self.test.span.start));
        let mut entry = json!({
            "name": self.test.name, "file": file, "line": at.line, "column": at.column,
            "passed": self.result.is_ok(),
        });
        let keys = entry.as_object_mut().expect("the entry is an object");
        match &self.result {
            Ok(cycles) => drop(keys.insert("cycles".into(), (*cycles).into())),
            Err(problem) => {
                keys.insert("message".into(), problem.kind.to_string().into());
                keys.insert("command".into(), self.command(problem).into());
                if let Some(stack) = &problem.random {
                    let stack: Vec<_> = stack.iter().map(ToString::to_string).collect();
                    keys.insert("initial_stack".into(), stack.into());
                }
            }
        }
        entry
    }

    /// The command that repeats the test alone, with the random items with which it fails.
    pub(super) fn command(&self, problem: &Problem) -> String {
        let mut words: Vec<String> = vec![cli::NAME.into()];
        let arguments: Vec<String> =
            env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let (option, value) = argument.split_once('=').map_or((&**argument, None), |(o, v)| (o, Some(v)));
            match option {
                "--filter" | "--exact" | "--junit" | "--lcov" | "--stack" if value.is_none() => {
                    // Its value.
                    let _ = rest.next();
                }
                "--filter" | "--exact" | "--junit" | "--lcov" | "--stack" | "--json" | "--coverage"
                | "--watch" => {}
                _ => words.push(quoted(argument)),
            }
        }
        words.extend(["--exact".into(), quoted(&self.test.name)]);
        if let Some(stack) = &problem.random {
            let items: Vec<_> = stack.iter().map(ToString::to_string).collect();
            words.extend(["--stack".into(), items.join(",")]);
        }
        words.join(" ")
    }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:,=+@%".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.into(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("lib::a.b"), "lib::a.b");
        assert_eq!(quoted("p::t#2"), "'p::t#2'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
