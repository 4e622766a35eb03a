"""Who acts, for the ledger and for holds."""

import getpass
import os
import socket

CHARACTERS = 64


def actor_name() -> str:
    """Return the workflow run's address part in CI, `user@host` elsewhere."""
    if run := os.environ.get("GITHUB_RUN_ID"):
        return f"run {run}"[:CHARACTERS]
    return f"{getpass.getuser()}@{socket.gethostname()}"[:CHARACTERS]
