"""Commands that a machine finds on its PATH in place of the ones that need a real system."""
