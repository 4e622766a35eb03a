"""Connect a clone: its files, what each account and GitHub need, a branch with a pull request.

Whatever it is killed after, running it again goes on: each part looks first, and does what is
missing.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.regions import check_region
from scripts.adapters.github.pull_request import open_pull_request
from scripts.adapters.github.token import find_token
from scripts.base.console import say, step
from scripts.base.errors import RefusedError, UsageError
from scripts.base.files import replace_text
from scripts.base.git_tree import git, head_commit
from scripts.base.project import ROOT, Project
from scripts.domain import codeowners
from scripts.domain.connected_project import Connection, project_file, repository_of
from scripts.domain.findings import Finding
from scripts.operations import account_findings, github_settings
from scripts.operations.bootstrap_account import bootstrap

PROJECT, OWNERS = "project.json", ".github/CODEOWNERS"
BRANCH = "connect"
TITLE = "Connect the project to AWS and GitHub"
BODY = """\
Names the accounts and the repository, so that the pipeline acts on them. The plans below show what
the first deployment makes; merging this starts it. docs/adopting.md says what it costs and how to
take it back.
"""


@dataclass(frozen=True)
class Wish:
    """What a person asks for.

    Attributes:
        repository: `owner/name`; empty takes the clone's origin on github.com.
        name: of the project; None keeps it.
        region: None keeps it.
        profiles: profile of the AWS configuration by environment; None for the shell's credentials.
        reviewers: logins, or `organization/team`, who approve.
        owner: of what CODEOWNERS guards; empty keeps one that is the repository's own.
    """

    repository: str
    name: str | None
    region: str | None
    profiles: Mapping[str, str | None]
    reviewers: tuple[str, ...]
    owner: str


@dataclass(frozen=True)
class Prospect:
    """What was found, and what would follow.

    Attributes:
        wish: what was asked for.
        token: GitHub's.
        clients: AWS by environment.
        project: as it will be.
        files: new text by name, where it differs.
    """

    wish: Wish
    token: str
    clients: Mapping[str, Clients]
    project: Project
    files: Mapping[str, str]

    @property
    def by_account(self) -> dict[str, Clients]:
        """Clients by account, that of the images first: the others pull from it."""
        found = {each.account_id: each for each in self.clients.values()}
        first = self.project.registry_account_id
        return dict(sorted(found.items(), key=lambda one: one[0] != first))


def look(wish: Wish) -> Prospect:
    """Read who and what is there; nothing is changed, and the differences are said.

    Raises:
        UsageError: the clone has no origin on github.com, or AWS has no such region.
        RefusedError: there are no credentials, or GitHub's token sees no such repository.
        botocore.exceptions.BotoCoreError: no credentials of AWS, or no contact.
    """
    before = Project.load()
    region = check_region(wish.region or before.region)
    repository, token = wish.repository or _origin(), find_token()
    clients = _clients(before, wish, region)
    meant = replace(before, repository=repository, owner_id=None, repository_id=None)
    seen = github_settings.look(meant, wish.reviewers, token)
    connection = Connection(
        wish.name,
        wish.region,
        seen.settings.repository,
        seen.settings.owner_id,
        seen.settings.repository_id,
        {name: each.account_id for name, each in clients.items()},
    )
    files = _files(connection, wish)
    if OWNERS in files and not wish.owner and seen.settings.owner_kind == "Organization":
        option = f"--owner @{seen.settings.repository.partition('/')[0]}/TEAM"
        say(f"an organization is no code owner: name a team of it, {option}", style="yellow")
    project = Project.parse(files.get(PROJECT) or (ROOT / PROJECT).read_text(), ROOT)
    return Prospect(wish, token, clients, project, files)


def say_what_would_change(prospect: Prospect) -> None:
    """Say what `carry_out` would do, each as one line."""
    for name in prospect.files:
        say(f"would write {name}")
    for account_id, clients in prospect.by_account.items():
        say(
            f"would apply infra/bootstrap to the account {account_id}, as far as it differs: "
            "bucket, roles, GitHub's trust"
        )
        here = [one for one in prospect.project.environments if one.account_id == account_id]
        for finding in account_findings.outlook(clients, here):
            said = f"{finding.guarantee}: {finding.state}, {finding.detail}. {finding.fix}"
            say(said, style="yellow")
    seen = github_settings.connect_github(
        prospect.project, prospect.token, prospect.wish.reviewers, yes=False
    )
    for guarantee in seen.guarantees:
        found = guarantee.finding()
        if found.fails and not guarantee.changes:
            said = f"{found.guarantee}: {found.state}, {found.detail}. {found.fix}"
            say(said, style="yellow")
    if prospect.files or _unmerged():
        say(f"would push the branch {BRANCH} and open its pull request, unless it is open")


def carry_out(prospect: Prospect) -> str:
    """Do it; return the address of the pull request, empty where none is needed.

    Raises:
        SlipwayError: a part fails; those before it are done, and running it again goes on.
    """
    for name, text in prospect.files.items():
        _write(ROOT / name, text)
    for account_id, clients in prospect.by_account.items():
        with step(f"bootstrapping the account {account_id}"), _acting_as(clients):
            bootstrap(clients, prospect.project)
    github_settings.connect_github(
        prospect.project, prospect.token, prospect.wish.reviewers, yes=True
    )
    return _propose(prospect) if prospect.files or _unmerged() else ""


def findings(prospect: Prospect) -> list[tuple[str, list[Finding]]]:
    """Return every guarantee, as `doctor` does."""
    seen = github_settings.look(prospect.project, prospect.wish.reviewers, prospect.token)
    sections = [(f"GitHub: {seen.settings.repository}", seen.findings)]
    for account_id, clients in prospect.by_account.items():
        with _acting_as(clients):
            found = account_findings.look(clients, prospect.project)
        sections.append((f"AWS: account {account_id}", found))
    return sections


def _clients(project: Project, wish: Wish, region: str) -> dict[str, Clients]:
    """Return AWS by environment; one that is connected is never moved to another account."""
    names = [one.name for one in project.environments]
    if unknown := set(wish.profiles) - set(names):
        raise UsageError(
            f"there is no environment {', '.join(sorted(unknown))}",
            which=f"project.json lists {', '.join(names)}",
            next_step="Name one of these before the =.",
        )
    found = {}
    for one in project.environments:
        profile = wish.profiles.get(one.name)
        each = _enter(one.name, region, profile)
        if one.account_id in (None, each.account_id):
            say(f"{one.name}: account {each.account_id} in {region}, as {each.identity}")
            found[one.name] = each
        elif profile is None:
            say(
                f"{one.name}: left as it is in {one.account_id}, of which these are not",
                style="dim",
            )
        else:
            raise RefusedError(
                f"{one.name} is connected to another account already",
                which=[
                    f"project.json: {one.account_id}",
                    f"the profile {profile}: {each.account_id}, {each.identity}",
                ],
                next_step=f"Is it the right profile? To move {one.name}, destroy it first.",
            )
    return found


def _enter(name: str, region: str, profile: str | None) -> Clients:
    try:
        return Clients(region, profile)
    except (BotoCoreError, ClientError) as error:
        raise RefusedError(
            f"there are no credentials for {name} that AWS accepts",
            which=str(error),
            next_step=f"Nothing was changed. Name a profile of your AWS configuration: --account "
            f"{name}=PROFILE",
        ) from error


def _origin() -> str:
    origin = git(ROOT, "remote", "get-url", "origin", check=False)
    repository = repository_of(origin)
    if not repository:
        raise UsageError(
            "this clone has no origin on github.com",
            which=f"origin: {origin or 'none'}",
            next_step="Add it, or name the repository: --repository OWNER/NAME",
        )
    return repository


def _files(connection: Connection, wish: Wish) -> dict[str, str]:
    project, owners = (ROOT / PROJECT).read_text(), (ROOT / OWNERS).read_text()
    default = codeowners.default_owner(connection.repository)
    template = codeowners.default_owner(Project.load().repository or "")
    is_theirs = codeowners.owner_of(owners) == template and template != default
    owner = wish.owner or (default if is_theirs else "")
    wanted = {
        PROJECT: project_file(project, connection),
        OWNERS: codeowners.render(owner) if owner else owners,
    }
    return {name: text for name, text in wanted.items() if text != (ROOT / name).read_text()}


def _write(path: Path, text: str) -> None:
    replace_text(path, text)
    say(f"wrote {path.relative_to(ROOT)}")


@contextmanager
def _acting_as(clients: Clients) -> Iterator[None]:
    """Let what is started meanwhile, Terraform above all, have the credentials of some clients."""
    wanted = clients.credentials()
    before = {name: os.environ.pop(name, None) for name in (*wanted, "AWS_PROFILE")}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name in wanted:
            del os.environ[name]
        os.environ.update({name: value for name, value in before.items() if value is not None})


def _unmerged() -> bool:
    """Whether an earlier run has left its branch, or its files, unmerged."""
    changed = git(ROOT, "status", "--porcelain", "--", PROJECT, OWNERS)
    return bool(changed) or git(ROOT, "branch", "--show-current") == BRANCH


def _propose(prospect: Prospect) -> str:
    current = git(ROOT, "branch", "--show-current")
    if current != BRANCH:
        exists = git(ROOT, "rev-parse", "--verify", "--quiet", BRANCH, check=False)
        git(ROOT, "switch", *([] if exists else ["--create"]), BRANCH)
    git(ROOT, "add", "--", PROJECT, OWNERS)
    before = head_commit(ROOT)
    if git(ROOT, "status", "--porcelain", "--", PROJECT, OWNERS):
        git(ROOT, "commit", "--quiet", "--message", TITLE, "--only", "--", PROJECT, OWNERS)
    if head_commit(ROOT) == before:
        say(f"the branch {BRANCH} holds it already", style="dim")
    with step(f"pushing the branch {BRANCH}"):
        try:
            git(ROOT, "push", "--quiet", "--set-upstream", "origin", BRANCH)
        except UsageError as error:
            raise RefusedError(
                f"the branch {BRANCH} could not be pushed",
                which=error.which,
                next_step=f"git push origin {BRANCH}, then run this again. All else is done.",
            ) from error
    return open_pull_request(prospect.project.repository or "", prospect.token, BRANCH, TITLE, BODY)


def reviewers_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Return reviewers from options that may each name several, with commas between."""
    return tuple(name for text in texts for name in text.split(",") if name)
