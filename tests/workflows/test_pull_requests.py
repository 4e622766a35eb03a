"""What a pull request is shown: pull-request.yml as it is, against the emulator."""

import re

import pytest
from markdown_it import MarkdownIt

from tests.workflows.team import Team


def test_a_branch_gets_one_comment_that_a_second_push_rewrites_and_a_hostile_plan_stays_text(
    team: Team,
):
    team.words()
    pull = team.propose()
    run = pull.run().succeeds()
    first = pull.comment()
    assert pull.head[:7] in first
    assert re.search("(builds|built)", first)
    assert f"actions/runs/{run.id}" in first
    assert set(run.roles) == set(team.roles("dev-plan", "prod-plan"))
    assert run.jobs["comment"].roles == []

    team.retention()
    team.edit("infra/envs/dev/main.tf", 'module "platform"', HOSTILE + 'module "platform"')
    pull.push()
    pull.run().succeeds()
    second = pull.comment()
    assert pull.head[:7] in second
    assert "retention_in_days" in second
    assert "aws_cloudwatch_event_rule" in second
    html, text = _rendered(second)
    assert set(re.findall(r"<(\w+)", html)) <= {"details", "summary", "b", "sub"}
    assert "@everyone" not in text
    assert "x.test" not in text


def test_a_fork_gets_the_checks_alone(team: Team):
    team.words()
    pull = team.propose(fork=True, by="mallory")
    run = pull.run().succeeds()
    assert "fork" in run.jobs["scope"].summary
    assert "harness: make check" in run.jobs["check"].log
    assert run.jobs["test"].log.count("harness: make test M=") == 3, "every part"
    assert run.roles == []
    assert team.github.data.comments == {}
    assert "jobs did what was expected" in run.jobs["gate"].log


@pytest.mark.soak
def test_a_bot_without_a_token_gets_the_checks_alone(team: Team):
    team.words()
    run = team.propose(by="dependabot[bot]").run().succeeds()
    assert "bot" in run.jobs["scope"].summary
    assert run.roles == []
    assert team.github.data.comments == {}


def test_a_plan_that_runs_a_program_is_stopped_before_any_credentials(team: Team):
    team.edit("infra/envs/dev/main.tf", 'module "platform"', PROGRAM + 'module "platform"')
    run = team.propose().run().fails()
    assert "external" in run.jobs["check"].log
    assert "check: failure, expected success" in run.jobs["gate"].log
    assert run.roles == []


def _rendered(comment: str) -> tuple[str, str]:
    """HTML that the comment holds, and its text outside of code."""
    tokens = MarkdownIt("commonmark").enable("table").parse(comment)
    flat = [inner for token in tokens for inner in (token, *(token.children or []))]
    html = "".join(one.content for one in flat if one.type in ("html_block", "html_inline"))
    return html, "".join(one.content for one in flat if one.type == "text")


def test_a_reviewed_plan_is_applied_on_merge_with_the_infrastructure_role(team: Team):
    days = team.retention()
    pull = team.propose()
    pull.run().succeeds()
    assert "retention_in_days" in pull.comment()
    before = team.log_days()
    pull.merge()
    assert team.log_days() == before
    run = team.github.push().succeeds()
    assert team.log_days() == days
    assert f"reviewed in pull request #{pull.number}" in run.jobs["dev/act"].log
    assert run.roles[1:4] == team.roles("dev-release", "dev-infrastructure", "dev-release")

    rolled = team.scenes["dev"].refresh()["InstanceRefreshId"]
    again = team.github.push().succeeds()
    assert "nothing was to be done" in again.jobs["dev/act"].summary
    assert "not built" in again.jobs["image"].summary
    assert team.role("dev-infrastructure") not in again.roles
    assert team.scenes["dev"].refresh()["InstanceRefreshId"] == rolled


PROGRAM = """\
data "external" "who" {
  program = ["sh", "-c", "env"]
}

"""
HOSTILE = """\
resource "aws_cloudwatch_event_rule" "hostile" {
  for_each = toset(["</details><h1>`@everyone`</h1>", "a|b\\nc", "![x](https://x.test)"])

  name          = "hostile-${md5(each.key)}"
  description   = "<script>alert(1)</script> @everyone ${each.key}"
  event_pattern = jsonencode({ source = ["x"] })
}

"""
