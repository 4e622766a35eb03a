"""A command that was dispatched: its words, its answer in the summary, and its exit code."""

import json
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from scripts.adapters.github import command_process, step_failure
from scripts.adapters.github.command_process import Ended
from scripts.base.errors import RefusedError, SlipwayError, UsageError
from scripts.workflow_steps import operate
from tests.scripts.github_job import Step

HOSTILE = "</details><script>x</script> ````` ::error::forged \x1b[31m@ada"


@pytest.fixture
def dispatch(step: Step, monkeypatch: pytest.MonkeyPatch):
    """Dispatches a verb whose command ends as it is told; returns its exit code and its words."""
    (step.folder / "event").write_text(json.dumps({"repository": {"visibility": "private"}}))

    def run(verb: str, ended: Ended, **shell: str) -> tuple[int, list[str]]:
        seen: list[str] = []

        def process(words: list[str]) -> Ended:
            seen.extend(words)
            return ended

        monkeypatch.setattr(operate, "run", process)
        for name, value in {"VERB": verb, **shell}.items():
            monkeypatch.setenv(name, value)
        return operate.main(["dev"]), seen

    return run


def test_the_answer_is_the_summary_as_text(dispatch, step: Step, capsys):
    answer = f"url      http://x\n{HOSTILE}\n"
    assert dispatch("status", Ended(0, answer, ["[ 0.1s] progress"])) == (0, ["status", "dev"])
    assert step.summary.startswith("✅ **dev**: `status`\n")
    [block] = [one for one in MarkdownIt().parse(step.summary) if one.type == "fence"]
    assert block.content.startswith("url      http://x\n")
    assert "@ada" in block.content
    assert "\x1b" not in step.summary
    assert "progress" not in step.summary
    said = capsys.readouterr().out.splitlines()
    word = said[0].removeprefix("::stop-commands::")
    assert len(word) == 32
    assert said[-1] == f"::{word}::"
    assert "url      http://x" in said


def test_a_command_without_an_answer_shows_its_progress(dispatch, step: Step):
    given = {"REASON": "--no; it's mine"}
    code, words = dispatch("hold", Ended(0, "", ["[ 0.1s] dev is held"]), **given)
    assert (code, words) == (0, ["hold", "dev", "--reason=--no; it's mine"])
    assert "dev is held" in step.summary


@pytest.mark.parametrize(
    ("verb", "shell", "words"),
    [
        ("unlock-state", {"LOCK_ID": " "}, ["unlock-state", "dev"]),
        ("unlock-state", {"LOCK_ID": "-x 1"}, ["unlock-state", "dev", "--lock-id=-x 1"]),
        ("status", {"LOCK_ID": "1", "REASON": "why"}, ["status", "dev"]),
    ],
)
def test_a_verb_gets_its_own_inputs_alone(dispatch, verb, shell, words):
    assert dispatch(verb, Ended(0, "", []), **shell)[1] == words


@pytest.mark.parametrize(
    ("error", "sign"), [(RefusedError, "✋"), (SlipwayError, "❌"), (UsageError, "❌")]
)
def test_a_failure_says_what_failed_and_what_to_do_next(dispatch, step: Step, error, sign):
    failed = error("no rollout is running", which="dev", next_step="gh workflow run x -f a=b")
    step_failure.note(failed, "abort")
    code, _ = dispatch("abort", Ended(error.exit_code, "", ["[ 0.1s] progress"]))
    assert code == error.exit_code
    first, *_ = step.summary.splitlines()
    assert first.startswith(f"{sign} **dev**: `abort` ended with exit code {code}")
    assert "`no rollout is running`" in first
    assert "**Next:** gh workflow run x -f a=b" in step.summary
    assert "progress" not in step.summary


def test_what_differs_is_an_answer_though_it_fails_the_job(dispatch, step: Step):
    assert dispatch("drift", Ended(1, "dev: i-2 is gone\n", []))[0] == 1
    assert step.summary.startswith("❌ **dev**: `drift` ended with exit code 1\n")
    assert "i-2 is gone" in step.summary


@pytest.mark.parametrize("verb", ["deploy", "roll-back", "bootstrap", "url", "", "status; id"])
def test_nothing_else_can_be_dispatched(dispatch, step: Step, verb):
    with pytest.raises(UsageError, match="no verb that can be dispatched"):
        dispatch(verb, Ended(0, "", []))
    assert "unlock-state" in step.summary


def test_the_addresses_of_visitors_are_not_shown_to_everybody(dispatch, step: Step):
    assert dispatch("logs", Ended(0, "203.0.113.7\n", []))[0] == 0
    (step.folder / "event").write_text(json.dumps({"repository": {"visibility": "public"}}))
    with pytest.raises(RefusedError, match="everybody can read"):
        dispatch("logs", Ended(0, "203.0.113.7\n", []))
    assert "make logs ENV=dev ON=aws" in step.summary
    assert dispatch("status", Ended(0, "", []))[0] == 0


def test_answer_and_progress_of_a_command_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys
):
    package = tmp_path / "scripts"
    package.mkdir()
    (package / "__main__.py").write_text(
        "import sys\n"
        "print('answer', *sys.argv[1:])\n"
        "print('progress', file=sys.stderr)\n"
        "sys.stderr.buffer.write(b'\\xff\\n')\n"
        "sys.exit(3)\n"
    )
    monkeypatch.setattr(command_process, "ROOT", tmp_path)
    assert sys.executable
    ended = command_process.run(["status", "dev"])
    assert ended == Ended(3, "answer status dev\n", ["progress", "\ufffd"])
    assert "progress" in capsys.readouterr().err
