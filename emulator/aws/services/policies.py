"""Scaling policies: attributes that moto forgets, and what the emulator does not follow."""

import re
from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import FakeScalingPolicy

from emulator.aws.metrics.tracking import MEASURES, REQUESTS
from emulator.aws.patches import Patches

LABEL = re.compile(r"app/[^/]+/[^/]+/targetgroup/[^/]+/[^/]+")


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
        ValidationError: it tracks neither processors nor requests, or does not say which requests.
    """
    settings = getattr(policy.target_tracking_configuration, "__dict__", {})
    specification = settings.get("PredefinedMetricSpecification", {})
    measure = specification.get("PredefinedMetricType")
    if measure not in MEASURES:
        raise ValidationError(
            f"The emulator follows target-tracking policies of {' and '.join(MEASURES)} only, not "
            f"{measure or policy.policy_type}."
        )
    if measure == REQUESTS and not LABEL.fullmatch(specification.get("ResourceLabel", "")):
        raise ValidationError(f"{REQUESTS} needs a ResourceLabel app/…/…/targetgroup/…/….")
