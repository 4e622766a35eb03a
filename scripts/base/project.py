"""`project.json`, and every name that derives from it."""

import json
from dataclasses import dataclass
from functools import cache, reduce
from operator import getitem
from pathlib import Path
from typing import Any

from scripts.base.errors import UsageError

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = "infra/envs"


@dataclass(frozen=True)
class Environment:
    """An environment: its place in the promotion, and its account.

    Attributes:
        name: also of its folder in infra/envs.
        account_id: 12 digits, or None while it is not connected.
        after: the environment that must have verified a release first, or None.
        approval: whether a person approves each deployment from main.
        session_hours: how long its roles can be held, 1 to 12.
    """

    name: str
    account_id: str | None = None
    after: str | None = None
    approval: bool = False
    session_hours: int = 1

    @property
    def approvers(self) -> str:
        """Name of the environment on GitHub whose required reviewers approve."""
        return f"{self.name}-approval"


@dataclass(frozen=True)
class Project:
    """What adopting the repository changes; `project.schema.json` describes the file.

    Attributes:
        name: prefix of every resource.
        region: the AWS region of everything.
        repository: `owner/name` on GitHub, or None without one.
        registry_account_id: account of the images, 12 digits; None while the clone is not
            connected to AWS.
        environments: in promotion order.
        owner_id: GitHub's number of the repository's owner, or None while it was not looked up.
        repository_id: GitHub's number of the repository; both or none.
    """

    name: str
    region: str
    repository: str | None
    registry_account_id: str | None
    environments: tuple[Environment, ...] = ()
    owner_id: int | None = None
    repository_id: int | None = None

    @classmethod
    def load(cls, root: Path = ROOT) -> "Project":
        """Read `project.json`.

        Raises:
            UsageError: the file is missing, is not JSON, breaks a rule of project.schema.json, or
                contradicts itself or the folders of infra/envs.
        """
        path = root / "project.json"
        try:
            text = path.read_text()
        except (OSError, ValueError) as error:
            raise _unreadable([f"{path}: {error}"]) from error
        return cls.parse(text, root)

    @classmethod
    def parse(cls, text: str, root: Path = ROOT) -> "Project":
        """Read what a `project.json` would hold.

        Raises:
            UsageError: as `load`.
        """
        try:
            values = json.loads(text)
        except ValueError as error:
            raise _unreadable([f"{root / 'project.json'}: {error}"]) from error
        if wrong := _broken_rules(values):
            raise _unreadable(wrong)
        values.pop("$schema", None)
        listed = tuple(Environment(**entry) for entry in values.pop("environments"))
        project = cls(**values, environments=listed)
        _check(project, root)
        return project

    @property
    def account_ids(self) -> tuple[str, ...]:
        """The AWS accounts of the project, the registry's first; none while it is not connected."""
        listed = (self.registry_account_id, *(one.account_id for one in self.environments))
        return tuple(dict.fromkeys(filter(None, listed)))

    def environment(self, name: str) -> Environment:
        """Return an environment by its name.

        Raises:
            UsageError: there is none.
        """
        for environment in self.environments:
            if environment.name == name:
                return environment
        raise UsageError(
            f"there is no environment {name!r}",
            which=f"project.json lists {', '.join(e.name for e in self.environments) or 'none'}",
            next_step="Use one of these.",
        )

    def account_of(self, environment: str) -> str | None:
        """The AWS account of an environment; None while it is not connected."""
        return self.environment(environment).account_id

    def state_bucket(self, account_id: str) -> str:
        """Name of the bucket of one account: Terraform's states, facts, ledgers and holds."""
        return f"{self.name}-state-{account_id}"


def environments(root: Path = ROOT) -> list[str]:
    """Names of the environments, in promotion order."""
    return [environment.name for environment in Project.load(root).environments]


