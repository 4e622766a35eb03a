"""Which actions the files below `.github` use."""

import re
from pathlib import Path

from scripts.base.project import ROOT

USES = re.compile(
    r"^\s*(?:- )?uses:\s*([\w.-]+/[\w.-]+)(?:/[^@\s]+)?@([0-9a-f]{40})\b", re.MULTILINE
)
FILES = ("workflows/*.yml", "actions/*/action.yml")


def used_actions(root: Path = ROOT) -> tuple[str, ...]:
    """Return them as `owner/name@commit`; those of this repository are none."""
    files = [path for pattern in FILES for path in (root / ".github").glob(pattern)]
    found = {f"{name}@{sha}" for path in files for name, sha in USES.findall(path.read_text())}
    return tuple(sorted(found))


def workflow_files(root: Path = ROOT) -> tuple[str, ...]:
    """Return the workflows' paths, as GitHub names them."""
    return tuple(
        sorted(str(path.relative_to(root)) for path in (root / ".github/workflows").glob("*.yml"))
    )
