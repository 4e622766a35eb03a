"""The clockwork of metrics: collect, close windows, publish them, evaluate alarms."""

from typing import Any

from moto.cloudwatch.models import MetricAggregatedDatum, cloudwatch_backends
from moto.elbv2.models import elbv2_backends

from stage.aws.clock import moment
from stage.aws.groups.world import Group, World
from stage.aws.metrics import alarms
from stage.aws.metrics.collecting import Collecting, of_group
from stage.aws.metrics.windows import WINDOW_SECONDS, Name, Samples, Windows

# What GetMetricData can still answer; moto would keep everything.
MOST_PUBLISHED = 20_000


class Watching:
    """Metrics and alarms of every account and region that has load balancers.

    One set of windows serves them all: dimensions name the load balancer or the group.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._collecting = Collecting(world.balancers)
        self._windows = Windows(world.clock.shortened(WINDOW_SECONDS), world.now())

    def watch(self, groups: list[Group]) -> None:
        """Collect samples; when an AWS minute is over, publish it and evaluate every alarm.

        Raises:
            ValueError: an alarm asks for what the stage cannot evaluate.
        """
        self._collecting.balancers(self._windows)
        for group in groups:
            of_group(self._windows, group)
        closed = self._windows.close(self._world.now())
        if closed is None:
            return
        for account, region, _ in list(elbv2_backends.iter_backends()):
            backend = cloudwatch_backends[account][region]
            self._publish(backend, closed)
            for alarm in list(backend.alarms.values()):
                alarms.evaluate(alarm, self._windows)

    def _publish(self, backend: Any, closed: dict[Name, Samples]) -> None:
        for name, samples in closed.items():
            backend.metric_data.append(
                MetricAggregatedDatum(
                    namespace=name.namespace,
                    name=name.metric,
                    min_stat=min(samples.values),
                    max_stat=max(samples.values),
                    sample_count=float(len(samples.values)),
                    sum_stat=sum(samples.values),
                    dimensions=[{"Name": k, "Value": v} for k, v in sorted(name.dimensions)],
                    timestamp=moment(self._world.now()),
                )
            )
        del backend.metric_data[:-MOST_PUBLISHED]