def check_environment(name: str, root: Path = ROOT) -> str:
    """Return `name` if the project has that environment.

    Raises:
        UsageError: it does not; a folder that has no entry yet is told its entry.
    """
    project = Project.load(root)
    if name in unlisted(project, root):
        entry: dict[str, Any] = {
            "name": name,
            "account_id": None,
            "after": project.environments[-1].name if project.environments else None,
            "approval": True,
            "session_hours": 6,
        }
        raise UsageError(
            f"{FOLDERS}/{name} has no entry in project.json",
            which="without one nothing knows when a release may reach it",
            next_step="Add this where it stands in the order of promotion, and correct `after`: "
            f"{json.dumps(entry)}",
        )
    return project.environment(name).name


def check_value(key: str, value: str) -> str:
    """Return `value` if project.json can hold it under a key of its own.

    Raises:
        UsageError: it cannot.
    """
    _follow_rule(
        value,
        _schema()["properties"][key],
        f"{value!r} cannot be the {key} of the project",
        "Choose another one.",
    )
    return value


def check_name(name: str) -> str:
    """Return `name` if an environment can be called so, whether or not the project has it.

    Raises:
        UsageError: it cannot.
    """
    _follow_rule(
        name,
        _schema()["properties"]["environments"]["items"]["properties"]["name"],
        f"{name!r} is no name of an environment",
        "Use the name of its folder in infra/envs.",
    )
    return name


def _follow_rule(value: str, rule: Any, what: str, next_step: str) -> None:
    from jsonschema_rs import Draft202012Validator

    if not Draft202012Validator(rule).is_valid(value):
        raise UsageError(
            what, which=rule["description"], next_step=f"Nothing was changed. {next_step}"
        )


def unlisted(project: Project, root: Path = ROOT) -> list[str]:
    """Return the folders of infra/envs that project.json does not list."""
    listed = {environment.name for environment in project.environments}
    return [folder for folder in _folders(root) if folder not in listed]


def _folders(root: Path) -> list[str]:
    return sorted(path.parent.name for path in (root / FOLDERS).glob("*/main.tf"))


@cache
def _schema() -> Any:
    return json.loads((ROOT / "project.schema.json").read_text())


def _broken_rules(values: Any) -> list[str]:
    """Say which value breaks which rule of the schema, in the schema's own words."""
    # Here, because an emulated machine reads ROOT with a Python that has nothing installed.
    from jsonschema_rs import Draft202012Validator

    return [_sentence(error) for error in Draft202012Validator(_schema()).iter_errors(values)]


def _sentence(error: Any) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
    place = "".join(steps).removeprefix(".") or "the file"
    rule = reduce(getitem, error.schema_path[:-1], _schema())
    if "description" not in rule:
        return f"{place}: {error.message}"
    return f"{place} is {json.dumps(error.instance)}: {rule['description']}"


def _unreadable(which: list[str]) -> UsageError:
    return UsageError(
        "project.json is not valid",
        which=which,
        next_step="Correct it; project.schema.json says what it holds.",
    )


def _check(project: Project, root: Path) -> None:
    names = [environment.name for environment in project.environments]
    folders = _folders(root)
    for number, environment in enumerate(project.environments):
        problem = _problem(project, environment, names[:number], folders)
        if problem:
            raise UsageError(
                f"project.json: the environment {environment.name!r} cannot be used",
                which=problem,
                next_step="Change its entry; project.schema.json describes it.",
            )


def _problem(
    project: Project, environment: Environment, before: list[str], folders: list[str]
) -> str:
    """Say what is wrong with an entry; empty where nothing is."""
    if environment.name in before:
        return "it is listed twice"
    if environment.name not in folders:
        return f"{FOLDERS}/{environment.name}/main.tf does not exist"
    if environment.after is not None and environment.after not in before:
        known = ", ".join(before) or "none"
        return f"it comes after {environment.after!r}; listed before it: {known}"
    if environment.account_id is not None and project.registry_account_id is None:
        return (
            f"account_id is {environment.account_id}, registry_account_id is null: "
            "no account holds the images"
        )
    return ""
