"""Validate every root and module of `infra/`, each as Terraform sees it alone.

    python -m scripts.validate_terraform

The folders are copied below the work folder first, so that `init` leaves nothing in the checkout. A
folder whose content was valid the last time, that of the modules it reaches included, is not
validated again.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.command import run
from scripts.console import say
from scripts.errors import SlipwayError
from scripts.locks import held
from scripts.project import ROOT
from scripts.toolchain import LOCK_FILE, terraform_binary, terraform_environment

SCRATCH = ROOT / os.environ.get("SLIPWAY_WORK_DIR", ".work") / "validate"
LOCAL_SOURCE = re.compile(r'^\s*source\s*=\s*"(\.{1,2}/[^"]+)"', re.MULTILINE)


def terraform_folders(infra: Path) -> list[Path]:
    """Return the roots, then the modules, of an `infra` folder."""
    patterns = ("bootstrap", "envs/*", "modules/*")
    found = [path for pattern in patterns for path in sorted(infra.glob(pattern))]
    return [path for path in found if any(path.glob("*.tf"))]


def reached(folder: Path) -> list[Path]:
    """Return a folder and the local modules that it calls, directly or not, without doubles."""
    folders = [folder.resolve()]
    for one in folders:
        text = "\n".join(file.read_text() for file in sorted(one.glob("*.tf")))
        called = ((one / source).resolve() for source in LOCAL_SOURCE.findall(text))
        folders += [module for module in dict.fromkeys(called) if module not in folders]
    return folders


def content_hash(folders: Iterable[Path]) -> str:
    """Hash names and bytes of everything in some folders, and what else the verdict rests on."""
    digest = hashlib.sha256()
    shared = [ROOT / ".terraform-version", ROOT / "project.json", LOCK_FILE]
    inside = (file for folder in folders for file in sorted(folder.rglob("*")))
    for file in [*shared, *inside]:
        if file.is_file():
            digest.update(f"{file}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def copy_infra(target: Path) -> None:
    """Copy `infra/` and what it reads, with the lock file in each folder that has none."""
    shutil.rmtree(target, ignore_errors=True)
    unwanted = shutil.ignore_patterns(".terraform", "*.tfstate*")
    shutil.copytree(ROOT / "infra", target / "infra", ignore=unwanted)
    shutil.copy(ROOT / "project.json", target)
    for folder in terraform_folders(target / "infra"):
        lock = folder / LOCK_FILE.name
        if not lock.exists():
            shutil.copy(LOCK_FILE, lock)


def validate(folder: Path) -> str:
    """Validate one folder of the copy; return what Terraform found wrong, empty for nothing."""
    name = folder.relative_to(SCRATCH / "copy").as_posix()
    verdict = SCRATCH / "valid" / name.replace("/", "-")
    wanted = content_hash(reached(folder))
    if verdict.exists() and verdict.read_text() == wanted:
        return ""
    data = SCRATCH / "data" / name.replace("/", "-")
    environment = {**os.environ, **terraform_environment(), "TF_DATA_DIR": str(data)}
    for verb in (["init", "-backend=false", "-input=false", "-lockfile=readonly"], ["validate"]):
        done = subprocess.run(
            [terraform_binary(), f"-chdir={folder}", *verb, "-no-color"],
            env=environment,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            return f"{name}\n{done.stdout.strip()}"
    verdict.parent.mkdir(parents=True, exist_ok=True)
    verdict.write_text(wanted)
    return ""


def main(_: list[str]) -> int:
    """Validate all folders and show what is wrong with each."""
    with held(SCRATCH.with_suffix(".lock"), f"terraform validate (pid {os.getpid()})"):
        copy_infra(SCRATCH / "copy")
        folders = terraform_folders(SCRATCH / "copy" / "infra")
        # The first one fills the plugin cache, which Terraform does not let two fill at once.
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            found = [*map(validate, folders[:1]), *pool.map(validate, folders[1:])]
    wrong = [text for text in found if text]
    if wrong:
        raise SlipwayError(f"{len(wrong)} of {len(folders)} folders are not valid", which=wrong)
    say(f"{len(folders)} folders are valid")
    return 0


if __name__ == "__main__":
    run(main, needs_aws=False)
