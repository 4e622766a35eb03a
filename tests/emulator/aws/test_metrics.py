"""CloudWatch: what balancers and groups count, and when alarms change their state."""

from datetime import timedelta
from typing import Any

import pytest

from emulator.aws.clock import moment
from emulator.aws.metrics import arithmetic
from emulator.aws.metrics.windows import Samples
from emulator.interfaces import Counters
from tests.emulator.aws.stand import GROUP, Stand


def _served(
    stand: Stand,
    good: int = 0,
    bad: int = 0,
    own: int = 0,
    seconds: float = 0.1,
    status: str = "502",
) -> None:
    """Let the balancer count so many more answers, then let an AWS minute pass."""
    before = stand.balancers.counts
    answered = sum(before.target_requests.values()) + good + bad
    stand.balancers.counts = Counters(
        requests=before.requests + good + bad + own,
        elb_5xx={**before.elb_5xx, status: before.elb_5xx.get(status, 0) + own},
        target_5xx={"i": before.target_5xx.get("i", 0) + bad},
        target_requests={"i": answered},
        latencies_seconds=[seconds] * (good + bad),
    )
    stand.tick()
    stand.balancers.counts = Counters(**{**vars(stand.balancers.counts), "latencies_seconds": []})
    stand.tick(60 / stand.clock.factor)


def _dimensions(stand: Stand) -> list[dict[str, str]]:
    arn = stand.elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    return [
        {"Name": "LoadBalancer", "Value": arn.split("loadbalancer/")[1]},
        {"Name": "TargetGroup", "Value": stand.target_group.split(":")[-1]},
    ]


def _put(stand: Stand, **settings: Any) -> None:
    """An alarm on the balancer's own 5xx, more than four a minute, unless told otherwise."""
    alarm = {
        "AlarmName": "alarm",
        "Namespace": "AWS/ApplicationELB",
        "MetricName": "HTTPCode_ELB_5XX_Count",
        "Dimensions": _dimensions(stand)[:1],
        "Statistic": "Sum",
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 4,
        "Period": 60,
        "EvaluationPeriods": 1,
        "TreatMissingData": "notBreaching",
    }
    given = {**alarm, **settings}
    stand.watch.put_metric_alarm(**{k: v for k, v in given.items() if v is not None})


def _state(stand: Stand) -> str:
    return str(stand.watch.describe_alarms()["MetricAlarms"][0]["StateValue"])


def _measured(stand: Stand, namespace: str, datum: dict[str, Any]) -> None:
    stand.watch.put_metric_data(Namespace=namespace, MetricData=[datum])


def _statistics(total: float, least: float, count: int) -> dict[str, float]:
    return {"Sum": total, "Minimum": least, "Maximum": least, "SampleCount": count}


@pytest.fixture
def balanced(stand: Stand) -> Stand:
    stand.network()
    stand.balancer()
    stand.tick()
    return stand


def test_a_new_alarm_has_no_data_until_it_is_evaluated(balanced: Stand) -> None:
    """API reference, PutMetricAlarm."""
    _put(balanced)
    assert _state(balanced) == "INSUFFICIENT_DATA"
    _served(balanced)
    assert _state(balanced) == "OK"


def test_a_changed_alarm_keeps_its_state(balanced: Stand) -> None:
    """API reference, PutMetricAlarm."""
    _put(balanced)
    _served(balanced, own=5)
    _put(balanced, AlarmDescription="changed")
    assert _state(balanced) == "ALARM"


def test_an_alarm_follows_the_answers_that_the_balancer_made_itself(balanced: Stand) -> None:
    _put(balanced)
    _served(balanced, own=4)
    assert _state(balanced) == "OK"
    _served(balanced, own=5)
    assert _state(balanced) == "ALARM"
    _served(balanced)
    assert _state(balanced) == "OK"


def test_a_period_is_shortened_by_the_clock_factor(stand: Stand) -> None:
    stand.clock.factor = 20
    stand.network()
    stand.balancer()
    stand.engine.watching.__init__(stand.engine.context)  # type: ignore[misc]
    _put(stand)
    _served(stand, own=5)
    assert _state(stand) == "ALARM"


