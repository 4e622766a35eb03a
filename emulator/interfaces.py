"""What the group engine asks of machines and balancers, so that each can be tested alone."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

MachineState = Literal["pending", "running", "stopping", "terminated"]
HealthState = Literal["initial", "healthy", "unhealthy", "draining", "unused"]


@dataclass(frozen=True)
class MachineSpec:
    """What an instance is booted from.

    Attributes:
        instance_id: `i-` and 17 hex digits.
        account_id: the account that it lives in, 12 digits.
        user_data: the launch template's user data, decoded, byte for byte.
        zone: availability zone's name.
        role_name: role of the instance profile; None where the template has no profile.
        instance_type: as the template says.
        image_id: the AMI's id.
        tags: the instance's tags.
    """

    instance_id: str
    account_id: str
    user_data: bytes
    zone: str
    role_name: str | None
    instance_type: str
    image_id: str
    tags: dict[str, str] = field(default_factory=dict)


class Machines(Protocol):
    """Instances as processes of this machine. Every call returns at once."""

    def launch(self, spec: MachineSpec) -> None:
        """Boot a machine; its state is `pending` until its user data runs, then `running`."""

    def terminate(self, instance_id: str) -> None:
        """Shut a machine down as EC2 does: units are stopped gracefully, then all is killed."""

    def state(self, instance_id: str) -> MachineState:
        """State of a machine; one whose processes are all gone is `terminated`."""

    def port(self, instance_id: str) -> int:
        """Loopback port on which the machine's port 5000 answers."""

    def cpu_seconds(self) -> dict[str, float]:
        """CPU time, user and system, that each machine's processes have used so far."""

    def console_output(self, instance_id: str) -> bytes:
        """What the machine's console has shown so far (GetConsoleOutput)."""

    def close(self) -> None:
        """Kill every machine and forget it."""


@dataclass(frozen=True)
class HealthCheck:
    """A target group's health check; durations in seconds of real time."""

    path: str
    interval_seconds: float
    timeout_seconds: float
    healthy_threshold: int
    unhealthy_threshold: int
    matcher: str = "200"


@dataclass(frozen=True)
class TargetGroup:
    """A target group as the balancer serves it.

    Attributes:
        arn: the target group's ARN.
        health_check: how its targets are judged.
        deregistration_delay_seconds: how long a removed target drains.
        targets: loopback port by target id (instance id); one that leaves the map drains.
    """

    arn: str
    health_check: HealthCheck
    deregistration_delay_seconds: float
    targets: dict[str, int]


@dataclass(frozen=True)
class TargetHealth:
    """Health of a target in AWS's own words (DescribeTargetHealth).

    Attributes:
        state: one of AWS's states.
        reason: AWS's reason code, such as `Target.FailedHealthChecks`; empty when healthy.
        description: AWS's sentence for the reason.
    """

    state: HealthState
    reason: str = ""
    description: str = ""


@dataclass(frozen=True)
class Counters:
    """What one load balancer counted since it began, for CloudWatch.

    Attributes:
        requests: answers given.
        elb_5xx: answers of 5xx that the balancer made itself, by status, such as "502".
        target_5xx: answers of 5xx by target id.
        target_requests: answers by target id.
        latencies_seconds: response times of the targets since the last reading, at most 1,000.
    """

    requests: int
    elb_5xx: dict[str, int]
    target_5xx: dict[str, int]
    target_requests: dict[str, int]
    latencies_seconds: list[float]


class Balancers(Protocol):
    """Load balancers, each with one HTTP listener on a loopback port."""

    def listen(self, load_balancer_arn: str) -> int:
        """Take a free loopback port for a load balancer and return it; the same on every call."""

    def serve(
        self, load_balancer_arn: str, group: TargetGroup, idle_timeout_seconds: float
    ) -> None:
        """Forward the load balancer's requests to a target group, as given now."""

    def remove(self, load_balancer_arn: str) -> None:
        """Stop listening."""

    def health(self, target_group_arn: str) -> dict[str, TargetHealth]:
        """Health by target id, drained targets left out."""

    def counters(self, load_balancer_arn: str) -> Counters:
        """Counters of a load balancer."""

    def close(self) -> None:
        """Stop all of them."""
