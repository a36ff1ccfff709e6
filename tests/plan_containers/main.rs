//! The container plans on a real engine, without a network: an image of the machine's own programs stands in for
//! kube-cross and golang. Build, run -v, the data container, --volumes-from, the published rsync port and the way
//! out really happen. Where no engine answers, the tests say so and pass.
#![expect(clippy::disallowed_methods, reason = "a test drives the world")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod bind;
mod buildkit;
mod dapper;
mod engine;
#[path = "../plan_site/mod.rs"]
mod plan_site;
mod registry;
mod rsync;
mod target;
#[path = "../terminal/mod.rs"]
mod terminal;
