use miden_processor::Step;

use super::{BreakpointError, Debugger, Reason, StopSearch, Stopping, Target};
use crate::Moment;

/// Why the program has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A step is complete, or a place has been reached.
    Step,
    /// At the breakpoint with this number.
    Breakpoint(u32),
    /// At the command `breakpoint` of the program.
    Command,
    /// The program fails here.
    Fault,
    /// The program has ended.
    End,
    /// At the earliest cycle that can be reached.
    Start,
    /// The interrupt was set.
    Interrupted,
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Reached => Self::Step,
            Reason::Breakpoint(id) => Self::Breakpoint(id),
            Reason::Command => Self::Command,
        }
    }
}

impl Debugger {
    /// Number of invocations that are visible.
    fn depth(&self) -> usize {
        self.recorder.moment().depth().saturating_sub(self.hidden)
    }

    /// Goes to the first instruction.
    pub fn start(&mut self) -> Stop {
        self.recorder.seek(0);
        let starts = |moment: &Moment<'_>| moment.starts_statement();
        if !starts(&self.recorder.moment()) && !self.recorder.find(starts) {
            return self.ended();
        }
        self.hidden = self.recorder.moment().entering();
        Stop::Start
    }

    /// Goes to a cycle, which may be inside of an instruction.
    pub fn seek(&mut self, clk: u64) -> Stop {
        self.recorder.seek(clk);
        self.hidden = 0;
        match self.recorder.result() {
            Some(Ok(_)) => Stop::End,
            Some(Err(_)) => Stop::Fault,
            None if self.recorder.clk() < clk => Stop::Interrupted,
            None => Stop::Step,
        }
    }

    /// Goes to the next instruction, into a procedure if it is an invocation.
    pub fn step_in(&mut self) -> Stop {
        if let Some(hidden) = self.hidden.checked_sub(1) {
            self.hidden = hidden;
            return self.stop_at(Stop::Step);
        }
        self.forward(Some(usize::MAX))
    }

    /// Goes to the next instruction of the same procedure, or of its caller; stops at breakpoints on the way.
    pub fn step_over(&mut self) -> Stop {
        self.forward(Some(self.depth()))
    }

    /// Goes to the next instruction of the caller; stops at breakpoints on the way.
    pub fn step_out(&mut self) -> Stop {
        self.forward(self.depth().checked_sub(1))
    }

    /// Goes forward to the next stop.
    pub fn resume(&mut self) -> Stop {
        self.forward(None)
    }

    /// Like [`resume`](Self::resume), but stays if the current place is a stop already.
    pub fn resume_from_here(&mut self) -> Stop {
        match self.stops.first(&self.recorder.moment(), 0..self.hidden + 1) {
            Some((reason, hidden)) if self.recorder.result().is_none() => {
                self.hidden = hidden;
                reason.into()
            }
            _ => self.resume(),
        }
    }

    /// Goes forward to a place; stops at breakpoints on the way.
    ///
    /// # Errors
    /// If the place names nothing in the program.
    pub fn run_to(&mut self, target: Target) -> Result<Stop, BreakpointError> {
        let (_, place) = self.resolve(target)?;
        self.stops.push(Stopping { reason: Reason::Reached, place, condition: None });
        let stop = self.resume();
        self.stops.remove(Reason::Reached);
        Ok(stop)
    }

    /// Goes to the instruction before, into a procedure that has returned.
    pub fn step_back(&mut self) -> Stop {
        if self.hidden < self.recorder.moment().entering() {
            self.hidden += 1;
            return self.stop_at(Stop::Step);
        }
        self.backward(Some(usize::MAX))
    }

    /// Goes to the instruction before in the same procedure, or to the invocation of the procedure; stops at breakpoints
    /// on the way.
    pub fn step_back_over(&mut self) -> Stop {
        let depth = self.depth();
        if self.hidden < self.recorder.moment().entering() {
            self.hidden += 1;
            return self.stop_at(Stop::Step);
        }
        self.backward(Some(depth))
    }

