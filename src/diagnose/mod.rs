//! What the log means: lines, context and facts in; findings and questions out. Never does IO.
//!
//! `rule` is the YAML, `compile` makes one matcher of all patterns, `matcher` finds candidate lines,
//! `engine` turns candidates and facts into findings, `rank` orders them, `lint` verifies the rule base
//! by its own samples. How a finding becomes commands is `remedy`'s business.

mod candidate;
mod coarse;
pub mod compile;
mod context;
pub mod draft;
pub mod engine;
pub mod fact;
pub mod familiar;
pub mod fill;
pub mod finding;
mod gate;
mod intake;
mod likeness;
mod lines;
pub mod lint;
mod matcher;
mod memo;
mod needles;
mod neighbours;
mod outcome;
mod outline;
mod parts;
mod pattern;
mod prepared;
mod programs;
mod rank;
mod recent;
mod risk;
mod room;
pub mod rule;
pub(crate) mod shell;
pub mod source;
mod state;
mod test_block;
pub mod unknown;
mod untimed;
pub mod why_not;
