"""A person's token: the one in GITHUB_TOKEN, or the one that GitHub's own command line keeps."""

import os
import subprocess

from scripts.base.errors import RefusedError

SECONDS = 20
COMMAND = ["gh", "auth", "token"]


def find_token() -> str:
    """Return a token.

    Raises:
        RefusedError: neither has one.
    """
    return os.environ.get("GITHUB_TOKEN") or _of_gh()


def _of_gh() -> str:
    try:
        done = subprocess.run(COMMAND, capture_output=True, text=True, timeout=SECONDS, check=False)
    except FileNotFoundError:
        raise _none("gh is not installed") from None
    except subprocess.TimeoutExpired:
        raise _none(f"gh auth token did not answer within {SECONDS} s") from None
    token = done.stdout.strip()
    if done.returncode or not token:
        raise _none(done.stderr.strip() or "gh auth token printed none")
    return token


def _none(which: str) -> RefusedError:
    return RefusedError(
        "there is no token for GitHub",
        which=["GITHUB_TOKEN is not set", which],
        next_step="Install gh and run `gh auth login`, or set GITHUB_TOKEN to a token of an "
        "administrator of the repository.",
    )
