"""Stand-in of actions/upload-artifact, for paths of single files.

The artifact holds a file by its name alone where there is one; files in hidden folders count only
with `include-hidden-files` (the action's README).
"""

import io
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path


def main() -> None:
    """Upload."""
    paths = [Path(line) for line in os.environ["INPUT_PATH"].splitlines() if line.strip()]
    if os.environ["INPUT_HIDDEN"] != "true":
        paths = [path for path in paths if not any(part[0] == "." for part in path.parts)]
    found = [path for path in paths if path.is_file()]
    if not found:
        message = f"No files were found with the provided path: {os.environ['INPUT_PATH']}"
        if os.environ["INPUT_MISSING"] == "error":
            sys.exit(message)
        sys.stdout.write(f"::warning::{message}\n")
        return
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in found:
            archive.write(path, path.name)
    query = urllib.parse.urlencode(
        {
            "workspace": os.environ["GITHUB_WORKSPACE"],
            "name": os.environ["INPUT_NAME"],
            "overwrite": os.environ["INPUT_OVERWRITE"],
        }
    )
    url = f"{os.environ['HARNESS_URL']}/harness/artifacts?{query}"
    request = urllib.request.Request(url, data=packed.getvalue())
    request.add_header("Content-Type", "application/zip")
    try:
        urllib.request.urlopen(request).close()
    except urllib.error.HTTPError as error:
        sys.exit(f"Failed to CreateArtifact: {error.read().decode()}")
    sys.stdout.write(f"harness: uploaded {os.environ['INPUT_NAME']}\n")


main()
