"""The workflow files: what act is given, and what GitHub would make of each job's settings.

act 0.2.89 refuses two keys that GitHub knows (nektos/act#6095): `queue` of a concurrency group and
`deployment` of an environment. Exactly these lines are left out of the copy that act reads; the
harness does what they mean itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(".github/workflows")
UNKNOWN_TO_ACT = re.compile(r"^ +(?:queue: (?:single|max)|deployment: (?:true|false))\n", re.M)
USED = re.compile(r"uses: ([\w.-]+/[\w.-]+)(?:/[\w./-]+)?@([0-9a-f]{40})")
EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
LEVELS = {"none": 0, "read": 1, "write": 2}
Yaml = dict[str, Any]


def for_act(text: str) -> str:
    """Return a workflow as act can read it."""
    return UNKNOWN_TO_ACT.sub("", text)


def load(path: Path) -> Yaml:
    """Read a workflow; `on` stays a word (in YAML 1.1 it is a truth value)."""
    values: dict[Any, Any] = yaml.safe_load(path.read_text())
    return {"on" if name is True else name: value for name, value in values.items()}


def actions_used(root: Path) -> set[tuple[str, str]]:
    """Repository and commit of every third-party action that workflows and actions name."""
    files = [*(root / ".github").rglob("*.yml"), *(root / ".github").rglob("*.yaml")]
    return {used for file in files for used in USED.findall(file.read_text())}


@dataclass(frozen=True)
class Job:
    """A job as GitHub would start it.

    Attributes:
        key: `caller/job` for a job of a called workflow, `job` otherwise.
        id: the job's own id.
        file: name of the workflow file that it stands in.
        permissions: of its token, such as `{"contents": "read"}`.
        environment: name of its environment, empty without one.
        group: its concurrency group, empty without one.
    """

    key: str
    id: str
    file: str
    permissions: Mapping[str, str]
    environment: str
    group: str

    def may(self, scope: str, level: str) -> bool:
        """Whether its token has a right."""
        return LEVELS[self.permissions.get(scope, "none")] >= LEVELS[level]

    def only_reading(self) -> "Job":
        """The job with a token that writes nothing; `id-token` cannot be read, so it is gone."""
        kept = {scope: "read" for scope in self.permissions if scope != "id-token"}
        return replace(self, permissions=kept)


def job_of(root: Path, file: str, logged_name: str, job_id: str, inputs: Mapping[str, Any]) -> Job:
    """Find the job that act logs as `workflow/job`, or as `caller/called workflow/job`.

    Args:
        root: the checkout that the workflow files lie in.
        file: name of the workflow file that the event started.
        logged_name: act's name.
        job_id: act's `jobID`.
        inputs: the dispatch's inputs.

    Raises:
        AssertionError: a called job asks for more than its caller grants: GitHub starts nothing.
    """
    top = load(root / FOLDER / file)
    first = logged_name.split("/")[0]
    for caller_id, caller in top["jobs"].items():
        if "uses" in caller and first in (caller_id, caller.get("name")):
            called_file = Path(caller["uses"]).name
            called = load(root / FOLDER / called_file)
            given = _given(called, caller.get("with", {}), inputs)
            granted = _permissions(top, caller, {})
            job = called["jobs"][job_id]
            permissions = _permissions(called, job, granted)
            check_granted(f"{file}: {caller_id}", granted, permissions)
            return _job(f"{caller_id}/{job_id}", job_id, called_file, job, permissions, given)
    job = top["jobs"][job_id]
    return _job(job_id, job_id, file, job, _permissions(top, job, {}), inputs)


def check_granted(caller: str, granted: Mapping[str, str], asked: Mapping[str, str]) -> None:
    """Fail where a called job asks for more than its caller has: GitHub would start nothing."""
    excess = {
        scope: level
        for scope, level in asked.items()
        if LEVELS[level] > LEVELS[granted.get(scope, "none")]
    }
    assert not excess, f"{caller} does not grant {excess}"


def calls(root: Path) -> Iterator[tuple[str, Mapping[str, str], Mapping[str, str]]]:
    """Every job that another workflow calls: its name, what its caller grants, what it asks."""
    for path in sorted((root / FOLDER).glob("*.yml")):
        top = load(path)
        for caller_id, caller in top["jobs"].items():
            if "uses" in caller:
                called_path = root / FOLDER / Path(caller["uses"]).name
                called = load(called_path)
                granted = _permissions(top, caller, {})
                for job_id, job in called["jobs"].items():
                    asked = _permissions(called, job, granted)
                    yield (
                        f"{path.name}: {caller_id} -> {called_path.name}: {job_id}",
                        granted,
                        asked,
                    )


def _permissions(workflow: Yaml, job: Yaml, otherwise: Mapping[str, str]) -> Mapping[str, str]:
    found: Mapping[str, str] | None = job.get("permissions", workflow.get("permissions"))
    return otherwise if found is None else found


def _given(called: Yaml, given: Yaml, inputs: Mapping[str, Any]) -> dict[str, Any]:
    declared: Yaml = called["on"]["workflow_call"].get("inputs", {})
    defaults = {name: facts.get("default", "") for name, facts in declared.items()}
    return {**defaults, **{name: resolve(value, inputs) for name, value in given.items()}}


def _job(
    key: str,
    job_id: str,
    file: str,
    job: Yaml,
    permissions: Mapping[str, str],
    inputs: Mapping[str, Any],
) -> Job:
    environment = job.get("environment", "")
    if isinstance(environment, dict):
        environment = environment["name"]
    group = job.get("concurrency", "")
    if isinstance(group, dict):
        group = group["group"]
    return Job(key, job_id, file, permissions, resolve(environment, inputs), resolve(group, inputs))


def resolve(value: Any, inputs: Mapping[str, Any]) -> Any:
    """Put inputs into a setting; other expressions stay as they are written."""
    if not isinstance(value, str):
        return value

    def of(match: re.Match[str]) -> str:
        name = match.group(1).removeprefix("github.event.").removeprefix("inputs.")
        return str(inputs[name]) if name in inputs else match.group(0)

    return EXPRESSION.sub(of, value)
