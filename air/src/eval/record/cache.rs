//! Recorded programs, kept for the next proof of the process.

#[cfg(feature = "std")]
use std::sync::{Mutex, OnceLock, PoisonError};

use miden_core::Shared;

use super::program::ConstraintProgram;
use crate::StatementConstants;

/// The program of the transition constraints for these numbers of the statement.
#[cfg(feature = "std")]
pub(crate) fn transition(constants: StatementConstants) -> Shared<ConstraintProgram> {
    static RECENT: Mutex<Recent> = Mutex::new(Recent::new());
    let recent = || RECENT.lock().unwrap_or_else(PoisonError::into_inner);
    // Recorded without the lock, so that no proof waits for another one.
    let found = recent().find(constants);
    found.unwrap_or_else(|| {
        let program = Shared::new(ConstraintProgram::record_transition(constants));
        recent().insert(constants, Shared::clone(&program));
        program
    })
}

/// The program of the transition constraints for these numbers of the statement.
#[cfg(not(feature = "std"))]
pub(crate) fn transition(constants: StatementConstants) -> Shared<ConstraintProgram> {
    Shared::new(ConstraintProgram::record_transition(constants))
}

/// The program of the fractions of the bus.
#[cfg(feature = "std")]
pub(crate) fn fractions() -> Shared<ConstraintProgram> {
    static PROGRAM: OnceLock<Shared<ConstraintProgram>> = OnceLock::new();
    Shared::clone(PROGRAM.get_or_init(|| Shared::new(ConstraintProgram::record_fractions())))
}

/// The program of the fractions of the bus.
#[cfg(not(feature = "std"))]
pub(crate) fn fractions() -> Shared<ConstraintProgram> {
    Shared::new(ConstraintProgram::record_fractions())
}

/// Number of programs that are kept: statements with as many inputs, and the same kind of outcome, share one.
#[cfg(feature = "std")]
const KEPT: usize = 8;

/// The programs that were used last, the most recent first.
#[cfg(feature = "std")]
struct Recent([Option<(StatementConstants, Shared<ConstraintProgram>)>; KEPT]);

#[cfg(feature = "std")]
impl Recent {
    const fn new() -> Self {
        Self([const { None }; KEPT])
    }

    fn find(&mut self, constants: StatementConstants) -> Option<Shared<ConstraintProgram>> {
        let matches =
            |entry: &Option<(StatementConstants, _)>| entry.as_ref().is_some_and(|e| e.0 == constants);
        let position = self.0.iter().position(matches)?;
        self.0[..=position].rotate_right(1);
        self.0[0].as_ref().map(|(_, program)| Shared::clone(program))
    }

    /// Replaces the program that was used the longest time ago.
    fn insert(&mut self, constants: StatementConstants, program: Shared<ConstraintProgram>) {
        self.0.rotate_right(1);
        self.0[0] = Some((constants, program));
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use miden_core::Felt;

    use super::*;

    fn constants(num_input_rows: u64) -> StatementConstants {
        StatementConstants { num_input_rows: Felt::new(num_input_rows), ..StatementConstants::any() }
    }

    #[test]
    fn the_program_that_was_used_the_longest_time_ago_goes() {
        let program = Shared::new(ConstraintProgram::default());
        let mut recent = Recent::new();
        for i in 0..KEPT as u64 {
            recent.insert(constants(i), Shared::clone(&program));
        }
        assert!(recent.find(constants(0)).is_some());
        recent.insert(constants(100), program);
        let kept = |i| recent.0.iter().flatten().any(|(other, _)| *other == constants(i));
        assert_eq!([0, 1, 2, 100].map(kept), [true, false, true, true]);
    }

    #[test]
    fn a_program_belongs_to_its_statement() {
        for _ in 0..2 {
            for i in [3, 4] {
                let expected = ConstraintProgram::record_transition(constants(i));
                assert_eq!(*transition(constants(i)), expected);
            }
        }
        assert!(Shared::ptr_eq(&transition(constants(3)), &transition(constants(3))));
    }
}
