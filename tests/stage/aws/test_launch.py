"""How a group launches instances."""

from tests.stage.aws.stand import Stand


def test_an_instance_waits_at_the_launch_hook_until_it_is_completed(stand: Stand) -> None:
    """User Guide, "Amazon EC2 Auto Scaling lifecycle hooks"."""
    stand.group(hook=True)
    stand.desire(1)
    stand.tick(times=5)
    assert stand.states() == ["Pending:Wait"]
    stand.complete(stand.ids()[0])
    stand.tick(times=3)
    assert stand.states() == ["InService"]
