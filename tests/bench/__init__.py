"""Benchmarks: `make bench`. Timings never fail; each is one line `name: value unit` in docs/benchmarks.md."""