def test_several_periods_have_to_breach_where_several_are_asked(balanced: Stand) -> None:
    """CloudWatch User Guide, "Evaluating an alarm"."""
    _put(balanced, EvaluationPeriods=2)
    _served(balanced, own=9)
    assert _state(balanced) == "OK"
    _served(balanced, own=9)
    assert _state(balanced) == "ALARM"


def test_two_of_three_periods_can_be_enough(balanced: Stand) -> None:
    """CloudWatch User Guide, "Evaluating an alarm": M out of N."""
    _put(balanced, EvaluationPeriods=3, DatapointsToAlarm=2)
    _served(balanced, own=9)
    _served(balanced)
    assert _state(balanced) == "OK"
    _served(balanced, own=9)
    assert _state(balanced) == "ALARM"


def test_a_longer_period_adds_its_minutes_up(balanced: Stand) -> None:
    _put(balanced, Period=120)
    _served(balanced, own=3)
    assert _state(balanced) == "OK"
    _served(balanced, own=3)
    assert _state(balanced) == "ALARM"


@pytest.mark.parametrize(
    ("treatment", "state"),
    [
        ("missing", "INSUFFICIENT_DATA"),
        ("notBreaching", "OK"),
        ("breaching", "ALARM"),
        ("ignore", "ALARM"),
    ],
)
def test_missing_data_is_treated_as_asked(balanced: Stand, treatment: str, state: str) -> None:
    """CloudWatch User Guide, "Configuring how alarms treat missing data"."""
    _put(balanced, TreatMissingData=treatment)
    _served(balanced, own=9)
    assert _state(balanced) == "ALARM"
    _served(balanced)
    assert _state(balanced) == state


def test_a_share_of_bad_answers_is_metric_math(balanced: Stand) -> None:
    """CloudWatch User Guide, "Using math expressions"."""
    _put(
        balanced,
        Threshold=5,
        Metrics=[
            {"Id": "share", "Expression": "100 * errors / requests", "ReturnData": True},
            _query(balanced, "errors", "HTTPCode_Target_5XX_Count"),
            _query(balanced, "requests", "RequestCount"),
        ],
        **dict.fromkeys(("Namespace", "MetricName", "Dimensions", "Statistic", "Period")),
    )
    _served(balanced, good=100, bad=5)
    assert _state(balanced) == "OK"
    _served(balanced, good=100, bad=6)
    assert _state(balanced) == "ALARM"
    _served(balanced, good=100)
    assert _state(balanced) == "OK"


@pytest.mark.parametrize(("status", "state"), [("502", "ALARM"), ("504", "ALARM"), ("501", "OK")])
def test_a_balancers_own_answers_are_counted_by_status(
    balanced: Stand, status: str, state: str
) -> None:
    """User Guide of the balancer, "CloudWatch metrics": 500, 502, 503 and 504 have their own.

    The alarm is the one of `infra/modules/monitoring/gate_alarms.tf`.
    """
    ids = {"bad_gateway": 502, "timeout": 504, "unavailable": 503}
    whole = _dimensions(balanced)[:1]
    _put(
        balanced,
        Metrics=[
            {
                "Id": "failed",
                "Expression": " + ".join(f"FILL({one}, 0)" for one in ids),
                "ReturnData": True,
            },
            *(
                _query(balanced, one, f"HTTPCode_ELB_{code}_Count", whole)
                for one, code in ids.items()
            ),
        ],
        **dict.fromkeys(("Namespace", "MetricName", "Dimensions", "Statistic", "Period")),
    )
    _served(balanced, good=100, own=9, status=status)
    assert _state(balanced) == state
    _served(balanced, good=100)
    assert _state(balanced) == "OK"


def test_all_of_a_balancers_own_answers_are_in_the_sum(balanced: Stand) -> None:
    """The same page: 5XX counts 501, 505 and 561 too."""
    _put(balanced)
    _served(balanced, own=9, status="501")
    assert _state(balanced) == "ALARM"


