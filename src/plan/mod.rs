//! What to build: plans as data, trees recognised, values resolved, problems placed.
//!
//! `schema` is the YAML, `check` finds what is wrong with it, `catalogue` holds the plans that there are,
//! `detect` says which fit a tree, `requirement` what a machine lacks, `resolve` puts the values in. Pure
//! but for `disk`, which reads trees and keeps what the user trusts, and `tour`, which unpacks one.

pub mod amount;
pub mod catalogue;
pub mod check;
pub mod detect;
pub mod disk;
pub mod graph;
pub mod guide;
pub mod requirement;
pub mod resolve;
mod resolved;
pub mod schema;
pub mod tour;
pub mod tree;
pub mod trust;
mod values;
pub mod version;

pub use check::load;
pub use resolve::{Resolved, ResolvedProduct, ResolvedStage, Settings, resolve};
pub use schema::Plan;
