//! What to build: plans as data, trees recognised, values resolved, problems placed.

pub mod resolve;
mod resolved;
pub mod schema;
