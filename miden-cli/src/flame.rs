//! Profiles for other tools: folded stacks, flame graphs, the Firefox Profiler.

use std::{io, path::Path, time::SystemTime};

use fxprof_processed_profile::{
    CategoryHandle, CpuDelta, Frame, FrameFlags, FrameInfo, Profile, SamplingInterval, Timestamp,
};
use inferno::flamegraph;

use crate::{
    error::CliError,
    files::{self, FileError},
    profile::{Part, Samples},
};

/// A line for each stack of procedures: the names, outermost first, separated by semicolons, and its own rows.
pub(crate) fn folded(samples: &Samples, part: Part) -> String {
    let line = |(stack, rows): (Vec<String>, u64)| format!("{} {rows}\n", stack.join(";"));
    samples.stacks(part).into_iter().map(line).collect()
}

/// A flame graph.
pub(crate) fn svg(samples: &Samples, part: Part) -> Result<String, CliError> {
    let folded = folded(samples, part);
    if folded.is_empty() {
        return Err(CliError::Usage(format!("the run has no rows of the part `{}`", part.name())));
    }
    let mut options = flamegraph::Options::default();
    options.title = format!("Rows of the part {}", part.name());
    options.count_name = if part == Part::Execution { "cycles" } else { "rows" }.into();
    // Equal profiles have equal pictures.
    options.deterministic = true;
    let mut picture = Vec::new();
    flamegraph::from_lines(&mut options, folded.lines(), &mut picture).map_err(cannot_write)?;
    String::from_utf8(picture).map_err(|error| cannot_write(io::Error::other(error)))
}

/// A file for the Firefox Profiler: each part of the trace is a thread, in which a row takes a millisecond.
pub(crate) fn firefox(samples: &Samples, program: &Path) -> Result<String, CliError> {
    let name = files::display_path(program).display().to_string();
    // The time of the recording is not part of the profile.
    let interval = SamplingInterval::from_millis(1);
    let mut profile = Profile::new(&name, SystemTime::UNIX_EPOCH.into(), interval);
    let start = Timestamp::from_millis_since_reference(0.0);
    let process = profile.add_process(&name, 1, start);
    for (number, part) in (1..).zip(Part::ALL) {
        let stacks = samples.stacks(part);
        if stacks.is_empty() {
            continue;
        }
        // A main thread would be shown under the name of the program.
        let thread = profile.add_thread(process, number, start, false);
        profile.set_thread_name(thread, part.name());
        let mut rows = 0;
        for (stack, own) in stacks {
            let frames: Vec<FrameInfo> = stack
                .iter()
                .map(|name| FrameInfo {
                    frame: Frame::Label(profile.intern_string(name)),
                    category_pair: CategoryHandle::OTHER.into(),
                    flags: FrameFlags::empty(),
                })
                .collect();
            let stack = profile.intern_stack_frames(thread, frames.into_iter());
            // The format has weights of 31 bits.
            let mut left = own;
            while left > 0 {
                let weight = i32::try_from(left).unwrap_or(i32::MAX);
                // Row counts are far below 2^53.
                let time = Timestamp::from_millis_since_reference(rows as f64);
                profile.add_sample(thread, time, stack, CpuDelta::ZERO, weight);
                left -= u64::from(weight.unsigned_abs());
                rows += u64::from(weight.unsigned_abs());
            }
        }
    }
    serde_json::to_string(&profile).map_err(|error| cannot_write(error.into()))
}

fn cannot_write(source: io::Error) -> CliError {
    FileError::Write { path: "profile".into(), source }.into()
}
