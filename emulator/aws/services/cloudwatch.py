"""Alarms begin without data, are those that the emulator can evaluate, and see what people measure.

Source: CloudWatch API reference, PutMetricAlarm: a new alarm is INSUFFICIENT_DATA until it is
evaluated, an updated one keeps its state; PutMetricData: namespaces of AWS are AWS's own.
"""

from typing import Any

from moto.cloudwatch.exceptions import InvalidParameterValue, ValidationError
from moto.cloudwatch.models import CloudWatchBackend

from emulator.aws.metrics import arithmetic
from emulator.aws.metrics.windows import Name
from emulator.aws.patches import Patches

_moto_put_alarm = CloudWatchBackend.put_metric_alarm
_moto_put_data = CloudWatchBackend.put_metric_data


def install(patches: Patches) -> None:
    """Patch moto's alarms."""
    patches.replace(CloudWatchBackend, "put_metric_alarm", _put_metric_alarm)
    patches.replace(CloudWatchBackend, "put_metric_data", _put_metric_data)


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


def _put_metric_data(self: Any, namespace: str, metric_data: list[dict[str, Any]]) -> None:
    if namespace.startswith("AWS/"):
        raise InvalidParameterValue("The value AWS/ for parameter Namespace is invalid.")
    _moto_put_data(self, namespace, metric_data)
    for datum in metric_data:
        dimensions = frozenset((d["Name"], d["Value"]) for d in datum.get("Dimensions") or [])
        self.emulator.watching.given(
            Name(namespace, datum["MetricName"], dimensions), _values(datum)
        )


def _values(datum: dict[str, Any]) -> list[float]:
    """The samples that a datum stands for."""
    if datum.get("Values"):
        counts = datum.get("Counts") or [1] * len(datum["Values"])
        pairs = zip(datum["Values"], counts, strict=True)
        return [float(value) for value, count in pairs for _ in range(int(float(count)))]
    if datum.get("StatisticValues"):
        told = {name: float(value) for name, value in datum["StatisticValues"].items()}
        between = int(told["SampleCount"]) - 2
        if between < 0:
            return [told["Sum"]]
        rest = told["Sum"] - told["Minimum"] - told["Maximum"]
        return [told["Minimum"], told["Maximum"], *[rest / between] * between]
    return [float(datum.get("Value", 0))]


def _refuse_other_math(queries: list[Any]) -> None:
    """Refuse an expression that the emulator would evaluate wrongly or never.

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
                    f"The emulator evaluates simple metric math only: {error}"
                ) from error
