//! What the log means: lines, context and facts in; findings and questions out. Never does IO.
//!
//! `rule` is the YAML, `compile` makes one matcher of all patterns, `matcher` finds candidate lines,
//! `engine` turns candidates and facts into findings, `rank` orders them, `lint` verifies the rule base
//! by its own samples. How a finding becomes commands is `remedy`'s business.

pub mod fact;
pub mod finding;
pub mod rule;
