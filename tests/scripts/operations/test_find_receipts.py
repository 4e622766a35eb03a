"""From a commit of main to the receipt of its pull request, and nothing else on the way."""

import io
import subprocess
import threading
import zipfile

import pytest
from flask import Flask
from werkzeug.serving import make_server

from scripts.domain import receipt
from scripts.operations import find_receipts
from scripts.operations.find_receipts import candidates, find, unpacked
from tests.workflows.files import Job
from tests.workflows.github_data import GitHubData
from tests.workflows.rest import Api

INPUTS = "0123456789ab"
SHA = "a" * 40
HEAD = "b" * 40
RIGHTS = {"actions": "read", "contents": "read", "pull-requests": "read"}


def packed(text, name=find_receipts.FILE):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return held.getvalue()


@pytest.fixture
def github(monkeypatch):
    """A merged pull request with a good run and a receipt."""
    data = GitHubData()
    own = {"full_name": data.repository}
    data.pulls[7] = {
        "number": 7,
        "merged_at": "2026-01-01T00:00:00Z",
        "base": {"ref": "main", "repo": own},
        "head": {"sha": HEAD, "repo": own},
    }
    data.pulls_of_commit[SHA] = [7]
    data.runs[1] = {
        "id": 1,
        "status": "completed",
        "conclusion": "success",
        "event": "pull_request",
        "head_sha": HEAD,
        "path": ".github/workflows/pull-request.yml",
        "head_repository": own,
    }
    text = receipt.dump(receipt.make("dev", INPUTS, []))
    data.artifacts[1] = {
        "id": 1,
        "run": 1,
        "name": f"receipt-dev-{INPUTS}",
        "content": packed(text),
    }
    app = Flask(__name__)
    job = Job("dev/act", "act", "_environment.yml", RIGHTS, "dev", "")
    Api(data, "token", lambda: job).register(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("GITHUB_API_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("GITHUB_TOKEN", "token")
    monkeypatch.setenv("GITHUB_REPOSITORY", data.repository)
    monkeypatch.setattr(find_receipts, "candidates", lambda *_: [SHA])
    yield data
    server.shutdown()


def found():
    return [(one.where, one.receipt is not None, one.why_not) for one in find("dev", INPUTS)]


def test_the_receipt_of_a_merged_pull_request_is_found(github):
    assert found() == [("pull request #7", True, "")]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda d: d.pulls[7]["head"].update(repo={"full_name": "mallory/slipway"}), "fork"),
        (lambda d: d.pulls[7]["head"].update(repo=None), "fork"),
        (lambda d: d.runs[1].update(conclusion="failure"), "no run of its checks succeeded"),
        (lambda d: d.runs[1].update(head_sha=SHA), "no run of its checks succeeded"),
        (lambda d: d.runs[1].update(event="push"), "no run of its checks succeeded"),
        (
            lambda d: d.runs[1].update(head_repository={"full_name": "mallory/slipway"}),
            "no run of its checks succeeded",
        ),
        (lambda d: d.artifacts[1].update(name="receipt-prod-" + INPUTS), "planned another tree"),
        (lambda d: d.artifacts[1].update(expired=True), "planned another tree"),
        (lambda d: d.artifacts[1].update(content=b"no archive"), "cannot be read"),
        (lambda d: d.artifacts[1].update(content=packed("{}")), "cannot be read"),
        (lambda d: d.artifacts[1].update(content=packed("{}", "x")), "cannot be read"),
        (
            lambda d: d.artifacts[1].update(content=packed("x" * (receipt.LARGEST_BYTES + 2))),
            "cannot be read",
        ),
    ],
)
def test_anything_else_is_no_receipt_and_says_why(github, spoil, why):
    spoil(github)
    ((_, readable, said),) = found()
    assert not readable
    assert why in said


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pulls[7].update(merged_at=None),
        lambda d: d.pulls[7]["base"].update(ref="other"),
        lambda d: d.pulls_of_commit.clear(),
    ],
)
def test_what_was_not_merged_into_main_is_not_looked_at(github, spoil):
    spoil(github)
    assert found() == []


def test_an_archive_that_grows_is_not_unpacked():
    with pytest.raises(ValueError, match="when unpacked"):
        unpacked(packed(" " * (receipt.LARGEST_BYTES + 2)))


def test_the_commit_that_made_the_inputs_what_they_are_comes_first(tmp_path):
    def git(*words):
        name = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
        done = subprocess.run(
            ["git", *name, *words], cwd=tmp_path, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(name):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {path.stat().st_size if path.exists() else 0}\n")
        git("add", "--all")
        git("commit", "--quiet", "--message", name)
        return git("rev-parse", "HEAD")

    git("init", "--quiet")
    commit("app/main.py")
    made = commit("infra/envs/dev/main.tf")
    later = [commit("infra/envs/dev/README.md"), commit("infra/envs/prod/main.tf")]
    assert candidates("dev", tmp_path) == [made, *reversed(later)]
