"""`docker` without Docker, for machines and for the commands that build and push.

`run` starts the image's command as a bare process with the project's virtual environment. Networks,
capabilities and a read-only root are accepted and not enforced; what is not known is refused.
"""
