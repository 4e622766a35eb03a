"""Which processes are killed for a folder, and which never."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from scripts.base.project import ROOT

KILLS = """
    import sys
    from pathlib import Path
    from emulator import orphans

    print(orphans.kill(Path(sys.argv[1])))
"""


def test_a_process_with_a_path_of_the_folder_is_killed_and_who_asks_is_not(tmp_path: Path) -> None:
    """`make down` in a shell that has the emulator's environment killed make itself."""
    environment = {**os.environ, "EMULATOR_WORK": str(tmp_path / "work")}
    orphan = subprocess.Popen(["sleep", "60"], env=environment)
    asks = f"{sys.executable} -c '{textwrap.dedent(KILLS)}' {tmp_path}; echo alive"
    done = subprocess.run(
        ["bash", "-c", asks],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == [f"[{orphan.pid}]", "alive"], done.stderr
    assert orphan.wait(timeout=60) == -9
