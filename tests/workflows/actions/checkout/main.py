"""Stand-in of actions/checkout.

The first step of every job: it waits here for what GitHub would wait for before it starts a job
(its concurrency group, the approval of its environment), then fetches as the real one does.
"""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path


def begin(workspace: str) -> dict[str, str]:
    """Wait until the job may start; return where to fetch from."""
    sys.stdout.write(f"harness: workspace {workspace}\n")
    sys.stdout.flush()
    query = urllib.parse.urlencode({"workspace": workspace})
    url = f"{os.environ['HARNESS_URL']}/harness/begin?{query}"
    try:
        with urllib.request.urlopen(url) as answer:
            values: dict[str, str] = json.load(answer)
            return values
    except urllib.error.HTTPError as error:
        sys.exit(f"harness: {error.read().decode()}")


def git(folder: Path, *arguments: str) -> None:
    """Run git quietly."""
    subprocess.run(["git", "-c", "advice.detachedHead=false", *arguments], cwd=folder, check=True)


def main() -> None:
    """Check out."""
    workspace = os.environ["GITHUB_WORKSPACE"]
    values = begin(workspace)
    folder = Path(workspace, os.environ["INPUT_PATH"])
    folder.mkdir(parents=True, exist_ok=True)
    wanted = os.environ["INPUT_REF"] or values["sha"]
    depth = os.environ["INPUT_DEPTH"]
    git(folder, "init", "--quiet", "--initial-branch=main")
    origin = f"file://{values['origin']}"
    if depth == "0":
        everything = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
        git(folder, "fetch", "--quiet", origin, *everything)
        git(folder, "fetch", "--quiet", origin, wanted)
    else:
        git(folder, "fetch", "--quiet", f"--depth={depth}", origin, wanted)
    git(folder, "checkout", "--quiet", "--force", "FETCH_HEAD")
    for tools in (".venv", ".tools"):
        if Path(values["origin"], tools).exists():
            # A copy of the tests has committed its link.
            (folder / tools).unlink(missing_ok=True)
            (folder / tools).symlink_to(Path(values["origin"], tools).resolve())
    # The tools are installed: make compares times, and a fetched file is always newer.
    for name in ("requirements/dev.txt", "scripts/upkeep/make_venv.py"):
        if (folder / name).exists():
            os.utime(folder / name, (0, 0))


main()
