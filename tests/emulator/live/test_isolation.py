"""No command reaches anything but this machine, whatever the shell that calls it holds."""

import json
import subprocess
from typing import Any

import pytest


def test_no_connection_leaves_loopback(airgapped: "subprocess.Popen[str] | None"):
    if airgapped is None:
        pytest.skip("a network of one's own needs unshare and the right to use it (Linux)")
    out, err = airgapped.communicate(timeout=400)
    assert airgapped.returncode == 0, err
    report: dict[str, Any] = json.loads(out)
    assert report["counts"] >= 1, "the kernel does not count what has no route"
    assert report["codes"] == dict.fromkeys(report["codes"], 0), report["errors"]
    assert report["without_route"] == 0
    assert report["callers"] == []