    /// Goes back to the last stop.
    pub fn reverse_resume(&mut self) -> Stop {
        self.backward(None)
    }

    /// Goes forward to the next instruction in at most `depth` invocations, unless it is `None`, or to a breakpoint.
    fn forward(&mut self, depth: Option<usize>) -> Stop {
        // Invocations that start at this cycle.
        let (stops, hidden) = (&self.stops, self.hidden);
        if let Some((reason, hidden)) = stops.first(&self.recorder.moment(), 0..hidden) {
            self.hidden = hidden;
            return reason.into();
        }
        let mut stop = None;
        let mut search = StopSearch::new(&mut self.stops, depth, |stops, moment| {
            stop = stops.first(moment, 0..usize::MAX).map(|(reason, hidden)| (reason.into(), hidden));
            let outside = || moment.depth().saturating_sub(moment.entering());
            if depth.is_some_and(|depth| moment.starts_statement() && outside() <= depth) {
                // The step is complete before any invocation that starts here.
                stop = match stop {
                    Some((_, hidden)) if hidden == moment.entering() => stop,
                    _ => Some((Stop::Step, moment.entering())),
                };
            }
            stop.is_some()
        });
        self.recorder.search(&mut search);
        match stop {
            Some((stop, hidden)) if self.recorder.result().is_none() => {
                self.hidden = hidden;
                stop
            }
            _ => self.ended(),
        }
    }

    /// Goes back to the last instruction in at most `depth` invocations, unless it is `None`, those that have not been
    /// entered aside; or to a breakpoint.
    fn backward(&mut self, depth: Option<usize>) -> Stop {
        let (stops, entered) = (&self.stops, self.hidden + 1);
        if let Some((reason, hidden)) = stops.last(&self.recorder.moment(), entered..usize::MAX) {
            self.hidden = hidden;
            return reason.into();
        }
        let mut stop = None;
        let mut search = StopSearch::new(&mut self.stops, depth, |stops, moment| {
            let hit = stops.last(moment, 0..usize::MAX).map(|(reason, hidden)| (reason.into(), hidden));
            let hidden = depth.map(|depth| moment.depth().saturating_sub(depth));
            let step = hidden.filter(|hidden| moment.starts_statement() && *hidden <= moment.entering());
            let step = step.map(|hidden| (Stop::Step, hidden));
            // The later one of the two: fewer invocations have not been entered.
            let here = [hit, step].into_iter().flatten().min_by_key(|(_, hidden)| *hidden);
            stop = here.or(stop);
            here.is_some()
        });
        match (self.recorder.search_back(&mut search), stop) {
            (Some(_), Some((stop, hidden))) => {
                self.hidden = hidden;
                stop
            }
            _ if self.recorder.is_interrupted() => Stop::Interrupted,
            _ => {
                self.recorder.seek(self.recorder.earliest());
                let starts = |moment: &Moment<'_>| moment.starts_statement();
                if !starts(&self.recorder.moment()) {
                    self.recorder.find(starts);
                }
                self.hidden = self.recorder.moment().entering();
                Stop::Start
            }
        }
    }

    /// The reason to stop where the program goes no further.
    fn ended(&mut self) -> Stop {
        self.hidden = 0;
        match self.recorder.result() {
            None => Stop::Interrupted,
            Some(Ok(_)) => Stop::End,
            Some(Err(_)) => {
                let fault = self.stops.on_fault(&self.recorder.moment());
                let moment = self.recorder.moment();
                if matches!(moment.cycle().step, Step::Operation { .. }) && !moment.starts_statement() {
                    self.recorder.find_back(|moment| moment.starts_statement());
                }
                fault.map_or(Stop::Fault, Stop::from)
            }
        }
    }

    /// A stop at the current cycle: a breakpoint, or this one.
    fn stop_at(&self, otherwise: Stop) -> Stop {
        let hit = self.stops.first(&self.recorder.moment(), self.hidden..self.hidden + 1);
        hit.map_or(otherwise, |(reason, _)| reason.into())
    }
}
