"""The benchmarks: `python -m tests.benchmarks` measures and writes docs/benchmarks.md."""
