use miden_assembly::{Assembly, InstructionInfo};
use miden_core::{Felt, ProgramInputs, params::STACK_TOP};
use miden_processor::{ExecutionError, ExecutionOptions};
use serde_json::{Value, json};

use crate::{
    check::place,
    diagnosis::{self, Diagnosis},
    request::Request,
};

/// A failure with its place, the calls that led to it, and the way out.
pub(crate) fn to_json(
    error: &ExecutionError,
    request: &Request,
    assembly: &Assembly,
    inputs: &ProgramInputs,
    options: &ExecutionOptions,
) -> Value {
    let site = error.site();
    let mut diagnosis = site.as_ref().map_or_else(Diagnosis::default, |site| {
        diagnosis::diagnose((&assembly.program, &assembly.debug), (inputs, options), site)
    });
    if diagnosis.stack.is_none() {
        diagnosis.stack = stack_as_written(error, request, assembly, (inputs, options));
    }
    let place_of_site = || {
        let site = site?;
        let debug = &assembly.debug;
        match site.decorator {
            Some(index) => debug.decorator(site.node, index),
            None => debug.instruction(site.node, site.operation.unwrap_or(0)),
        }
    };
    let failed = diagnosis.instructions.first().or_else(place_of_site);
    let form = failed.and_then(diagnosis::form_of);
    let message = failed
        .zip(form.as_ref())
        .zip(diagnosis.stack.as_ref())
        .and_then(|((failed, form), stack)| diagnosis::message(error, failed, form, stack));
    // Some help is about options of the command line.
    let help = diagnosis::help(error, form.as_ref())
        .filter(|help| !["--", "miden ", "command line"].iter().any(|other| help.contains(other)));

    json!({
        "outcome": if error.claim().is_some() { "fault" } else { "error" },
        "error": error.kind(),
        "message": message.unwrap_or_else(|| error.to_string()),
        "help": help,
        "cycle": site.map(|site| site.clk),
        "stack": site.map(|site| numbers(&site.stack)),
        "place": failed.map(instruction),
        "callers": diagnosis.callers.iter().take(12).map(instruction).collect::<Vec<_>>(),
    })
}

/// The stack on which the failed instruction began, if optimization has changed it.
fn stack_as_written(
    error: &ExecutionError,
    request: &Request,
    assembly: &Assembly,
    run: (&ProgramInputs, &ExecutionOptions),
) -> Option<[Felt; STACK_TOP]> {
    let site = error.site()?;
    let instruction = assembly.debug.instruction(site.node, site.operation?)?;
    if !matches!(error, ExecutionError::Fault { .. }) || instruction.num_operations() < 2 {
        return None;
    }
    let written = request.assembler().ok()?.with_optimizations(false).assemble(&request.program()).ok()?;
    diagnosis::diagnose_as_written((&written.program, &written.debug), run, (error, instruction))
}

fn instruction(instruction: &InstructionInfo) -> Value {
    let span = instruction.span();
    let mut place = place(instruction.source(), span.start, span.end);
    place["instruction"] = instruction.text().into();
    place["procedure"] = instruction.procedure().into();
    place
}

/// Field elements as decimal text: JavaScript rounds numbers above 2^53.
pub(crate) fn numbers(items: &[Felt]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}
