"""Facts about the workflow files that neither actionlint nor zizmor knows."""

import json
import re

import pytest

from scripts.base.project import ROOT, Environment, Project, environments
from scripts.workflow_steps.operate import LOOKING, UNLOCKING, VERBS
from tests.workflows.files import calls, check_granted, load

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))
USES = re.compile(r"^\s*(?:- )?uses: (?P<what>.+)$", re.MULTILINE)
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
OURS = re.compile(r"\./\.github/(?:actions/[\w-]+|workflows/[\w-]+\.yml)")
MORE_THAN_ONE = re.compile(
    r"\n|;|&&|\|\||\||`|\$\(|\$\{\{|^\s*(?:if|for|while|case)\b|\b(?:bash|sh) -c\b"
)


def steps_of(path):
    values = load(path)
    if "jobs" in values:
        return [step for job in values["jobs"].values() for step in job.get("steps", [])]
    return values["runs"]["steps"]


def is_one_command(text):
    return not MORE_THAN_ONE.search(text.strip())


def unpinned(text):
    return [
        match["what"]
        for match in USES.finditer(text)
        if not PINNED.fullmatch(match["what"]) and not OURS.fullmatch(match["what"])
    ]


@pytest.mark.parametrize("path", [*FILES, *ACTIONS], ids=lambda path: path.stem)
def test_a_run_is_one_command(path):
    several = [s["run"] for s in steps_of(path) if "run" in s and not is_one_command(s["run"])]
    assert several == []


@pytest.mark.parametrize(
    "text",
    [
        "make check && make test",
        "make check; make test",
        "make check\nmake test",
        "make check | tee log",
        "if true",
        "for a in b",
        "echo ${{ github.ref }}",
        "echo $(date)",
        "bash -c 'make check'",
        "make check || true",
    ],
)
def test_more_than_one_command_is_noticed(text):
    assert not is_one_command(text)


@pytest.mark.parametrize("path", [*FILES, *ACTIONS], ids=lambda path: path.stem)
def test_actions_of_others_are_pinned_by_commit_with_their_version(path):
    assert unpinned(path.read_text()) == []


@pytest.mark.parametrize(
    "what",
    [
        "actions/checkout@v7",
        f"actions/checkout@{'a' * 40}",
        f"actions/checkout@{'a' * 39} # v7.0.1",
        "./elsewhere/action",
        "docker://alpine",
    ],
)
def test_an_action_that_is_not_pinned_is_noticed(what):
    assert unpinned(f"      - uses: {what}\n") == [what]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_workflow_has_no_rights_and_each_job_names_its_own(path):
    values = load(path)
    assert values["permissions"] == {}
    assert [name for name, job in values["jobs"].items() if not job.get("permissions")] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_job_with_steps_has_an_end(path):
    jobs = load(path)["jobs"]
    endless = [n for n, job in jobs.items() if "steps" in job and "timeout-minutes" not in job]
    assert endless == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_checkout_leaves_credentials_behind(path):
    checkouts = [s for s in steps_of(path) if s.get("uses", "").startswith("actions/checkout@")]
    kept = [
        s["name"] for s in checkouts if s.get("with", {}).get("persist-credentials") is not False
    ]
    assert kept == []


def test_callers_grant_what_called_workflows_ask():
    found = list(calls(ROOT))
    assert len(found) >= 4, "dev, prod, rollback and operate call _environment.yml"
    for name, granted, asked in found:
        check_granted(name, granted, asked)


def test_a_call_that_asks_for_more_is_noticed():
    with pytest.raises(AssertionError, match="does not grant"):
        check_granted("caller", {"contents": "read"}, {"contents": "write"})


def test_an_environment_has_one_queue_per_verb_that_nobody_cancels():
    """act and actionlint do not know `queue`, so its value is checked here."""
    job = load(ROOT / ".github" / "workflows" / "_environment.yml")["jobs"]["act"]
    assert job["concurrency"] == {
        "group": "${{ inputs.verb }}-${{ inputs.environment }}",
        "cancel-in-progress": False,
        "queue": "max",
    }


def parts():
    job = load(ROOT / ".github" / "workflows" / "pull-request.yml")["jobs"]["test"]
    return job["strategy"]["matrix"]["part"]


def chosen(parts, marker):
    """How many parts run a test of a folder whose marker this is; a marker's words are Python's."""
    marks = {name: name == marker for name in ("workflows", "live")}
    return sum(eval(part, {}, marks) for part in parts)


