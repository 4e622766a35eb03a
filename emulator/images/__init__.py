"""Images without Docker: an OCI manifest, a config and one layer, kept by digest.

The layer holds what the Dockerfile's final stage copies from the context. What earlier stages
install (Python packages) is not in it: containers of the stage take it from the project's virtual
environment. The files that those stages are made from count in the digest, by the image's history.
"""
