"""Stand-in of actions/download-artifact: each artifact of a pattern into a folder of its name."""

import fnmatch
import io
import json
import os
import sys
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path


def main() -> None:
    """Download."""
    query = urllib.parse.urlencode({"workspace": os.environ["GITHUB_WORKSPACE"]})
    url = f"{os.environ['HARNESS_URL']}/harness/artifacts"
    with urllib.request.urlopen(f"{url}?{query}") as answer:
        artifacts: dict[str, int] = json.load(answer)
    names = fnmatch.filter(artifacts, os.environ["INPUT_PATTERN"])
    for name in names:
        with urllib.request.urlopen(f"{url}/{artifacts[name]}") as answer:
            packed = io.BytesIO(answer.read())
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(Path(os.environ["INPUT_PATH"], name))
    sys.stdout.write(f"harness: downloaded {', '.join(names) or 'nothing'}\n")


main()