@pytest.mark.parametrize("marker", ["workflows", "live", "neither"])
def test_every_test_is_in_one_part_of_a_pull_requests_tests(marker):
    assert chosen(parts(), marker) == 1
    assert chosen([*parts(), "live or workflows or not live"], marker) == 2
    assert chosen([], marker) == 0


def options(file):
    inputs = load(ROOT / ".github" / "workflows" / file)["on"]["workflow_dispatch"]["inputs"]
    return inputs["environment"]["options"]


def looked_at(file):
    [job] = load(ROOT / ".github" / "workflows" / file)["jobs"].values()
    return job["strategy"]["matrix"]["environment"]


def missing_jobs(jobs, known):
    """What deploy.yml lacks for the environments of a project, one sentence each."""
    lacks = []
    for environment in known:
        name, first = environment.name, environment.name
        if jobs.get(name, {}).get("with", {}).get("environment") != name:
            lacks.append(f"a job {name} that uses _environment.yml with environment: {name}")
        if environment.approval:
            approvers, first = environment.approvers, looking(jobs, name)
            if jobs.get(approvers, {}).get("environment", {}).get("name") != approvers:
                lacks.append(f"a job {approvers} with the environment of that name")
            if approvers not in before(jobs, name):
                lacks.append(f"{approvers} among the needs of the job {name}")
            if first not in before(jobs, approvers):
                lacks.append(
                    f"a job that runs 'begin-deployment {name} --look', such as ahead, among the "
                    f"needs of the job {approvers}"
                )
        if environment.after and environment.after not in before(jobs, name):
            lacks.append(f"{environment.after} among what the job {name} needs, at once or before")
        chosen = f"contains(fromJSON('[\"all\", \"{name}\"]'), inputs.environment || 'all')"
        if chosen not in str(jobs.get(first, {}).get("if", "")):
            lacks.append(f"in the job {first}, if: {chosen}")
    called = {name for name, job in jobs.items() if "_environment.yml" in job.get("uses", "")}
    strange = called - {one.name for one in known}
    return lacks + [f"an entry in project.json for its job {name}" for name in strange]


def looking(jobs, name):
    """The job that looks whether an environment has something to approve."""
    command = f"begin-deployment {name} --look"
    runs = {job: [step.get("run", "") for step in jobs[job].get("steps", [])] for job in jobs}
    return next((job for job in runs if any(run.endswith(command) for run in runs[job])), "ahead")


def before(jobs, name):
    """Every job that a job waits for, at once or through others."""
    needs = jobs.get(name, {}).get("needs", [])
    direct = [needs] if isinstance(needs, str) else needs
    return {*direct, *(far for near in direct for far in before(jobs, near))}


def deploy_jobs():
    return load(ROOT / ".github" / "workflows" / "deploy.yml")["jobs"]


def test_every_environment_has_its_jobs():
    lacks = missing_jobs(deploy_jobs(), Project.load().environments)
    assert lacks == [], "what .github/workflows/deploy.yml lacks"


@pytest.mark.parametrize("lost", ["dev", "prod", "prod-approval", "ahead"])
def test_a_job_that_is_missing_is_told(lost):
    left = {name: job for name, job in deploy_jobs().items() if name != lost}
    assert missing_jobs(left, Project.load().environments)


def test_what_a_new_environment_between_two_others_lacks_is_told():
    staging = Environment("staging", after="dev", approval=True)
    dev, prod = Environment("dev"), Environment("prod", after="staging", approval=True)
    assert missing_jobs(deploy_jobs(), (dev, staging, prod)) == [
        "a job staging that uses _environment.yml with environment: staging",
        "a job staging-approval with the environment of that name",
        "staging-approval among the needs of the job staging",
        "a job that runs 'begin-deployment staging --look', such as ahead, among the needs of the "
        "job staging-approval",
        "dev among what the job staging needs, at once or before",
        'in the job ahead, if: contains(fromJSON(\'["all", "staging"]\'), inputs.environment '
        "|| 'all')",
        "staging among what the job prod needs, at once or before",
    ]


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("deploy.yml", lambda: ["all", *environments()] == options("deploy.yml")),
        ("rollback.yml", lambda: environments() == options("rollback.yml")),
        ("operate.yml", lambda: environments() == options("operate.yml")),
        ("drift.yml", lambda: environments() == looked_at("drift.yml")),
        ("doctor.yml", lambda: environments() == looked_at("doctor.yml")),
    ],
)
def test_every_environment_can_be_chosen(file, found):
    assert found(), f"list the environments of project.json, in their order, in {file}"