def _query(
    stand: Stand, id_: str, metric: str, dimensions: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    named = {
        "Namespace": "AWS/ApplicationELB",
        "MetricName": metric,
        "Dimensions": dimensions or _dimensions(stand),
    }
    return {
        "Id": id_,
        "ReturnData": False,
        "MetricStat": {"Metric": named, "Period": 60, "Stat": "Sum"},
    }


def _put_latency(stand: Stand) -> None:
    _put(
        stand,
        MetricName="TargetResponseTime",
        Dimensions=_dimensions(stand),
        Statistic=None,
        ExtendedStatistic="p99",
        Threshold=1,
        EvaluateLowSampleCountPercentile="ignore",
    )


def test_a_percentile_of_latencies_trips_an_alarm(balanced: Stand) -> None:
    _put_latency(balanced)
    _served(balanced, good=1000, seconds=0.2)
    assert _state(balanced) == "INSUFFICIENT_DATA" or _state(balanced) == "OK"
    _served(balanced, good=1000, seconds=1.5)
    assert _state(balanced) == "ALARM"


def test_a_percentile_of_too_few_samples_leaves_the_state_alone(balanced: Stand) -> None:
    """CloudWatch User Guide, "Percentile-based alarms and low data samples": ignore."""
    _put_latency(balanced)
    _served(balanced)
    assert _state(balanced) == "OK"
    _served(balanced, good=10, seconds=9)
    assert _state(balanced) == "OK"


def test_math_that_the_emulator_cannot_evaluate_is_refused(balanced: Stand) -> None:
    with balanced.refused("ValidationError", "ANOMALY"):
        balanced.watch.put_metric_alarm(
            AlarmName="alarm",
            ComparisonOperator="GreaterThanThreshold",
            Threshold=1,
            EvaluationPeriods=1,
            Metrics=[
                {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(errors)", "ReturnData": True},
                _query(balanced, "errors", "RequestCount"),
            ],
        )


def test_instances_missing_from_a_group_trip_an_alarm(stand: Stand) -> None:
    """User Guide, "Amazon CloudWatch metrics for Amazon EC2 Auto Scaling": once enabled."""
    stand.group(hook=True)
    stand.scaling.enable_metrics_collection(
        AutoScalingGroupName=GROUP,
        Granularity="1Minute",
        Metrics=["GroupDesiredCapacity", "GroupInServiceInstances"],
    )
    stand.watch.put_metric_alarm(
        AlarmName="alarm",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=0,
        EvaluationPeriods=1,
        Metrics=[
            {"Id": "missing", "Expression": "desired - in_service", "ReturnData": True},
            _of_group("desired", "GroupDesiredCapacity", "Minimum"),
            _of_group("in_service", "GroupInServiceInstances", "Maximum"),
        ],
    )
    stand.tick()
    stand.tick(60)
    assert _state(stand) == "OK"
    stand.desire(1)
    stand.tick()
    stand.tick(60)
    stand.tick(60)
    assert _state(stand) == "ALARM"


def _of_group(id_: str, metric: str, stat: str) -> dict[str, Any]:
    dimensions = [{"Name": "AutoScalingGroupName", "Value": GROUP}]
    named = {"Namespace": "AWS/AutoScaling", "MetricName": metric, "Dimensions": dimensions}
    return {
        "Id": id_,
        "ReturnData": False,
        "MetricStat": {"Metric": named, "Period": 60, "Stat": stat},
    }


def test_metrics_can_be_read_through_cloudwatch(balanced: Stand) -> None:
    """API reference, GetMetricStatistics."""
    _served(balanced, good=7)
    now = moment(balanced.clock.now())
    found = balanced.watch.get_metric_statistics(
        Namespace="AWS/ApplicationELB",
        MetricName="RequestCount",
        Dimensions=_dimensions(balanced),
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=5),
        Period=600,
        Statistics=["Sum"],
    )
    assert [point["Sum"] for point in found["Datapoints"]] == [7.0]


@pytest.mark.parametrize(
    ("datum", "state"),
    [
        ({"Value": 4}, "OK"),
        ({"Value": 5}, "ALARM"),
        ({"Values": [1, 2], "Counts": [2, 1]}, "OK"),
        ({"Values": [1, 2], "Counts": [1, 2]}, "ALARM"),
        ({"StatisticValues": _statistics(4, 4, 1)}, "OK"),
        ({"StatisticValues": _statistics(5, 1, 3)}, "ALARM"),
    ],
)
def test_an_alarm_follows_what_people_measure(
    balanced: Stand, datum: dict[str, Any], state: str
) -> None:
    """API reference, PutMetricData: a value, values with counts, or a set of statistics."""
    dimensions = [{"Name": "Queue", "Value": "visits"}]
    _put(balanced, Namespace="Own", MetricName="Lost", Dimensions=dimensions)
    _measured(balanced, "Own", {"MetricName": "Lost", "Dimensions": dimensions, **datum})
    balanced.tick(60)
    assert _state(balanced) == state


def test_people_measure_nothing_in_aws_own_namespaces(balanced: Stand) -> None:
    """API reference, PutMetricData: Namespace."""
    with balanced.refused("InvalidParameterValue", "Namespace"):
        _measured(balanced, "AWS/ApplicationELB", {"MetricName": "RequestCount", "Value": 1})


@pytest.mark.parametrize(
    ("metric", "healthy", "state"),
    [
        ("HealthyHostCount", "healthy", "ALARM"),
        ("HealthyHostCount", "unhealthy", "OK"),
        ("UnHealthyHostCount", "healthy", "OK"),
        ("UnHealthyHostCount", "unhealthy", "ALARM"),
    ],
)
def test_an_alarm_follows_how_many_targets_are_healthy(
    stand: Stand, metric: str, healthy: Any, state: str
) -> None:
    """Elastic Load Balancing guide, "CloudWatch metrics": HealthyHostCount."""
    stand.group(desired=1, HealthCheckType="EC2")
    stand.balancers.states[stand.ids()[0]] = healthy
    _put(stand, MetricName=metric, Dimensions=_dimensions(stand), Statistic="Maximum", Threshold=0)
    stand.tick(60)
    stand.tick()
    stand.tick(60)
    assert _state(stand) == state


def test_how_busy_a_machine_is_can_be_read_through_cloudwatch(stand: Stand) -> None:
    """EC2 User Guide: CPUUtilization, of the instance's processors; a t3.small has two."""
    stand.group(desired=1)
    (id_,) = stand.ids()
    stand.tick(60)
    stand.machines.cpu[id_] += 30
    stand.tick(60)
    now = moment(stand.clock.now())
    found = stand.watch.get_metric_statistics(
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        Dimensions=[{"Name": "InstanceId", "Value": id_}],
        StartTime=now - timedelta(seconds=30),
        EndTime=now + timedelta(seconds=30),
        Period=60,
        Statistics=["Maximum"],
    )
    assert [point["Maximum"] for point in found["Datapoints"]] == [25.0]


def test_a_red_alarm_stops_a_rollout(stand: Stand) -> None:
    """API reference, AlarmSpecification, driven by what the balancer counted."""
    stand.group(desired=1)
    _put(stand)
    _served(stand)
    alarms = {"Alarms": ["alarm"]}
    stand.refresh(stand.publish("two"), BakeTime=6000, AutoRollback=True, AlarmSpecification=alarms)
    stand.settle()
    assert stand.last_refresh()["Status"] == "Baking"
    _served(stand, own=9)
    stand.tick()
    assert stand.last_refresh()["Status"] == "RollbackInProgress"
    stand.settle()
    assert stand.versions() == ["1"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("100 * a / b", 50.0),
        ("a - b", -2.0),
        ("-a", -2.0),
        ("a / 0", None),
        ("a + none", None),
        ("FILL(none, 3) + a", 5.0),
        ("FILL(a, 3)", 2.0),
    ],
)
def test_arithmetic(expression: str, value: float | None) -> None:
    assert arithmetic.evaluate(expression, {"a": 2.0, "b": 4.0, "none": None}) == value


@pytest.mark.parametrize("expression", ["__import__('os')", "a.b", "a if b else a", "x", "a +"])
def test_arithmetic_is_all_that_is_evaluated(expression: str) -> None:
    with pytest.raises(ValueError, match="cannot evaluate"):
        arithmetic.evaluate(expression, {"a": 2.0, "b": 4.0})


def test_statistics_of_samples() -> None:
    samples = Samples([4.0, 1.0, 3.0, 2.0])
    names = ("Sum", "Average", "Minimum", "Maximum", "SampleCount", "p50", "p99")
    assert [samples.statistic(name) for name in names] == [10, 2.5, 1, 4, 4, 2, 4]
    assert Samples().statistic("p99") is None
