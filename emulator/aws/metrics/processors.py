"""CPUUtilization of instances and of their groups, from the CPU time of their machines.

Source: EC2 User Guide, "CloudWatch metrics that are available for your instances"; Auto Scaling
User Guide, "default instance warmup": until it has warmed up, an instance is not counted toward
the aggregated metrics of its group.
"""

from moto.ec2.models.instance_types import INSTANCE_TYPES

from emulator.aws.groups.group import Group
from emulator.aws.groups.member import Member
from emulator.aws.metrics.windows import Name, Windows
from emulator.interfaces import Machines

NAMESPACE, METRIC = "AWS/EC2", "CPUUtilization"
DEFAULT_PROCESSORS = 1


def of_group(group: Group) -> Name:
    """The average over a group's instances, as a metric."""
    return Name(NAMESPACE, METRIC, frozenset({("AutoScalingGroupName", group.asg.name)}))


class Processors:
    """Remembers how much CPU time each machine had used, because a share is of what was added."""

    def __init__(self, machines: Machines) -> None:
        self._machines = machines
        self._before: dict[str, float] = {}
        self._at = 0.0

    def collect(self, windows: Windows, groups: list[Group], now: float) -> None:
        """Add what every instance used since the last call, in percent of its processors."""
        used, elapsed = self._machines.cpu_seconds(), now - self._at
        for group in groups:
            for member in group.members:
                id_ = member.instance_id
                if elapsed <= 0 or id_ not in used or id_ not in self._before:
                    continue
                # Time of a process that ended unseen is lost: then less than before was used.
                added = max(0.0, used[id_] - self._before[id_])
                percent = 100 * added / elapsed / _processors(member)
                windows.add(Name(NAMESPACE, METRIC, frozenset({("InstanceId", id_)})), percent)
                if group.warm(member):
                    windows.add(of_group(group), percent)
        self._before, self._at = used, now


def _processors(member: Member) -> int:
    known = INSTANCE_TYPES.get(member.instance.instance_type, {}).get("VCpuInfo", {})
    return int(known.get("DefaultVCpus", DEFAULT_PROCESSORS))
