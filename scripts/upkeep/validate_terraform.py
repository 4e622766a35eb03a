"""Validate every root and module of `infra/`, each as Terraform sees it alone.

    python -m scripts validate-terraform

The folders are copied below the work folder first, so that `init` leaves nothing in the checkout. A
folder whose content was valid the last time, that of the modules it reaches included, is not
validated again.
"""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.adapters.terraform.inputs import reached
from scripts.adapters.terraform.toolchain import LOCK_FILE, terraform_binary, terraform_environment
from scripts.base.command import arguments_parser
from scripts.base.console import say
from scripts.base.errors import SlipwayError
from scripts.base.git_tree import content_hash
from scripts.base.locks import held
from scripts.base.project import ROOT

WORK = ROOT / os.environ.get("SLIPWAY_WORK_DIR", ".work") / "validate"
COPY = WORK / "copy"
SHARED = [".terraform-version", "project.json", str(LOCK_FILE.relative_to(ROOT))]
"""What every folder's verdict rests on besides its own files."""


def terraform_folders(root: Path) -> list[Path]:
    """Return the roots, then the modules, of a checkout."""
    patterns = ("infra/bootstrap", "infra/envs/*", "infra/modules/*")
    found = [path for pattern in patterns for path in sorted(root.glob(pattern))]
    return [path for path in found if any(path.glob("*.tf"))]


def copy_infra(target: Path) -> None:
    """Copy `infra/` and what it reads, with the lock file in each folder that has none."""
    shutil.rmtree(target, ignore_errors=True)
    unwanted = shutil.ignore_patterns(".terraform", "*.tfstate*")
    shutil.copytree(ROOT / "infra", target / "infra", ignore=unwanted)
    shutil.copy(ROOT / "project.json", target)
    for folder in terraform_folders(target):
        lock = folder / LOCK_FILE.name
        if not lock.exists():
            shutil.copy(LOCK_FILE, lock)


def validate(folder: Path) -> str:
    """Validate the copy of one folder; return what Terraform found wrong, empty for nothing."""
    name = folder.relative_to(ROOT).as_posix()
    verdict = WORK / "valid" / name.replace("/", "-")
    content = [path.relative_to(ROOT).as_posix() for path in reached(folder)]
    wanted = content_hash(ROOT, [*SHARED, *content])
    if verdict.exists() and verdict.read_text() == wanted:
        return ""
    data = WORK / "data" / name.replace("/", "-")
    environment = {**os.environ, **terraform_environment(), "TF_DATA_DIR": str(data)}
    for verb in (["init", "-backend=false", "-input=false", "-lockfile=readonly"], ["validate"]):
        done = subprocess.run(
            [terraform_binary(), f"-chdir={COPY / name}", *verb, "-no-color"],
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


def main(arguments: list[str]) -> int:
    """Validate all folders and show what is wrong with each."""
    arguments_parser(__doc__, environment=False).parse_args(arguments)
    with held(WORK.with_suffix(".lock"), f"terraform validate (pid {os.getpid()})"):
        copy_infra(COPY)
        folders = terraform_folders(ROOT)
        # The first one fills the plugin cache, which Terraform does not let two fill at once.
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            found = [*map(validate, folders[:1]), *pool.map(validate, folders[1:])]
    wrong = [text for text in found if text]
    if wrong:
        raise SlipwayError(f"{len(wrong)} of {len(folders)} folders are not valid", which=wrong)
    say(f"{len(folders)} folders are valid")
    return 0
