"""The pipeline and its commands, in layers: see docs/architecture.md."""
