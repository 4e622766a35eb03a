"""Scaling policies: attributes that moto forgets."""

from typing import Any

from moto.autoscaling.models import FakeScalingPolicy

from stage.aws.patches import Patches


def install(patches: Patches) -> None:
    """A scaling policy is enabled unless it was put otherwise; moto answers false."""
    original = FakeScalingPolicy.__init__

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.enabled = True

    patches.replace(FakeScalingPolicy, "__init__", init)
