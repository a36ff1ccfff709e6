//! Bytes of a build into text: what a person reads (`plain`) and what CI puts before it (`prefix`), what the log pane
//! draws (`style`, `build`) or shows as it came (`came`, `visible`), where the whole log is kept (`store`, `index`), how
//! it is searched (`search`), told apart (`mask`) and broken into lines (`wrap`). Pure; bounded memory.

mod abreast;
pub mod build;
pub mod came;
pub mod fullscreen;
pub mod index;
pub mod mask;
mod needle;
pub mod plain;
pub mod prefix;
pub mod search;
pub mod store;
pub mod style;
pub mod visible;
pub mod wrap;
