"""What a weekly run of images.yml does, as it is, against the emulator and the AMIs it offers."""

import pytest

from scripts.operations.find_newest_ami import pin_of
from tests.workflows.team import Team

pytestmark = pytest.mark.soak


def test_a_newer_image_is_told_in_one_issue_until_it_is_named(team: Team):
    pin = pin_of("dev", team.emulator.folder)
    older = pin.name.replace(".2026", ".2025")
    run = team.github.schedule("images.yml").succeeds()
    assert run.roles == ["slipway-plan"]
    assert run.summary.count("names the newest image") == 2
    assert team.open_issues() == []

    team.edit(pin.file, pin.name, older)
    team.commit()
    for _ in range(2):
        run = team.github.schedule("images.yml").succeeds()
    [issue] = team.open_issues()
    for text in (issue["body"], run.summary):
        assert f"`{pin.file}:{pin.line}`" in text
        assert f"- {older}\n+ {pin.name}\n" in text
        assert "✅ **prod**" in text

    team.edit(pin.file, older, pin.name)
    team.commit()
    team.github.schedule("images.yml").succeeds()
    assert team.open_issues() == []
