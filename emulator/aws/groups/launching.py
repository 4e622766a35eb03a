"""Launch an instance: EC2's record of it, and the machine itself."""

import base64
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2.models.instances import InstanceState as InstanceStatus
from moto.ec2.utils import parse_user_data
from moto.iam.models import iam_backends

from emulator.aws import quotas
from emulator.aws.groups import lifecycle
from emulator.aws.groups.activities import Activity
from emulator.aws.groups.group import Group
from emulator.aws.groups.member import Member, TemplateVersion
from emulator.interfaces import MachineSpec

# AWS waits longer after each failed launch; a few seconds keep the same order of events.
RETRY_SECONDS = 60


def launch(group: Group, template: TemplateVersion, cause: str) -> Member | None:
    """Launch one instance from `template` into the zone that has the fewest.

    A refusal by EC2 (a subnet that is gone, a quota) or by this machine (no process to be had)
    becomes a Failed activity with its message, and no launch is tried for a while.

    Returns:
        The new member in `Pending` or `Pending:Wait`, or None when EC2 refused.
    """
    now = group.context.now()
    subnet = _subnet(group)
    activity = Activity("Launching a new EC2 instance", cause, now, _details(subnet))
    try:
        instance = _record(group, template, subnet)
        _boot(group, template, instance)
    except (ServiceException, OSError) as error:
        reason = getattr(error, "message", str(error))
        activity.end(now, "Failed", f"{reason.rstrip('.')}. Launching EC2 instance failed.")
        group.record(activity)
        group.retry_at = now + group.context.clock.shortened(RETRY_SECONDS)
        return None
    activity.description += f": {instance.id}"
    member = Member(instance, group.asg, template, activity, now)
    group.asg.instance_states.append(member)
    group.record(activity).advance("PreInService", 30)
    lifecycle.hold_at_launch(group, member)
    return member


def _subnet(group: Group) -> Any | None:
    """The subnet of the zone with the fewest living instances; the group's order breaks ties.

    Source: User Guide, "Distribute instances across Availability Zones".
    """
    ids = (group.asg.vpc_zone_identifier or "").split(",")
    subnets = [group.asg.ec2_backend.get_subnet(id_.strip()) for id_ in ids if id_.strip()]
    population = [member.zone for member in group.living]
    return min(subnets, key=lambda s: population.count(s.availability_zone), default=None)


def _details(subnet: Any | None) -> dict[str, str]:
    if subnet is None:
        return {}
    return {"Subnet ID": subnet.id, "Availability Zone": subnet.availability_zone}


def _record(group: Group, template: TemplateVersion, subnet: Any | None) -> Any:
    ec2 = group.asg.ec2_backend
    data = ec2.get_launch_template(template.id).get_version(template.number).data
    interfaces = data.get("NetworkInterfaces") or [{}]
    quotas.refuse_beyond(ec2, data.get("InstanceType", ""))
    reservation = ec2.run_instances(
        data.get("ImageId", ""),
        1,
        parse_user_data(_text(data.get("UserData"))),
        data.get("SecurityGroups", []),
        security_group_ids=data.get("SecurityGroupIds") or interfaces[0].get("Groups", []),
        instance_type=data.get("InstanceType", "m1.small"),
        is_instance_type_default=not data.get("InstanceType"),
        launch_template={"LaunchTemplateId": template.id, "Version": str(template.number)},
        metadata_options=data.get("MetadataOptions", {}),
        placement=subnet.availability_zone if subnet else group.asg.availability_zones[0],
        subnet_id=subnet.id if subnet else None,
        tags={"instance": _tags(group)},
        associate_public_ip=interfaces[0].get("AssociatePublicIpAddress"),
        region_name=ec2.region_name,
    )
    instance = reservation.instances[0]
    instance._state = InstanceStatus("pending", 0)
    instance.autoscaling_group = group.asg
    instance.cpu_options = quotas.cpu_options(instance.instance_type)
    for interface in instance.nics.values():
        interface.delete_on_termination = True
    profile = _profile(data)
    if profile:
        ec2.associate_iam_instance_profile(instance.id, iam_instance_profile_name=profile)
    return instance


def _boot(group: Group, template: TemplateVersion, instance: Any) -> None:
    try:
        group.context.machines.launch(_spec(group, template, instance))
    except OSError:
        instance.terminate()
        raise


def _tags(group: Group) -> dict[str, str]:
    return {**group.asg.get_propagated_tags(), "aws:autoscaling:groupName": group.asg.name}


def _text(user_data: Any) -> str | None:
    return None if user_data is None else str(user_data)


def _profile(data: dict[str, Any]) -> str | None:
    profile = data.get("IamInstanceProfile") or {}
    name = profile.get("Name") or (profile.get("Arn") or "").rsplit("/", 1)[-1]
    return name or None


def _role(account_id: str, profile: str | None) -> str | None:
    if profile is None:
        return None
    roles = iam_backends[account_id]["aws"].get_instance_profile(profile).roles
    return str(roles[0].name) if roles else None


def _spec(group: Group, template: TemplateVersion, instance: Any) -> MachineSpec:
    data = group.asg.ec2_backend.get_launch_template(template.id).get_version(template.number).data
    return MachineSpec(
        instance_id=instance.id,
        account_id=group.asg.account_id,
        user_data=base64.b64decode(_text(data.get("UserData")) or ""),
        zone=instance.placement.zone,
        role_name=_role(group.asg.account_id, _profile(data)),
        instance_type=instance.instance_type,
        image_id=instance.image_id,
        tags={tag["key"]: tag["value"] for tag in instance.get_tags()},
    )