def test_only_the_environments_workflow_takes_roles_that_change_an_environment():
    taken = {
        (path.name, step["with"]["role-to-assume"])
        for path in FILES
        for step in steps_of(path)
        if step.get("uses", "").startswith("aws-actions/configure-aws-credentials@")
    }
    assert taken == {
        (file, f"${{{{ steps.connection.outputs.{role}-role }}}}")
        for file, role in [
            ("_environment.yml", "release"),
            ("_environment.yml", "infrastructure"),
            ("deploy.yml", "image"),
            ("deploy.yml", "plan"),
            ("doctor.yml", "plan"),
            ("drift.yml", "plan"),
            ("images.yml", "plan"),
            ("operate.yml", "plan"),
            ("pull-request.yml", "plan"),
        ]
    }


OFFERED = re.compile(r"(?P<no>!?)contains\(fromJSON\('(?P<list>\[[^]]*\])'\), inputs\.verb\)")


def operate():
    return load(ROOT / ".github" / "workflows" / "operate.yml")


def starts(condition, verb):
    """Whether a condition that lists verbs lets one pass."""
    found = OFFERED.search(condition)
    assert found, condition
    return (verb in json.loads(found["list"])) is not bool(found["no"])


def steps_of_act():
    job = load(ROOT / ".github" / "workflows" / "_environment.yml")["jobs"]["act"]
    return {step["name"]: step for step in job["steps"]}


def test_operate_offers_what_its_step_runs():
    inputs = operate()["on"]["workflow_dispatch"]["inputs"]
    assert inputs["verb"]["options"] == list(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_run_by_one_job_with_the_role_that_it_needs(verb):
    jobs, of = operate()["jobs"], steps_of_act()
    assert starts(jobs["look"]["if"], verb) is (verb in LOOKING)
    assert starts(jobs["environment"]["if"], verb) is (verb not in LOOKING)
    assert starts(of["Operate"]["if"], verb)
    assert not starts(of["Report"]["if"], verb)
    # The order decides which credentials are there.
    names = list(of)
    assert names.index("Take the infrastructure role") < names.index("Operate")
    assert names.index("Take the release role") < names.index("Operate")
    unlocks = f"inputs.verb == '{verb}'" in of["Take the infrastructure role"]["if"]
    releases = f"inputs.verb != '{verb}'" not in of["Take the release role"]["if"]
    assert (unlocks, releases) == ((True, False) if verb in UNLOCKING else (False, True))


@pytest.mark.parametrize("verb", ["deploy", "roll-back"])
def test_what_has_a_workflow_of_its_own_is_not_operated(verb):
    of = steps_of_act()
    assert not starts(of["Operate"]["if"], verb)
    assert starts(of["Report"]["if"], verb)


def test_looking_waits_for_nobody():
    assert "concurrency" not in operate()["jobs"]["look"]
    assert operate()["concurrency"]["group"] == "operate-${{ github.run_id }}"


def taken_unconnected(job):
    """Names of the steps that would take a role where the environment has no account.

    A step is safe by `connected` in its condition, or by the output of one that is.
    """
    safe = {"connection.outputs.connected"}
    found = []
    for step in job.get("steps", []):
        condition = str(step.get("if", ""))
        if any(output in condition for output in safe):
            safe |= {f"{step['id']}.outputs."} if "id" in step else set()
        elif step.get("uses", "").startswith("aws-actions/configure-aws-credentials@"):
            found.append(step["name"])
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_role_is_taken_in_an_environment_that_is_not_connected(path):
    jobs = load(path)["jobs"]
    if path.stem == "pull-request":
        listed = jobs.pop("plan")["strategy"]["matrix"]["environment"]
        assert listed == "${{ fromJSON(needs.scope.outputs.environments) }}", "the connected ones"
    assert {name: found for name, job in jobs.items() if (found := taken_unconnected(job))} == {}


def test_a_role_that_is_taken_whatever_the_connection_is_noticed():
    take = {"name": "Take", "uses": "aws-actions/configure-aws-credentials@v6"}
    look = {"name": "Look", "id": "look", "run": "true"}
    assert taken_unconnected({"steps": [look, take]}) == ["Take"]
    behind = take | {"if": "steps.look.outputs.ask == 'true'"}
    assert taken_unconnected({"steps": [look, behind]}) == ["Take"]
    guarded = look | {"if": "steps.connection.outputs.connected == 'true'"}
    assert taken_unconnected({"steps": [guarded, behind]}) == []
