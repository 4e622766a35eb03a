"""Scaling activities in AWS's own words (DescribeScalingActivities).

Descriptions, causes and status codes follow the EC2 Auto Scaling User Guide's examples ("Verify a
scaling activity", "View the reason for health check failures") and the API reference of Activity.
"""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from emulator.aws.clock import moment, stamp

ABANDONED = (
    "Instance failed to complete user's Lifecycle Action: "
    "Lifecycle Action with token {token} was abandoned: {reason}"
)


@dataclass
class Activity:
    """One scaling activity.

    Attributes:
        description: what is done, to which instance.
        cause: why, with its moments.
        started: epoch seconds.
        details: subnet and zone of the instance.
        status: AWS's status code, such as PreInService, MidLifecycleAction, InProgress,
            WaitingForELBConnectionDraining, Successful, Failed or Cancelled.
        progress: percent.
        message: why it failed or was cancelled; empty otherwise.
        ended: epoch seconds; None while it runs.
    """

    description: str
    cause: str
    started: float
    details: dict[str, str] = field(default_factory=dict)
    status: str = "InProgress"
    progress: int = 0
    message: str = ""
    ended: float | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def advance(self, status: str, progress: int) -> None:
        """Move a running activity on; one that has ended stays as it ended."""
        if self.ended is None:
            self.status, self.progress = status, progress

    def end(self, now: float, status: str = "Successful", message: str = "") -> None:
        """End the activity, once."""
        if self.ended is None:
            self.status, self.progress, self.message, self.ended = status, 100, message, now

    def _described(self) -> str:
        """The description, and what went wrong; seen so in kubernetes/autoscaler#1263."""
        reason = f".  Status Reason: {self.message}" if self.message else ""
        return f"{self.description}{reason}"

    def answer(self, asg: Any) -> dict[str, Any]:
        """The activity as the API answers it."""
        return {
            "ActivityId": self.id,
            "AutoScalingGroupName": asg.name,
            "AutoScalingGroupARN": asg.arn,
            "Description": self._described(),
            "Cause": self.cause,
            "StartTime": moment(self.started),
            "EndTime": None if self.ended is None else moment(self.ended),
            "StatusCode": self.status,
            "StatusMessage": self.message or None,
            "Progress": self.progress,
            "Details": json.dumps(self.details),
        }


def capacity_changed(now: float, asg: Any, before: int, after: int) -> str:
    """A person or a pipeline changed the group's desired capacity."""
    return (
        f"At {stamp(now)} a user request update of AutoScalingGroup constraints to min: "
        f"{asg.min_size}, max: {asg.max_size}, desired: {after} changing the desired capacity "
        f"from {before} to {after}."
    )


def tracked(now: float, alarm: str, policy: str, *, before: int, after: int) -> str:
    """A target-tracking policy changed the group's desired capacity."""
    return (
        f"At {stamp(now)} a monitor alarm {alarm} in state ALARM triggered policy {policy} "
        f"changing the desired capacity from {before} to {after}."
    )


def grew(now: float, before: int, after: int) -> str:
    """Launched because fewer ran than desired."""
    return (
        f"At {stamp(now)} an instance was started in response to a difference between desired "
        f"and actual capacity, increasing the capacity from {before} to {after}."
    )


def shrank(now: float, before: int, after: int) -> str:
    """Taken out because more ran than desired."""
    return (
        f"At {stamp(now)} an instance was taken out of service in response to a difference "
        f"between desired and actual capacity, shrinking the capacity from {before} to {after}."
    )


def selected(now: float, instance_id: str) -> str:
    """Which instance the termination policy chose."""
    return f"At {stamp(now)} instance {instance_id} was selected for termination."


def replaced(now: float) -> str:
    """Launched in place of an unhealthy one."""
    return (
        f"At {stamp(now)} an instance was launched in response to an unhealthy instance needing "
        "to be replaced."
    )


def refreshed_in(now: float) -> str:
    """Launched by an instance refresh."""
    return f"At {stamp(now)} an instance was launched in response to an instance refresh."


def refreshed_out(now: float) -> str:
    """Taken out by an instance refresh."""
    return (
        f"At {stamp(now)} an instance was taken out of service in response to an instance refresh."
    )


def unhealthy(now: float, reason: str) -> str:
    """Taken out because it failed a health check; `reason` says which, in AWS's words."""
    return f"At {stamp(now)} an instance was taken out of service in response to {reason}."


def requested(now: float, instance_id: str, before: int, after: int) -> str:
    """Taken out by TerminateInstanceInAutoScalingGroup."""
    shrinking = f", shrinking the capacity from {before} to {after}" if after < before else ""
    return (
        f"At {stamp(now)} instance {instance_id} was taken out of service in response to a user "
        f"request{shrinking}."
    )


def hook_failed(now: float) -> str:
    """Terminated because its launch lifecycle hook was abandoned or timed out."""
    return (
        f"At {stamp(now)} an instance was taken out of service in response to a launch lifecycle "
        "hook that was abandoned."
    )
