"""What a step says to its job, and how GitHub's answers become messages."""

import json
from pathlib import Path

import pytest
from github import GithubException

from scripts.adapters.github import client, event, job
from scripts.base.errors import RefusedError, SlipwayError, UsageError


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACTIONS", "OUTPUT", "STEP_SUMMARY", "RUN_ID", "EVENT_PATH", "TOKEN"):
        monkeypatch.delenv(f"GITHUB_{name}", raising=False)


def outputs(text: str) -> dict[str, str]:
    """Read GITHUB_OUTPUT as the runner does."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, _, delimiter = line.partition("<<")
        found[name] = "\n".join(iter(lambda: next(lines), delimiter))
    return found


def test_an_output_cannot_forge_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "output"
    monkeypatch.setenv("GITHUB_OUTPUT", str(file))
    job.set_output("reason", "one\nEOF\nact=true")
    job.set_output("act", False)
    assert outputs(file.read_text()) == {"reason": "one\nEOF\nact=true", "act": "false"}


def test_at_home_everything_is_printed(capsys: pytest.CaptureFixture[str]):
    job.set_output("act", True)
    job.summary("# Done")
    job.annotate("notice", "held", "by ada")
    said = capsys.readouterr()
    assert said.out == "act=true\n# Done\n"
    assert said.err == "notice: held: by ada\n"


def test_an_annotation_keeps_its_lines_and_cannot_be_another_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    job.annotate("error", "a: b, 100%", "x\n::error::forged")
    assert capsys.readouterr().err == "::error title=a%3A b%2C 100%25::x%0A::error::forged\n"


@pytest.mark.parametrize("letter", ["x", "é", "🏁"])
def test_a_summary_is_cut_at_a_line_and_in_bytes(letter: str):
    text = "\n".join([letter * 100] * 50)
    cut = job.clip(text, 2000)
    assert len(cut.encode()) <= 2000
    assert cut.endswith(job.CUT)
    assert set(cut.removesuffix(job.CUT).splitlines()) == {letter * 100}
    assert job.clip("short", 2000) == "short"


def test_the_event_is_read_and_a_broken_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(UsageError, match="event"):
        event.event()
    file = tmp_path / "event.json"
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(file))
    file.write_text(json.dumps({"number": 7}))
    assert event.event() == {"number": 7}
    file.write_text("[]")
    with pytest.raises(UsageError, match="no JSON object"):
        event.event()


def test_the_run_is_none_at_home_and_has_an_address_on_github(monkeypatch: pytest.MonkeyPatch):
    assert event.current_run() is None
    monkeypatch.setenv("GITHUB_RUN_ID", "7")
    monkeypatch.setenv("GITHUB_RUN_ATTEMPT", "2")
    monkeypatch.setenv("GITHUB_REPOSITORY", "o/r")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
    run = event.current_run()
    assert run
    assert run.url == "https://github.com/o/r/actions/runs/7/attempts/2"


def test_without_a_token_github_is_not_asked():
    with pytest.raises(RefusedError, match="token"):
        client.client()


@pytest.mark.parametrize(
    ("status", "said"), [(403, "refused"), (404, "refused"), (422, "failed"), (500, "failed")]
)
def test_an_error_of_github_names_the_right_that_is_missing(status: int, said: str):
    raised = pytest.raises(SlipwayError, match=f"GitHub {said}: x")
    with raised as caught, client.asking("x", "issues: write"):
        raise GithubException(status, {"message": "why"}, {})
    assert "why" in caught.value.which[0]
    assert ("issues: write" in caught.value.next_step) == (said == "refused")
