use clap::Args;
use miden_assembly::nearest;
use serde_json::json;

use super::execute::Execute;
use crate::{
    args::JsonArgs,
    error::CliError,
    explanations::{Explanation, Group},
    report::Report,
};

/// Explains a fault, a failure or an error by its name.
#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// Name or number of the fault, failure or error; without it, all names are listed.
    #[arg(value_name = "CODE")]
    code: Option<String>,
    #[command(flatten)]
    json: JsonArgs,
}

impl Execute for Explain {
    fn run(&self) -> Result<Report, CliError> {
        let all = Explanation::all();
        let report = Report::new().key("outcome", "success");
        let Some(code) = &self.code else { return Ok(list(report, &all)) };
        let explanation = find(&all, code)?;
        let operations = explanation.operations();
        let can_fail = (!operations.is_empty()).then(|| format!("Operations: {}", operations.join(", ")));
        Ok(report
            .line(match explanation.number {
                Some(number) => format!("{} ({number})", explanation.name),
                None => explanation.name.into(),
            })
            .line("")
            .lines(wrapped(explanation.text))
            .lines(can_fail.map(|line| format!("\n{line}")))
            .key("name", explanation.name)
            .optional_key("number", explanation.number)
            .key("explanation", explanation.text)
            .key("operations", operations))
    }

    fn json(&self) -> bool {
        self.json.json
    }
}

fn list(report: Report, all: &[Explanation]) -> Report {
    let report = Group::ALL.into_iter().fold(report, |report, group| {
        let names = all.iter().filter(|explanation| explanation.group == group);
        report.line(group.title()).lines(names.map(|explanation| format!("  {}", explanation.name))).line("")
    });
    let names = all.iter().map(
        |Explanation { name, number, text, .. }| json!({"name": name, "number": number, "explanation": text}),
    );
    report.line("`miden explain NAME` explains one.").key("explanations", names.collect::<Vec<_>>())
}

/// The explanation with this name in any case, or this number.
fn find<'e>(all: &'e [Explanation], code: &str) -> Result<&'e Explanation, CliError> {
    let is_named = |explanation: &&Explanation| {
        explanation.name.eq_ignore_ascii_case(code)
            || explanation.number.is_some_and(|number| code == number.to_string())
    };
    all.iter().find(is_named).ok_or_else(|| {
        let names = all.iter().map(|explanation| explanation.name);
        let nearest = nearest(code, names).map(|name| format!("did you mean `{name}`?"));
        let help = nearest.unwrap_or_else(|| "`miden explain` lists the names".into());
        CliError::Usage(format!("nothing is called `{code}`; {help}"))
    })
}

/// The text in lines of readable length.
fn wrapped(text: &str) -> Vec<String> {
    const WIDTH: usize = 80;
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.into()),
        }
    }
    lines
}
