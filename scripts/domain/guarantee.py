"""A guarantee as GitHub's settings have it, and what mends it."""

from dataclasses import dataclass

from scripts.base import place
from scripts.domain.findings import Finding, State
from scripts.domain.repository_settings import RepositorySettings, Reviewer
from scripts.domain.setting_changes import Change


@dataclass(frozen=True)
class Wanted:
    """What the repository needs besides `project.json`.

    Attributes:
        reviewers: who approves; none leaves those who do.
        labels: of the issues that the pipeline opens.
        actions: that its workflows use, `owner/name@commit`.
        workflows: its files, such as `.github/workflows/deploy.yml`.
    """

    reviewers: tuple[Reviewer, ...] = ()
    labels: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guarantee:
    """One promise of the documents.

    Attributes:
        name: a sentence that is true while it is in force.
        state: whether it is.
        found: what is.
        wanted: what should be.
        consequence: what follows while it is not so.
        changes: what mends it, in this order; several guarantees may share one.
        fix: what a person does beside the changes; empty where they are enough.
        offered: False where the plan has no such thing.
    """

    name: str
    state: State
    found: str
    wanted: str = ""
    consequence: str = ""
    changes: tuple[Change, ...] = ()
    fix: str = ""
    offered: bool = True

    def finding(self) -> Finding:
        """Say it as `doctor` does."""
        if self.state == "in force":
            return Finding(self.name, self.state, self.found)
        connect = (
            f"{place.command('connect')} would {'; '.join(map(str, self.changes))}"
            if self.changes
            else ""
        )
        fix = ". ".join(filter(None, (self.fix, connect)))
        detail = "; ".join(filter(None, (self.found, self.consequence)))
        return Finding(self.name, self.state, detail, fix, self.offered)


def holds(name: str, found: str) -> Guarantee:
    """Return a guarantee that is in force."""
    return Guarantee(name, "in force", found)


def broken(
    name: str,
    found: str,
    wanted: str,
    consequence: str,
    *changes: Change,
    fix: str = "",
) -> Guarantee:
    """Return a guarantee that is not in force: changes mend it, or a person does."""
    return Guarantee(name, "not in force", found, wanted, consequence, changes, fix)


def not_offered(name: str, found: str, consequence: str, fix: str) -> Guarantee:
    """Return a guarantee that the plan does not offer."""
    return Guarantee(name, "not in force", found, "", consequence, (), fix, offered=False)


def unseen(
    name: str, settings: RepositorySettings, attribute: str, found: str = "this is"
) -> Guarantee:
    """Return a guarantee that the token may not see.

    Args:
        name: of it.
        settings: in which it is missing.
        attribute: that is missing there.
        found: what was seen, and what is not shown: "it has no reviewers, and the plan is".
    """
    answer = settings.unseen.get(attribute, "")
    return Guarantee(
        name,
        "cannot be seen",
        f"{found} not shown to this token" + (f": {answer}" if answer else ""),
        fix="Look with an administrator's token: GITHUB_TOKEN, or `gh auth login` "
        "(fine-grained: administration, actions, environments, secrets, variables and issues)",
    )
