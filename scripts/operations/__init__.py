"""Use cases with typed arguments: deploy, roll back, reconcile, roll out, verify."""
