"""Alarms begin without data, and are those that the stage can evaluate.

Source: CloudWatch API reference, PutMetricAlarm: a new alarm is INSUFFICIENT_DATA until it is
evaluated, an updated one keeps its state.
"""

from typing import Any

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import CloudWatchBackend

from stage.aws.metrics import arithmetic
from stage.aws.patches import Patches

_moto_put_alarm = CloudWatchBackend.put_metric_alarm


def install(patches: Patches) -> None:
    """Patch moto's alarms."""
    patches.replace(CloudWatchBackend, "put_metric_alarm", _put_metric_alarm)


def _put_metric_alarm(self: Any, *args: Any, **kwargs: Any) -> Any:
    _refuse_other_math(kwargs.get("metric_data_queries") or [])
    before = self.alarms.get(kwargs["name"])
    alarm = _moto_put_alarm(self, *args, **kwargs)
    if before is None:
        alarm.state_value = "INSUFFICIENT_DATA"
    else:
        alarm.state_value, alarm.state_reason = before.state_value, before.state_reason
        alarm.history = before.history
    return alarm


def _refuse_other_math(queries: list[Any]) -> None:
    """Refuse an expression that the stage would evaluate wrongly or never.

    Raises:
        ValidationError: with the words that it does not know.
    """
    ids = {query.id: 1.0 for query in queries}
    for query in queries:
        if query.expression:
            try:
                arithmetic.evaluate(query.expression, ids)
            except ValueError as error:
                raise ValidationError(
                    f"The stage evaluates simple metric math only: {error}"
                ) from error
