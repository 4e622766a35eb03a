"""GitHub: the job that runs, its event, and the REST API through PyGithub."""
