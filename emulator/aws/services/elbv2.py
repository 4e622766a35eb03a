"""Load balancers: each gets a port of this machine, and health is what the balancer saw."""

from typing import Any

from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus

from emulator.aws.patches import Patches
from emulator.interfaces import TargetHealth

REGISTERING = TargetHealth(
    "initial", "Elb.RegistrationInProgress", "Target registration is in progress"
)
NOT_IN_USE = TargetHealth(
    "unused",
    "Target.NotInUse",
    "Target group is not configured to receive traffic from the load balancer",
)
NOT_REGISTERED = TargetHealth(
    "unused", "Target.NotRegistered", "Target is not registered to the target group"
)

PROTECTED = "Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
"""ELB API reference, DeleteLoadBalancer; the words of other people's reports."""

_moto_create = ELBv2Backend.create_load_balancer
_moto_delete = ELBv2Backend.delete_load_balancer


def install(patches: Patches) -> None:
    """Patch moto's load balancers and target groups."""
    patches.methods(ELBv2Backend, _Backend)


class _Backend:
    def create_load_balancer(self: Any, *args: Any, **kwargs: Any) -> Any:
        balancer = _moto_create(self, *args, **kwargs)
        try:
            port = self.emulator.context.balancers.listen(balancer.arn)
        except Exception:
            # Without its port it was never made: the next apply makes it anew.
            self.load_balancers.pop(balancer.arn)
            raise
        balancer.dns_name = f"127.0.0.1:{port}"
        return balancer

    def delete_load_balancer(self: Any, arn: str) -> None:
        if arn in self.load_balancers:
            if self.load_balancers[arn].attrs.get("deletion_protection.enabled") == "true":
                raise ELBClientError("OperationNotPermitted", PROTECTED.format(arn=arn))
            self.emulator.balancing.forget(arn)
        _moto_delete(self, arn)

    def describe_target_health(
        self: Any, target_group_arn: str, targets: list[dict[str, Any]]
    ) -> list[FakeHealthStatus]:
        group = self.describe_target_groups(None, [target_group_arn], None)[0]
        seen = self.emulator.context.balancers.health(target_group_arn)
        ids = [target["Id"] for target in targets] or list({**group.targets, **seen})
        context = self.emulator.context
        answers = [_answer(group, id_, _health(group, id_, seen)) for id_ in ids]
        return list(context.lateness.shown(target_group_arn, answers, context.now()))

    def notify_terminate_instances(self: Any, instance_ids: list[str]) -> None:
        """Do nothing: the engine deregisters."""


def _health(group: Any, target_id: str, seen: dict[str, TargetHealth]) -> TargetHealth:
    if target_id in group.targets:
        if not group.load_balancer_arns:
            return NOT_IN_USE
        return seen.get(target_id, REGISTERING)
    return seen.get(target_id, NOT_REGISTERED)


def _answer(group: Any, target_id: str, health: TargetHealth) -> FakeHealthStatus:
    port = group.targets.get(target_id, {}).get("Port", group.port)
    return FakeHealthStatus(
        target_id,
        port,
        str(port),
        health.state,
        health.reason or None,
        health.description or None,
    )
