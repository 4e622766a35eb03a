"""Validate every root and module of `infra/`, each as Terraform sees it alone.

    python -m scripts validate-terraform

The folders are copied below the work folder first, so that `init` leaves nothing in the checkout. A
folder whose content was valid the last time, that of the modules it reaches included, is not
validated again.

All are validated by one provider, which is configured for none of them.
"""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.adapters.terraform.inputs import reached
from scripts.adapters.terraform.offline import running_provider
from scripts.adapters.terraform.toolchain import LOCK_FILE, terraform_binary
from scripts.base.command import arguments_parser
from scripts.base.console import say
from scripts.base.errors import SlipwayError
from scripts.base.git_tree import content_hash
from scripts.base.locks import held
from scripts.base.project import ROOT

WORK = ROOT / os.environ.get("SLIPWAY_WORK_DIR", ".work") / "validate"
COPY = WORK / "copy"
VALID = WORK / "valid"
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


def ask_for_all(copy: Path) -> None:
    """Make a copy of `infra/` one configuration, which asks for all that its folders ask for."""
    names = [folder.relative_to(copy).as_posix() for folder in terraform_folders(copy)]
    calls = [f'module "{name.replace("/", "-")}" {{ source = "./{name}" }}\n' for name in names]
    (copy / "main.tf").write_text("".join(calls))
    shutil.copy(LOCK_FILE, copy)


def changed_folders() -> dict[str, str]:
    """Return the folders that are not as they were when they were valid, each with its hash."""
    changed = {}
    for folder in terraform_folders(ROOT):
        name = folder.relative_to(ROOT).as_posix()
        content = [path.relative_to(ROOT).as_posix() for path in reached(folder)]
        now = content_hash(ROOT, [*SHARED, *content])
        verdict = verdict_file(name)
        if not verdict.exists() or verdict.read_text() != now:
            changed[name] = now
    return changed


def verdict_file(name: str) -> Path:
    """Return the file that holds the hash with which a folder was valid the last time."""
    return VALID / name.replace("/", "-")


def validate(name: str, provider: dict[str, str]) -> str:
    """Validate the copy of one folder; return what Terraform found wrong, empty for nothing.

    Args:
        name: the folder, from the top of the repository.
        provider: the variables of the running one.
    """
    data = WORK / "data" / name.replace("/", "-")
    for verb in (["init", "-backend=false", "-input=false"], ["validate"]):
        done = subprocess.run(
            [terraform_binary(), f"-chdir={COPY / name}", *verb, "-no-color"],
            env={**os.environ, **provider, "TF_DATA_DIR": str(data)},
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            return f"{name}\n{done.stdout.strip()}"
    return ""


def validate_all(changed: dict[str, str]) -> list[str]:
    """Validate the copies of folders, one a core; return what is wrong, and remember what is not.

    Args:
        changed: the folders, each with the hash of its content.

    Raises:
        SlipwayError: Terraform cannot read a folder, or the lock file does not give what it asks.
    """
    ask_for_all(COPY)
    with running_provider(COPY) as provider, ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [*pool.map(lambda name: validate(name, provider), changed)]
    VALID.mkdir(parents=True, exist_ok=True)
    for (name, content), wrong in zip(changed.items(), found, strict=True):
        if not wrong:
            verdict_file(name).write_text(content)
    return [wrong for wrong in found if wrong]


def main(arguments: list[str]) -> int:
    """Validate all folders and show what is wrong with each."""
    arguments_parser(__doc__, environment=False).parse_args(arguments)
    with held(WORK.with_suffix(".lock"), f"terraform validate (pid {os.getpid()})"):
        copy_infra(COPY)
        folders = terraform_folders(COPY)
        changed = changed_folders()
        wrong = validate_all(changed) if changed else []
    if wrong:
        raise SlipwayError(f"{len(wrong)} of {len(folders)} folders are not valid", which=wrong)
    say(f"{len(folders)} folders are valid")
    return 0
