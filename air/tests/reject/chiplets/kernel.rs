use miden_core::trace::chiplets::kernel::{CALLED, NUMERATORS, STATED};

use crate::{
    Cases,
    common::{Section, Trace, now},
};

pub(super) fn reject(cases: &mut Cases, trace: &Trace) {
    for row in trace.section(Section::Kernel) {
        let frame = trace.frame(row).holds();
        for i in 0..CALLED.width() {
            let label = format!("kernel.digest[{i}]");
            cases.only("called", &frame.clone().bump(now(CALLED, i)), &[&label]);
            cases.only("stated", &frame.clone().bump(now(STATED, i)), &[&label]);
        }
        cases.only("twice", &frame.bump(now(NUMERATORS, 1)), &["kernel.numerator"]);
    }
}
