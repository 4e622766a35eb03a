"""What an environment names, what EC2 answers, and what a person is told of both."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.adapters.aws.clients import CONFIG
from scripts.base import clock
from scripts.base.errors import SlipwayError, UsageError
from scripts.base.project import environments
from scripts.commands import newest_ami
from scripts.operations.find_newest_ami import find_newest_amis, pin_of
from scripts.reporting.newest_ami_text import NEXT, lines, page
from tests.emulator.aws.stand import REGION, load_amis
from tests.scripts.emulated import Environment

NOW = "2026-11-27T10:00:00Z"
OLD = "al2023-ami-2023.12.20260930.0-kernel-6.1-x86_64"
NEW = "al2023-ami-2023.12.20261118.0-kernel-6.1-x86_64"


def image(name: str, created: str, **more: str) -> dict[str, str]:
    return {"Name": name, "CreationDate": f"{created}T00:00:00.000Z", **more}


class Pages:
    """EC2 that answers page by page, as AWS does and moto does not."""

    def __init__(self, *pages: list[dict[str, str]]) -> None:
        from botocore.session import Session
        from botocore.stub import Stubber

        self.ec2 = Session().create_client("ec2", region_name=REGION, config=CONFIG)
        self.asked: list[Any] = []
        self.ec2.meta.events.register(
            "before-parameter-build.ec2.DescribeImages",
            lambda params, **_: self.asked.append(dict(params)),
        )
        stub = Stubber(self.ec2)
        for number, found in enumerate(pages, 1):
            more = {} if number == len(pages) else {"NextToken": str(number)}
            stub.add_response("describe_images", {"Images": found, **more})
        stub.activate()


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout in which dev and prod name an old image."""
    for name in ("dev", "prod"):
        write(tmp_path, name, f'  ami_name = "{OLD}" # why not\n')
    return tmp_path


def write(root: Path, name: str, line: str) -> None:
    folder = root / "infra" / "envs" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.tf").write_text(f'module "platform" {{\n  source = "../x"\n{line}}}\n')


def look(clients: Any, root: Path, *names: str) -> dict[str, Any]:
    return find_newest_amis(clients, names or ("dev",), root)


def test_the_change_is_told_by_file_line_and_both_names(root: Path):
    clients = Pages([image(NEW, "2026-11-19"), image(OLD, "2026-10-01")])
    [told] = [lines("dev", one, NOW) for one in look(clients, root).values()]
    assert told == [
        "dev names an image 57 days old; the newest is 8 days old",
        "  infra/envs/dev/main.tf:3",
        f"  - {OLD}",
        f"  + {NEW}",
    ]


def test_the_newest_may_stand_on_the_last_page(root: Path):
    clients = Pages([image(OLD, "2026-10-01")], [], [image(NEW, "2026-11-19")])
    assert look(clients, root)["dev"].newest.name == NEW
    assert [asked.get("NextToken") for asked in clients.asked] == [None, "1", "2"]


def test_amazon_is_asked_for_its_own_of_the_family_and_once(root: Path):
    clients = Pages([image(OLD, "2026-10-01")])
    assert set(look(clients, root, "dev", "prod")) == {"dev", "prod"}
    [asked] = clients.asked
    assert asked["Owners"] == ["amazon"]
    assert asked["IncludeDeprecated"] is True
    assert {one["Name"]: one["Values"] for one in asked["Filters"]} == {
        "name": ["al2023-ami-2023.*-kernel-6.1-x86_64"],
        "architecture": ["x86_64"],
        "state": ["available"],
    }


def test_where_the_newest_is_named_only_its_age_is_told(root: Path):
    found = look(Pages([image(OLD, "2026-11-26")]), root)
    assert lines("dev", found["dev"], NOW) == [f"dev names the newest image: {OLD}, 1 day old"]
    assert NEXT not in page(found, NOW)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ([], "that Amazon does not list any more"),
        (
            [image(OLD, "2026-08-01", DeprecationTime="2026-11-01T00:00:00.000Z")],
            "118 days old and deprecated",
        ),
    ],
)
def test_an_image_that_amazon_gave_up_is_told_so(
    root: Path, named: list[dict[str, str]], said: str
):
    found = look(Pages([image(NEW, "2026-11-19"), *named]), root)
    assert lines("dev", found["dev"], NOW)[0].startswith(f"dev names an image {said};")


def test_a_family_without_any_is_an_error_that_names_it(root: Path):
    with pytest.raises(SlipwayError, match="no machine image of this family") as caught:
        look(Pages([]), root)
    assert "infra/envs/dev/main.tf:3" in str(caught.value)
    assert "al2023-ami-2023.*-kernel-6.1-x86_64" in str(caught.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  ami_name = var.ami\n", "has no ami_name in plain text"),
        ("", "has no ami_name in plain text"),
        ('  ami_name = "ubuntu-24.04"\n', "main.tf:3: ubuntu-24.04"),
    ],
)
def test_an_environment_that_names_none_is_told_where(root: Path, line: str, said: str):
    write(root, "dev", line)
    with pytest.raises(UsageError) as caught:
        pin_of("dev", root)
    assert said in str(caught.value)


@pytest.mark.parametrize("name", environments())
def test_every_environment_of_this_repository_names_one(name: str):
    pin = pin_of(name)
    [*_, named] = Path(pin.file).read_text().splitlines()[: pin.line]
    assert named.split() == ["ami_name", "=", f'"{pin.name}"']


@pytest.mark.slow
def test_the_emulator_offers_what_terraform_asked_for_and_what_moto_brings(
    dev: Environment, root: Path
):
    """Minimal images, other kernels and other architectures are among moto's."""
    load_amis()
    older = OLD.replace("12.20260930", "11.20260101")
    write(root, "prod", f'  ami_name = "{older}"\n')
    exactly = [{"Name": "name", "Values": [older]}]
    dev.stand.ec2.describe_images(Owners=["amazon"], Filters=exactly)
    found = look(dev.clients, root, "dev", "prod")
    assert found["dev"].current
    assert found["prod"].newest.name == OLD
    assert found["prod"].ami.age_days(NOW) == 330


@pytest.mark.parametrize(("created", "code"), [("2026-09-01", 0), ("2026-11-19", 1)])
def test_the_command_ends_with_one_where_there_is_a_newer_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], created: str, code: int
):
    named = pin_of("dev").name
    other = named.replace(".0-", ".9-")
    clients = Pages([image(named, "2026-10-01"), image(other, created)])
    monkeypatch.setattr(newest_ami, "connect_to_any", lambda *_: clients)
    assert newest_ami.main([]) == code
    printed = capsys.readouterr().out
    assert all(f"{name} names " in printed for name in environments())
    assert (f"  + {other}" in printed) is bool(code)


def test_the_command_looks_at_one_environment_where_it_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    clients = SimpleNamespace(ec2=Pages([image(pin_of("prod").name, "2026-10-01")]).ec2)
    monkeypatch.setattr(newest_ami, "connect_to_any", lambda *_: clients)
    assert newest_ami.main(["prod"]) == 0
    assert "dev" not in capsys.readouterr().out
