"""What happens to a release: deployed, rolled back, held, broken, mended."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.checkout import Checkout
from tests.stage.live.visitor import Visitor

PAGE = "app/templates/page.html"
HTML = {"Accept": "text/html"}


@contextmanager
def edited(stage: Checkout, name: str, old: str, new: str) -> Iterator[None]:
    path = stage.folder / name
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new, 1))
    try:
        yield
    finally:
        path.write_text(before)


@pytest.fixture
def dev(stage: Checkout) -> Iterator[Checkout]:
    """The shared stage; dev is left without a hold, at whatever release the test ended with."""
    yield stage
    stage.git("checkout", "--quiet", ".")
    stage.make("unhold", "ENV=dev", code=None)


def page(stage: Checkout) -> str:
    return stage.get("/", **HTML).text


def versions(stage: Checkout) -> set[str]:
    return {instance["version"] for instance in stage.status("dev")["instances"]}


def test_an_edit_is_deployed_and_rolled_back_and_held(dev: Checkout):
    before = dev.status("dev")["release"]
    with edited(dev, PAGE, "Your address, reversed", "Backwards, you are"):
        dev.make("deploy", "ENV=dev")
        after = dev.status("dev")["release"]
        assert "Backwards, you are" in page(dev)
        assert after["version"] != before["version"]
        assert versions(dev) == {after["version"]}
        assert after["version"] in dev.make("history", "ENV=dev").stdout
        assert after["version"] in dev.make("logs", "ENV=dev").stdout

        rolled = dev.make("roll-back", "ENV=dev")
        assert "Backwards, you are" not in page(dev)
        assert versions(dev) == {before["version"]}
        assert "building" not in rolled.stderr
        assert "terraform" not in rolled.stderr.lower()

        held = dev.make("deploy", "ENV=dev", code=3)
        assert "held" in held.stderr
        assert versions(dev) == {before["version"]}
        assert dev.status("dev")["hold"]["kind"] == "rollback"
        assert "No changes" in dev.make("plan", "ENV=dev").stdout


@pytest.mark.soak
def test_a_named_release_can_be_rolled_back_to(dev: Checkout):
    first = dev.status("dev")["release"]["version"]
    for words in ("One", "Two"):
        with edited(dev, PAGE, "Your address, reversed", words):
            dev.make("deploy", "ENV=dev")
    dev.make("roll-back", "ENV=dev", f"TO={first}")
    assert versions(dev) == {first}
    assert "Two" not in page(dev)


def test_a_hold_by_hand_stops_a_deploy_until_it_is_lifted(dev: Checkout):
    dev.make("hold", "ENV=dev", "REASON=the auditors are here")
    before = dev.status("dev")
    with edited(dev, PAGE, "Your address, reversed", "Held back"):
        assert "the auditors are here" in dev.make("deploy", "ENV=dev", code=3).stderr
    assert dev.status("dev") == before
    dev.make("unhold", "ENV=dev")
    assert dev.status("dev")["hold"] is None


def test_a_syntax_error_never_reaches_a_visitor(dev: Checkout):
    dev.make("deploy", "ENV=dev")
    before = dev.status("dev")["release"]["version"]
    with Visitor(dev.url("dev")) as visitor:
        with edited(dev, "app/ids.py", '"""', 'def broken(:\n"""'):
            failed = dev.make("deploy", "ENV=dev", code=1, seconds=120)
            assert "app/ids.py" in failed.stderr
            assert "line 1" in failed.stderr
            assert versions(dev) == {before}
        assert "No changes" in dev.make("plan", "ENV=dev").stdout
        dev.make("deploy", "ENV=dev")
    assert visitor.failures == []
    assert visitor.answers > 0


def test_a_broken_line_of_the_boot_script_turns_a_deploy_red(dev: Checkout):
    script = "infra/modules/service/user_data.sh"
    with edited(dev, script, "docker login", "docker lgoin"):
        failed = dev.make("deploy", "ENV=dev", code=1, seconds=180)
        assert "lgoin" in failed.stderr
    dev.make("deploy", "ENV=dev")
    assert "No changes" in dev.make("plan", "ENV=dev").stdout
