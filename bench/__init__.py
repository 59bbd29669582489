"""What is measured, against what, and how to run it: see README.md. ``python -m bench --help`` lists the benchmarks."""
