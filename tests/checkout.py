"""A clone of the working tree in a folder of its own, used as a stranger would: through make."""

import json
import os
import shutil
import signal
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.base.project import ROOT

OF_MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, headers with lower-case names, body."""

    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


class Checkout:
    """A copy of the repository with a commit of its own and this one's installed tools.

    Args:
        folder: of the copy.

    Attributes:
        shell: variables of whoever uses it, beside those of this process.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shell: dict[str, str] = {}

    @classmethod
    def copy(cls, folder: Path) -> "Checkout":
        """Copy what git tracks or would track, as it stands in the working tree.

        Of a folder that is a copy already, nothing that git tracks there is left.
        """
        checkout = cls(folder)
        if (folder / ".git").exists():
            checkout.git("checkout", "--quiet", "--force", "main")
            checkout.git("rm", "--quiet", "-r", ".")
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split("\0")
        for name in filter(None, listed):
            source, target = ROOT / name, folder / name
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        for tools in (".venv", ".tools"):
            if (ROOT / tools).exists() and not (folder / tools).exists():
                (folder / tools).symlink_to(ROOT / tools)
        checkout.git("init", "--quiet", "--initial-branch=main")
        checkout.commit("the copy")
        return checkout

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
        return subprocess.run(
            ["git", *identity, *arguments],
            cwd=self.folder,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    def spawn(
        self, *words: str, environment: dict[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start `make -s words…` in a process group of its own, as a shell would."""
        # Under `make test` this would otherwise be a make called by a make.
        own = {name: value for name, value in os.environ.items() if name not in OF_MAKE}
        return subprocess.Popen(
            ["make", "-s", *words],
            cwd=self.folder,
            env={**own, "NO_COLOR": "1", **self.shell, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def make(
        self,
        *words: str,
        seconds: float = 300,
        code: int | None = 0,
        environment: dict[str, str] | None = None,
    ) -> "subprocess.CompletedProcess[str]":
        """Run `make -s words…` and return it; its exit code is asserted unless `code` is None."""
        process = self.spawn(*words, environment=environment)
        out, err = finished(process, seconds)
        actual = code_of(process.returncode, err)
        shown = f"make {' '.join(words)} ended with {actual}\n{out}\n{err}"
        assert code is None or actual == code, shown
        return subprocess.CompletedProcess(words, actual, out, err)

    def run(self, command: str, *, seconds: float = 300) -> "subprocess.CompletedProcess[str]":
        """Run words that are split at spaces, in this checkout, and return what ended well."""
        done = subprocess.run(
            command.split(),
            cwd=self.folder,
            env={**os.environ, **self.shell},
            timeout=seconds,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def url(self, environment: str = "dev") -> str:
        return self.make("url", f"ENV={environment}").stdout.strip()

    def status(self, environment: str = "dev") -> dict[str, Any]:
        """What `python -m scripts status ENV --json` prints."""
        ran = subprocess.run(
            [
                ".venv/bin/python",
                "-m",
                "emulator.run",
                "scripts",
                "status",
                environment,
                "--json",
            ],
            cwd=self.folder,
            env={**os.environ, **self.shell},
            check=True,
            capture_output=True,
            text=True,
        )
        answer: dict[str, Any] = json.loads(ran.stdout)
        return answer

    def get(self, path: str = "/", environment: str = "dev", **headers: str) -> Answer:
        """GET a path of the environment's URL; a header's name is written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url(environment) + path, headers=named)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return _answer(response)
        except urllib.error.HTTPError as error:
            with error:
                return _answer(error)


def finished(process: "subprocess.Popen[str]", seconds: float) -> tuple[str, str]:
    """Wait for a command's end and return what it printed.

    One that is not over in time is killed, and what it said last tells where it hangs.
    """
    try:
        return process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        return out, f"{err}\nkilled: not over after {seconds:.0f} s"


def code_of(returncode: int, err: str) -> int:
    """Return the exit code of the recipe that a make has run.

    GNU make answers 2 whenever a recipe fails, so the recipe's own code is read from the message
    that make prints about it.
    """
    failed = [line for line in err.splitlines() if line.startswith("make: ***")]
    return int(failed[-1].rsplit("Error ", 1)[1]) if failed else returncode


def _answer(response: Any) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, headers, response.read().decode())
