"""Scaling policies: attributes that moto forgets."""

from typing import Any

from moto.autoscaling.models import FakeScalingPolicy

from stage.aws.patches import Patches


def install(patches: Patches) -> None:
    """Answer that a policy is enabled, and no predictive scaling where none was asked."""
    original = FakeScalingPolicy.__init__

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.enabled = True
        self.predictive_scaling_configuration = self.predictive_scaling_configuration or None

    patches.replace(FakeScalingPolicy, "__init__", init)
