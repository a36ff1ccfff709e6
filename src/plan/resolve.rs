//! A plan and the user's settings into what the runner runs, or all that is wrong with them.

pub use super::resolved::{Resolved, ResolvedProduct, ResolvedProgress, ResolvedStage};
