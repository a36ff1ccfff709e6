//! The log of a session: written once, read by all.
//!
//! A session is one append-only asciicast v3 file. This module owns how an [`Event`](crate::event::Event)
//! becomes a line of it and back ([`cast`]), what must never reach it ([`redact`]), who appends ([`writer`])
//! and reads ([`reader`]), where sessions live ([`store`]), how foreign logs become the same events
//! ([`import`]) and how fast a recording is played ([`pace`]). What the events mean is `model`'s business.

pub mod cast;
pub mod dismissed;
pub mod import;
pub mod pace;
pub mod reader;
pub mod redact;
pub mod store;
pub mod utf8;
pub mod whole;
pub mod writer;

mod escape;
mod lines;
