"""`doctor`: each guarantee seen in force, and seen red with its fix."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.base.project import Project
from scripts.commands import doctor
from scripts.operations import account_findings
from scripts.operations.github_settings import connect_github, look
from tests.scripts.github_server import JOB_TOKEN, PROJECT, GitHubServer
from tests.workflows.files import Job
from tests.workflows.settings_data import MEMBER, READER

Break = Callable[[GitHubServer], object]


@pytest.fixture(scope="module")
def in_force() -> dict[str, Any]:
    """What is kept of the first repository that was connected: each test needs one."""
    return {}


@pytest.fixture
def connected(github_server: GitHubServer, in_force: dict[str, Any]) -> GitHubServer:
    """A public repository in which everything is in force."""
    data, settings = github_server.data, github_server.settings
    data.visibility = "public"
    if not in_force:
        connect_github(PROJECT, None, ["grace"], yes=True)
        in_force.update(environments=deepcopy(data.environments), **deepcopy(vars(settings)))
        data.requests.clear()
    kept = deepcopy(in_force)
    data.environments = kept.pop("environments")
    vars(settings).update(kept)
    return github_server


def repository(**changes: Any) -> Break:
    return lambda server: server.settings.repository.update(changes)


def workflow(server: GitHubServer, file: str) -> dict[str, Any]:
    [found] = [one for one in server.settings.workflows if one["path"].endswith(f"/{file}")]
    return found


def rule(kind: str, **changes: Any) -> Break:
    """Change the parameters of a rule."""

    def act(server: GitHubServer) -> None:
        for one in server.settings.rulesets[0]["rules"]:
            if one["type"] == kind:
                one["parameters"].update(changes)

    return act


def put(name: str, value: Any) -> Break:
    return lambda server: setattr(server.settings, name, value)


def both(one: Break, other: Break) -> Break:
    return lambda server: (one(server), other(server))


def no_rule(kind: str) -> Break:
    def act(server: GitHubServer) -> None:
        [ruleset] = server.settings.rulesets
        ruleset["rules"] = [one for one in ruleset["rules"] if one["type"] != kind]

    return act


def another_ruleset(name: str, *rules: dict[str, Any], **changes: Any) -> Break:
    """One more ruleset for main, made by a person."""
    ruleset = {
        "id": 99,
        "name": name,
        "target": "branch",
        "source_type": "Repository",
        "enforcement": "active",
        "bypass_actors": [],
        "conditions": {"ref_name": {"include": ["~ALL"], "exclude": []}},
        "rules": list(rules),
        **changes,
    }
    return lambda server: server.settings.rulesets.append(ruleset)


def environment(name: str, **changes: Any) -> Break:
    return lambda server: server.settings.environment_rules[name].update(changes)


def policy(*patterns: str, kind: str = "branch") -> list[dict[str, Any]]:
    return [{"id": 80 + n, "name": name, "type": kind} for n, name in enumerate(patterns)]


def only_selected(*patterns: str) -> Break:
    def act(server: GitHubServer) -> None:
        server.settings.actions["allowed_actions"] = "selected"
        server.settings.selected_actions["patterns_allowed"] = list(patterns)

    return act


CUSTOM = {"protected_branches": False, "custom_branch_policies": True}
PROTECTED = {"protected_branches": True, "custom_branch_policies": False}
ALLOWED = "the actions that the workflows use are allowed"
REVIEWED = "main takes reviewed pull requests alone"
TESTED = "main takes what passed gate on top of its newest commit"
KEPT = "main is never deleted or rewritten"
OWNED = "CODEOWNERS says who reviews what"
EXEMPT = "nobody is exempt from main's rules"
NO_KEY = "no key of AWS is kept as a secret"
SUBJECT = "tokens for AWS have the subject that roles ask for"
CONNECT = ".venv/bin/python -m scripts connect would "
ADMIN = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "pull_request"}
EXEMPT_ADMINISTRATORS: Break = lambda server: server.settings.rulesets[0].update(  # noqa: E731
    bypass_actors=[ADMIN]
)

BROKEN: list[tuple[str, Break, str, str]] = [
    (
        "another owner's number",
        lambda server: setattr(server.data, "owner_id", 1),
        "project.json holds GitHub's numbers of owner and repository",
        'Set "owner_id" to 1 and "repository_id" to 900000001 in project.json',
    ),
    (
        "archived",
        repository(archived=True),
        "the repository is its own, and in use",
        "gh repo unarchive example/slipway",
    ),
    (
        "a fork",
        repository(fork=True),
        "the repository is its own, and in use",
        "Use this template",
    ),
    (
        "another default branch",
        repository(default_branch="trunk"),
        "the default branch is main",
        "gh api -X POST repos/example/slipway/branches/trunk/rename -f new_name=main",
    ),
    (
        "no Issues",
        repository(has_issues=False),
        "failed deployments and drift are told in issues",
        CONNECT + "switch Issues on",
    ),
    (
        "no label",
        lambda server: server.settings.labels.remove("drift"),
        "the labels of those issues exist",
        CONNECT + "make the label drift",
    ),
    (
        "a key",
        lambda server: server.settings.secrets.append("AWS_ACCESS_KEY_ID"),
        NO_KEY,
        "gh secret delete AWS_ACCESS_KEY_ID",
    ),
    (
        "a key of the organization",
        lambda server: server.settings.organization_secrets.append("OUR_AWS_SECRET_ACCESS_KEY"),
        NO_KEY,
        "gh secret delete OUR_AWS_SECRET_ACCESS_KEY",
    ),
    (
        "a key of an environment",
        environment("prod", secrets=["AWS_SESSION_TOKEN"]),
        NO_KEY,
        "gh secret delete AWS_SESSION_TOKEN --env prod",
    ),
    (
        "no private reports",
        put("private_reports", False),
        "vulnerabilities can be reported in private",
        CONNECT + "switch private vulnerability reporting on",
    ),
    (
        "no Actions",
        lambda server: server.settings.actions.update(enabled=False),
        "GitHub Actions run",
        CONNECT + "switch Actions on",
    ),
    (
        "this owner's actions only",
        lambda server: server.settings.actions.update(allowed_actions="local_only"),
        ALLOWED,
        CONNECT + "allow selected actions",
    ),
    (
        "an action that is not among the selected",
        only_selected("theirs/own@*"),
        ALLOWED,
        CONNECT + "allow the actions theirs/own@*, aws-actions/configure-aws-credentials@*",
    ),
    (
        "an action that a pattern forbids",
        only_selected("aws-actions/*", "!aws-actions/configure-aws-credentials@*"),
        ALLOWED,
        "Take it out: Settings, Actions, General",
    ),
    (
        "a schedule that GitHub switched off",
        lambda server: workflow(server, "drift.yml").update(state="disabled_inactivity"),
        "every workflow is switched on",
        CONNECT + "switch .github/workflows/drift.yml on",
    ),
    (
        "tokens that write",
        lambda server: server.settings.workflow_token.update(default_workflow_permissions="write"),
        "a workflow that asks for nothing gets a token that only reads",
        CONNECT + "give workflows a token that may read",
    ),
    (
        "workflows that approve",
        lambda server: server.settings.workflow_token.update(can_approve_pull_request_reviews=True),
        "no workflow can approve a pull request",
        CONNECT + "give workflows a token that may read and approve nothing",
    ),
    (
        "a subject of its own",
        put("subject", {"use_default": False, "include_claim_keys": ["repo"]}),
        SUBJECT,
        CONNECT + "use GitHub's default subject",
    ),
    (
        "the organization's subject",
        both(put("subject", {"use_default": False}), put("organization_subject", ["repo"])),
        SUBJECT,
        CONNECT + "use GitHub's default subject",
    ),
    (
        "artifacts for a week",
        lambda server: server.settings.retention.update(days=7),
        "receipts outlive their pull request and its approval",
        CONNECT + "keep artifacts for 90 days",
    ),
    (
        "an owner who allows a month",
        lambda server: server.settings.retention.update(days=30, maximum_allowed_days=30),
        "receipts outlive their pull request and its approval",
        "Let the owner's settings allow more",
    ),
    (
        "no environment",
        lambda server: server.data.environments.pop("dev"),
        "only main deploys to dev",
        CONNECT + "set the environment dev up",
    ),
    (
        "an environment for every branch",
        environment("prod", deployment_branch_policy=None),
        "only main deploys to prod",
        CONNECT + "set the environment prod up",
    ),
    (
        "an environment for no branch",
        environment("prod", policies=[]),
        "only main deploys to prod",
        CONNECT + "let main deploy to prod",
    ),
    (
        "an environment for a tag of that name",
        environment("prod-approval", policies=[*policy("main"), *policy("main", kind="tag")]),
        "only main deploys to prod-approval",
        "gh api -X DELETE repos/example/slipway/environments/prod-approval/deployment-branch-",
    ),
    (
        "an environment for protected branches",
        environment("dev", deployment_branch_policy=PROTECTED, policies=[]),
        "only main deploys to dev",
        "Settings, Environments, dev: selected branches and tags, main alone",
    ),
    (
        "no reviewers",
        lambda server: server.data.environments.update({"prod-approval": []}),
        "prod waits for an approval",
        ".venv/bin/python -m scripts connect --reviewer LOGIN",
    ),
    ("no pull requests", no_rule("pull_request"), REVIEWED, CONNECT + "complete the ruleset main"),
    (
        "no review",
        rule("pull_request", required_approving_review_count=0),
        REVIEWED,
        CONNECT + "complete the ruleset main",
    ),
    (
        "no code owners",
        rule("pull_request", require_code_owner_review=False),
        REVIEWED,
        CONNECT + "complete the ruleset main",
    ),
    (
        "a push after the review",
        rule("pull_request", dismiss_stale_reviews_on_push=False),
        REVIEWED,
        CONNECT + "complete the ruleset main",
    ),
    (
        "one person alone",
        both(
            put("collaborators", {"ada": "admin"}),
            rule("pull_request", required_approving_review_count=0),
        ),
        REVIEWED,
        "Invite a second person",
    ),
    (
        "no checks",
        no_rule("required_status_checks"),
        TESTED,
        CONNECT + "complete the ruleset main",
    ),
    (
        "a gate that anybody sets",
        rule("required_status_checks", required_status_checks=[{"context": "gate"}]),
        TESTED,
        CONNECT + "complete the ruleset main",
    ),
    (
        "branches behind main",
        rule("required_status_checks", strict_required_status_checks_policy=False),
        TESTED,
        CONNECT + "complete the ruleset main",
    ),
    ("deletions", no_rule("deletion"), KEPT, CONNECT + "complete the ruleset main"),
    ("force pushes", no_rule("non_fast_forward"), KEPT, CONNECT + "complete the ruleset main"),
    (
        "exempt administrators",
        EXEMPT_ADMINISTRATORS,
        EXEMPT,
        "Settings, Rules, Rulesets, main: empty the bypass list",
    ),
    (
        "exempt administrators, and a weaker ruleset without",
        both(
            EXEMPT_ADMINISTRATORS,
            another_ruleset("weak", {"type": "deletion"}, {"type": "non_fast_forward"}),
        ),
        EXEMPT,
        "Settings, Rules, Rulesets, main: empty the bypass list",
    ),
    (
        "no code owners' file",
        put("owners_errors", None),
        OWNED,
        "Write .github/CODEOWNERS",
    ),
    (
        "a code owner who may not write",
        put("owners_errors", [{"path": "CODEOWNERS", "line": 2, "kind": "Unknown owner"}]),
        OWNED,
        "gh api repos/example/slipway/codeowners/errors",
    ),
    (
        "a merge queue",
        another_ruleset("queue", {"type": "merge_queue", "parameters": {}}),
        "no merge queue",
        "Settings, Rules, Rulesets, queue: no merge queue",
    ),
]


def run(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    code = doctor.main(["dev"])
    return code, capsys.readouterr().out


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    """An account of AWS of which nothing is to be told."""
    clients = SimpleNamespace(account_id="123456789012")
    monkeypatch.setattr(doctor, "connect", lambda *_: clients)
    monkeypatch.setattr(account_findings, "look", lambda *_: [])


def of_state(text: str, state: str) -> list[str]:
    """Guarantees of the lines that begin with a state."""
    lines = [line.strip() for line in text.splitlines()]
    return [one.removeprefix(state).strip() for one in lines if one.startswith(state)]


def test_a_connected_repository_is_green(
    connected: GitHubServer, capsys: pytest.CaptureFixture[str]
):
    code, text = run(capsys)
    assert code == 0
    assert text.startswith("GitHub: example/slipway\n")
    assert of_state(text, "not in force") == of_state(text, "cannot be seen") == []
    assert "fix" not in text
    assert connected.writes() == []


@pytest.mark.parametrize(
    ("act", "guarantee", "fix"), [entry[1:] for entry in BROKEN], ids=[entry[0] for entry in BROKEN]
)
def test_one_broken_setting_is_one_red_line_with_its_fix(
    connected: GitHubServer,
    capsys: pytest.CaptureFixture[str],
    act: Break,
    guarantee: str,
    fix: str,
):
    act(connected)
    code, text = run(capsys)
    assert code == 1
    assert of_state(text, "not in force") == [guarantee]
    assert of_state(text, "cannot be seen") == []
    [line] = of_state(text, "fix:")
    assert fix in line
    assert connected.writes() == []


def test_each_guarantee_is_seen_red(connected: GitHubServer):
    names = {finding.guarantee for finding in look(PROJECT).findings}
    red = {guarantee for _, _, guarantee, _ in BROKEN}
    # Each has a test of its own: they depend on the name and on the plan.
    assert names - red == {"project.json names this repository", "images are attested"}


def test_a_repository_that_was_renamed_is_told(
    connected: GitHubServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """GitHub answers under the old name with the new one."""
    renamed = {"full_name": "example/renamed"}
    connected.settings.repository.update(renamed)
    code, text = run(capsys)
    assert (code, of_state(text, "not in force")) == (1, ["project.json names this repository"])
    assert 'Set "repository" in project.json to "example/renamed"' in text


def test_numbers_that_were_never_looked_up_are_told(
    connected: GitHubServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    unknown = replace(PROJECT, owner_id=None, repository_id=None)
    monkeypatch.setattr(Project, "load", classmethod(lambda cls, *_: unknown))
    _, text = run(capsys)
    assert '"owner_id" to 700000001 and "repository_id" to 900000001' in text


@pytest.mark.parametrize(("value", "new"), [(None, True), ("false", False)])
def test_enterprise_without_its_variable_does_not_attest(
    github_server: GitHubServer,
    capsys: pytest.CaptureFixture[str],
    value: str | None,
    new: bool,
):
    connect_github(PROJECT, None, ["grace"], yes=True)
    github_server.settings.variables = {"ATTEST": value} if value else {}
    code, text = run(capsys)
    assert (code, of_state(text, "not in force")) == (1, ["images are attested"])
    assert "fix: .venv/bin/python -m scripts connect would set the variable ATTEST to true" in text
    connect_github(PROJECT, None, ["grace"], yes=True)
    assert github_server.settings.variables == {"ATTEST": "true"}


def test_what_the_plan_does_not_offer_is_told_and_fails_nothing(
    github_server: GitHubServer, capsys: pytest.CaptureFixture[str]
):
    github_server.settings.plan = "free"
    connect_github(PROJECT, None, ["grace"], yes=True)
    code, text = run(capsys)
    assert code == 0
    assert len(of_state(text, "not in force")) == len(of_state(text, "not offered; ")) == 6
    assert "whoever may push can push to main" in text
    assert text.splitlines()[-1].endswith("0 to look after, 6 not to be had here")


@pytest.mark.parametrize("visibility", ["public", "private"])
def test_without_the_plan_nobody_can_say_whether_reviewers_could_be_had(
    connected: GitHubServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    visibility: str,
):
    connected.data.visibility = visibility
    connected.data.environments["prod-approval"] = []
    monkeypatch.setenv("GITHUB_TOKEN", MEMBER)
    _, text = run(capsys)
    state = "cannot be seen" if visibility == "private" else "not in force"
    assert "prod waits for an approval" in of_state(text, state)
    assert ("no reviewers, and the plan is not shown to this token" in text) == (
        visibility == "private"
    )


@pytest.mark.parametrize("token", [MEMBER, READER, JOB_TOKEN])
@pytest.mark.parametrize("visibility", ["public", "private"])
def test_what_a_token_may_not_see_is_said_to_be_unseen(
    connected: GitHubServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    token: str,
    visibility: str,
):
    connected.data.visibility = visibility
    rights = {"actions": "read", "contents": "read", "issues": "read"}
    connected.job = Job("look", "look", "doctor.yml", rights, "", "")
    monkeypatch.setenv("GITHUB_TOKEN", token)
    code, text = run(capsys)
    assert code == 1
    hidden = of_state(text, "cannot be seen")
    assert {"GitHub Actions run", SUBJECT, NO_KEY, EXEMPT} <= set(hidden)
    seen = " ".join(of_state(text, "in force"))
    for guarantee in ("the default branch is main", "only main deploys to dev", REVIEWED, TESTED):
        assert guarantee in seen
    assert of_state(text, "not in force") in ([], ["images are attested"])
    assert "Look with an administrator's token" in text
