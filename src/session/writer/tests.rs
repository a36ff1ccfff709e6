//! Tests of writer.
