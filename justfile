# What developers run. `just --list` shows it.

# Everything that CI checks.
check:
    ./.ci/run

# Format, then the quick checks.
quick:
    cargo fmt
    cargo clippy --all-targets -- -D warnings
    cargo test --lib

# Benchmarks; results belong in BENCHMARKS.md.
bench:
    cargo bench

# Make the pictures in screenshots/ again.
screenshots:
    ./screenshots/make

# Review changed snapshots: copies the new ones over the old ones.
snapshots:
    INSTA_UPDATE=always cargo test

# Build for riscv64 and drive the tour there under emulation. DIR holds the toolchain (env.sh, bin/qemu-riscv64).
riscv64 DIR:
    ./tests/riscv64/run {{DIR}}
