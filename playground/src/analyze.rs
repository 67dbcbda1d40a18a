use miden_air::ParameterSet;
use miden_processor::{Executor, PartRows};
use serde_json::{Value, json};

use crate::{failure, limits, problem::Problem, request::Request};

/// Counts the cycles, and the rows by part of the trace.
pub(crate) fn analyze(request: &Request) -> Result<Value, Problem> {
    let (inputs, options) = (request.inputs()?, request.options(limits::ANALYZED_CYCLES));
    let set = request.parameter_set()?;
    let assembly = request.assemble()?;
    let executor = || Executor::new(&assembly.program).with_inputs(inputs.clone()).with_options(options);
    let counted = executor().execute().and_then(|run| Ok((run.cycles, executor().count_rows()?)));
    Ok(match counted {
        Ok((cycles, rows)) => {
            let mut object = trace(&rows, set);
            object["outcome"] = "success".into();
            object["program"] = assembly.program.digest().to_hex().into();
            object["cycles"] = cycles.into();
            object
        }
        Err(error) => failure::to_json(&error, request, &assembly, &inputs, &options),
    })
}

fn trace(rows: &PartRows, set: ParameterSet) -> Value {
    // Rows of random numbers hide the others.
    let random = set.hiding(true).random_rows();
    let total = rows.padded_with(random);
    json!({
        "rows": total,
        "provable": total <= limits::TRACE_ROWS,
        "parts": {
            "execution": rows.execution, "range": rows.range, "chiplets": rows.chiplets(),
            "random": random, "padding": total.saturating_sub(rows.longest() + random),
        },
        "chiplets": {
            "hasher": rows.hasher, "bitwise": rows.bitwise, "memory": rows.memory, "merkle": rows.merkle,
            "kernel": rows.kernel,
        },
    })
}
