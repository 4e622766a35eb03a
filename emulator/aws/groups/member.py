"""One instance of a group, from its launch to its end."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from moto.autoscaling.models import InstanceState

from emulator.aws.groups.activities import Activity

LAUNCHING = frozenset({"Pending", "Pending:Wait", "Pending:Proceed"})
TERMINATING = frozenset({"Terminating", "Terminating:Wait", "Terminating:Proceed", "Terminated"})


@dataclass(frozen=True)
class TemplateVersion:
    """A launch template's numbered version: what an instance is launched from."""

    id: str
    name: str
    number: int

    def answer(self) -> dict[str, str]:
        """The version as the API answers it."""
        return {
            "LaunchTemplateId": self.id,
            "LaunchTemplateName": self.name,
            "Version": str(self.number),
        }


@dataclass
class HookWait:
    """A lifecycle hook that holds an instance.

    Attributes:
        name: the hook's name.
        token: the lifecycle action token.
        timeout: the heartbeat timeout in seconds.
        default: what a timeout means: CONTINUE or ABANDON.
        deadline: epoch second at which it times out, moved by each heartbeat.
        limit: epoch second that no heartbeat can pass.
        result: what it was completed with; None while it waits.
    """

    name: str
    timeout: float
    default: str
    deadline: float
    limit: float
    token: str = field(default_factory=lambda: str(uuid.uuid4()))
    result: str | None = None


class Member(InstanceState):
    """moto's group member, with what the engine has to remember about it.

    Attributes:
        template: the version it was really launched from.
        launched_at: epoch seconds.
        in_service_at: epoch seconds; None until it is in service.
        waits: lifecycle hooks that hold it or have held it in its present transition.
        activity: the scaling activity that launches or terminates it.
        reason: why it is unhealthy, in AWS's words; empty while healthy.
        giving_way: it stays in service until its replacement is ready, then it is terminated.
        vanished: its machine is gone.
    """

    def __init__(
        self, instance: Any, asg: Any, template: TemplateVersion, activity: Activity, now: float
    ) -> None:
        super().__init__(
            instance,
            lifecycle_state="Pending",
            protected_from_scale_in=asg.new_instances_protected_from_scale_in,
            autoscaling_group=asg,
        )
        self.template = template
        self.activity = activity
        self.launched_at = now
        self.in_service_at: float | None = None
        self.waits: list[HookWait] = []
        self.reason = ""
        self.giving_way = False
        self.vanished = False

    @property
    def launch_template(self) -> dict[str, Any]:
        """The version that it runs; moto would answer the template's default version."""
        return self.template.answer()

    @property
    def launching(self) -> bool:
        """It is on its way into service."""
        return self.lifecycle_state in LAUNCHING

    @property
    def terminating(self) -> bool:
        """It is on its way out."""
        return self.lifecycle_state in TERMINATING

    @property
    def in_service(self) -> bool:
        """It is in service, healthy or not."""
        return self.lifecycle_state == "InService"

    @property
    def healthy(self) -> bool:
        """Auto Scaling believes it to be healthy; every instance starts so."""
        return self.health_status == "Healthy"

    @property
    def zone(self) -> str:
        """Its availability zone."""
        return str(self.availability_zone)
