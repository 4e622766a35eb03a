"""The clockwork of metrics: collect, close windows, publish them, evaluate alarms."""

from typing import Any

from moto.cloudwatch.models import MetricAggregatedDatum, cloudwatch_backends
from moto.elbv2.models import elbv2_backends

from emulator.aws.clock import moment
from emulator.aws.groups.group import Context, Group
from emulator.aws.metrics import alarms, tracking
from emulator.aws.metrics.collecting import Collecting, of_group
from emulator.aws.metrics.processors import Processors
from emulator.aws.metrics.windows import WINDOW_SECONDS, Name, Samples, Windows

# What GetMetricData can still answer; moto would keep everything.
MOST_PUBLISHED = 20_000


# What AWS itself measures; PutMetricData takes every other namespace, and moto keeps its data.
OWN_NAMESPACES = "AWS/"


class Watching:
    """Metrics, alarms and the policies that follow them, of every account and region.

    One set of windows serves them all: dimensions name the load balancer or the group.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._collecting = Collecting(context.balancers)
        self._processors = Processors(context.machines)
        self._windows = Windows(context.clock.shortened(WINDOW_SECONDS), context.now())

    def watch(self, groups: list[Group]) -> None:
        """Collect samples; when an AWS minute is over, publish it, evaluate alarms and policies.

        Raises:
            ValueError: an alarm asks for what the emulator cannot evaluate.
        """
        self._collecting.balancers(self._windows)
        for group in groups:
            of_group(self._windows, group)
        now = self._context.now()
        if now >= self._windows.closes_at:
            self._processors.collect(self._windows, groups, now)
        closed = self._windows.close(now)
        if closed is None:
            return
        places = {
            (a, r)
            for a, r, _ in [*elbv2_backends.iter_backends(), *cloudwatch_backends.iter_backends()]
        }
        for account, region in sorted(places):
            backend = cloudwatch_backends[account][region]
            self._publish(backend, closed)
            for alarm in list(backend.alarms.values()):
                alarms.evaluate(alarm, self._windows)
        for group in groups:
            tracking.follow(group, self._windows)

    def given(self, name: Name, values: list[float]) -> None:
        """Take samples of PutMetricData into the open window, whatever moment they name."""
        self._windows.add(name, *values)

    def _publish(self, backend: Any, closed: dict[Name, Samples]) -> None:
        for name, samples in closed.items():
            if not name.namespace.startswith(OWN_NAMESPACES):
                continue
            backend.metric_data.append(
                MetricAggregatedDatum(
                    namespace=name.namespace,
                    name=name.metric,
                    min_stat=min(samples.values),
                    max_stat=max(samples.values),
                    sample_count=float(len(samples.values)),
                    sum_stat=sum(samples.values),
                    dimensions=[{"Name": k, "Value": v} for k, v in sorted(name.dimensions)],
                    timestamp=moment(self._context.now()),
                )
            )
        del backend.metric_data[:-MOST_PUBLISHED]
