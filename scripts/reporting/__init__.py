"""Text for people: the pull request's comment, summaries, reports, tables, the live display."""
