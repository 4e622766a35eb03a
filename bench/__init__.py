"""Measurements: what `make bench` runs, and the references that it compares with."""
