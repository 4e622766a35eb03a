"""What every layer may use: errors, clock, console, project, locks, git tree, Markdown."""
