//! (to be written)

pub mod plain;
