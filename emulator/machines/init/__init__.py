"""A machine's first process: runs the user data, keeps units running, shuts down in order."""
