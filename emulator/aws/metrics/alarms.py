"""When an alarm changes its state.

Source: CloudWatch User Guide, "Using Amazon CloudWatch alarms" (evaluation, M out of N, missing
data, percentiles with few samples).
"""

import operator
from typing import Any

from emulator.aws.metrics import arithmetic
from emulator.aws.metrics.windows import Name, Samples, Windows

_COMPARISONS = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}

Point = float | None


def evaluate(alarm: Any, windows: Windows) -> None:
    """Evaluate one of moto's alarms over the periods that are over, and set its state.

    Raises:
        ValueError: the alarm's expression or statistic is none that the emulator knows.
    """
    points = _points(alarm, windows)
    state = state_of(alarm, points) if points is not None else alarm.state_value
    if state != alarm.state_value:
        shown = ", ".join("none" if point is None else f"{point:g}" for point in points or [])
        alarm.update_state(f"Evaluated {len(points or [])} datapoints: {shown}", "{}", state)


def state_of(alarm: Any, points: list[Point]) -> str:
    """State that the last datapoints, oldest first, mean for an alarm."""
    missing = alarm.treat_missing_data or "missing"
    breaching = [_breaches(alarm, point) for point in points if point is not None]
    absent = len(points) - len(breaching)
    if missing == "breaching":
        breaching += [True] * absent
    elif missing == "notBreaching":
        breaching += [False] * absent
    elif missing == "ignore" and absent:
        return str(alarm.state_value)
    if not breaching:
        return "INSUFFICIENT_DATA"
    needed = int(alarm.datapoints_to_alarm or alarm.evaluation_periods)
    return "ALARM" if sum(breaching) >= needed else "OK"


def _breaches(alarm: Any, value: float) -> bool:
    return bool(_COMPARISONS[alarm.comparison_operator](value, float(alarm.threshold)))


def _points(alarm: Any, windows: Windows) -> list[Point] | None:
    """Datapoints of the alarm, oldest first; None where too few samples leave its state alone."""
    count = int(alarm.evaluation_periods)
    if alarm.metric_data_queries:
        return _calculated(alarm, windows, count)
    name = Name(alarm.namespace, alarm.metric_name, _dimensions(alarm.dimensions))
    statistic = alarm.statistic or alarm.extended_statistic
    periods = windows.periods(name, float(alarm.period), count)
    if alarm.evaluate_low_sample_count_percentile == "ignore" and any(
        _too_few(samples, statistic) for samples in periods
    ):
        return None
    return [samples.statistic(statistic) for samples in periods]


def _too_few(samples: Samples, statistic: str) -> bool:
    """Whether a percentile of these samples says nothing: fewer than 10 / (1 - percentile)."""
    if not statistic.startswith("p") or not samples.values:
        return False
    share = float(statistic[1:]) / 100
    return len(samples.values) * min(share, 1 - share) < 10


def _calculated(alarm: Any, windows: Windows, count: int) -> list[Point]:
    series: dict[str, list[Point]] = {}
    for query in alarm.metric_data_queries:
        if query.metric_stat is not None:
            metric = query.metric_stat.metric
            name = Name(metric.namespace, metric.metric_name, _dimensions(metric.dimensions))
            periods = windows.periods(name, float(query.metric_stat.period), count)
            series[query.id] = [samples.statistic(query.metric_stat.stat) for samples in periods]
    for query in alarm.metric_data_queries:
        if query.expression:
            series[query.id] = [
                arithmetic.evaluate(query.expression, {id_: s[i] for id_, s in series.items()})
                for i in range(count)
            ]
    returned = next(q.id for q in alarm.metric_data_queries if str(q.return_data).lower() == "true")
    return series[returned]


def _dimensions(dimensions: list[Any]) -> frozenset[tuple[str, str]]:
    return frozenset((dimension.name, dimension.value) for dimension in dimensions)
