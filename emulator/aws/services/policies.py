"""Scaling policies: attributes that moto forgets, and what the emulator does not follow."""

from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import FakeScalingPolicy

from emulator.aws.metrics.tracking import MEASURE
from emulator.aws.patches import Patches


def install(patches: Patches) -> None:
    """Answer that a policy is enabled, and no predictive scaling where none was asked."""
    original = FakeScalingPolicy.__init__

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        _refuse_other_measures(self)
        self.enabled = True
        self.predictive_scaling_configuration = self.predictive_scaling_configuration or None

    patches.replace(FakeScalingPolicy, "__init__", init)


def _refuse_other_measures(policy: Any) -> None:
    """Refuse a policy that would do nothing here, whatever happens.

    Raises:
        ValidationError: it tracks no average CPU utilization.
    """
    settings = getattr(policy.target_tracking_configuration, "__dict__", {})
    measure = settings.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
    if measure != MEASURE:
        raise ValidationError(
            f"The emulator follows target-tracking policies of {MEASURE} only, not "
            f"{measure or policy.policy_type}."
        )
