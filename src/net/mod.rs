//! How this program reaches the network: which proxy a URL goes through, and one HTTP client.
//!
//! The environment is an argument, because a stage's differs from the program's own. Whether a host answers is
//! `probe`'s question.

pub mod bridge;
pub mod download;
pub mod http;
pub mod layer;
pub mod proxy;
