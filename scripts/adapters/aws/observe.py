"""Observing an environment: ledger, hold, templates, group, refresh, and the fleet's health."""

from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from scripts.adapters.aws import gone
from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.state_store import StateStore
from scripts.base.clock import iso
from scripts.base.project import Project
from scripts.domain.facts import Facts
from scripts.domain.holds import Hold
from scripts.domain.ledger import Ledger
from scripts.domain.observed_state import (
    ACTIVE,
    NO_RELEASE,
    Configuration,
    Group,
    Instance,
    ObservedState,
    Refresh,
    Templates,
    TemplateVersion,
)


def open_state_store(clients: Clients, project: Project, environment: str) -> StateStore:
    """Return the store of an environment, in whichever account it lives."""
    account = project.account_of(environment) or clients.account_id
    return StateStore(clients.s3, project.state_bucket(account), environment)


def observe(clients: Clients, store: StateStore) -> ObservedState:
    """Read the environment as it is now.

    Raises:
        GoneError: a part of it is gone.
        UnknownStateError: parts of it cannot be read.
    """
    ledger, hold, facts = store.read(), store.hold(), store.facts()
    if facts is None:
        return ObservedState(ledger=ledger, hold=hold)
    with gone.told(facts.environment):
        return _observed(clients, ledger, hold, facts)


def _observed(
    clients: Clients, ledger: Ledger | None, hold: Hold | None, facts: Facts
) -> ObservedState:
    group = _describe_group(clients, facts)
    refresh = _newest_refresh(clients, facts)
    versions = _versions(clients, facts, group)
    return ObservedState(
        ledger=ledger,
        hold=hold,
        facts=facts,
        templates=versions.templates(group["LaunchTemplate"]["Version"]),
        group=_group(clients, facts, group, versions.find(group["LaunchTemplate"]["Version"])),
        refresh=_refresh(refresh, versions.of_refresh(refresh)),
    )


def _versions(clients: Clients, facts: Facts, group: Any) -> "_Versions":
    return _Versions(clients, facts.template, group["LaunchTemplate"]["LaunchTemplateId"])


class _Versions:
    def __init__(self, clients: Clients, template: str, template_id: str) -> None:
        self._ec2 = clients.ec2
        self._kept = clients.template_versions
        self._template = template
        self._id = template_id

    def find(self, number: str, patience: float = gone.SEEN_SECONDS) -> TemplateVersion:
        # A watcher asks for the same ones at every look, and AWS changes none of them.
        if (self._id, number) not in self._kept:
            return gone.again(lambda: self._read(number), patience)
        return self._kept[self._id, number]

    def of_refresh(self, refresh: Any) -> TemplateVersion | None:
        """The version that it leads to; nothing depends on what an old refresh led to."""
        number = _desired_number(refresh)
        if number is None:
            return None
        active = refresh["Status"] in ACTIVE
        try:
            return self.find(number, gone.SEEN_SECONDS if active else 0)
        except ClientError as error:
            if active or error.response["Error"]["Code"] != gone.VERSION_NOT_FOUND:
                raise
            return None

    def templates(self, of_group: str) -> Templates:
        described = self._ec2.describe_launch_templates(LaunchTemplateNames=[self._template])
        template = described["LaunchTemplates"][0]
        # What was just made need not be shown yet.
        made = [int(number) for id_, number in self._kept if id_ == self._id]
        latest = self.find(str(max(template["LatestVersionNumber"], int(of_group), *made)))
        spec = tags(template.get("Tags", [])).get("Template")
        if spec in (None, latest.configuration.spec_hash):
            return Templates(latest=latest, newest=latest)
        # A rollback published on an older spec; the newest one is a few versions back.
        versions = {v.number: v for v in map(template_version, self._describe())}
        versions |= {v.number: v for (id_, _), v in self._kept.items() if id_ == self._id}
        of_spec = [v for v in versions.values() if v.configuration.spec_hash == spec]
        return Templates(latest, max(of_spec, key=lambda v: v.number, default=latest))

    def _read(self, number: str) -> TemplateVersion:
        described = next(self._describe(Versions=[number]))
        version = template_version(described)
        # By what it is, not by what was asked for: a template made anew has another id.
        self._kept[described["LaunchTemplateId"], str(version.number)] = version
        return version

    def _describe(self, **selection: Any) -> Iterator[Any]:
        pages = self._ec2.get_paginator("describe_launch_template_versions")
        for page in pages.paginate(LaunchTemplateName=self._template, **selection):
            yield from page["LaunchTemplateVersions"]


def template_version(description: Any) -> TemplateVersion:
    """Read one of DescribeLaunchTemplateVersions' versions by the tags that it gives instances."""
    specifications = description["LaunchTemplateData"].get("TagSpecifications", [])
    given: list[Any] = next(
        (s["Tags"] for s in specifications if s["ResourceType"] == "instance"), []
    )
    values = tags(given)
    return TemplateVersion(description["VersionNumber"], _configuration(values), _release(values))


def tags(listed: Iterable[Any]) -> dict[str, str]:
    """Return EC2's list of tags as a map."""
    return {tag["Key"]: tag["Value"] for tag in listed}


def _configuration(values: dict[str, str]) -> Configuration:
    return Configuration(values.get("Template", ""), values.get("Digest", NO_RELEASE))


def _release(values: dict[str, str]) -> str:
    return values.get("Release", NO_RELEASE)


def observe_group(clients: Clients, facts: Facts) -> Group:
    """Read the group alone, as a watcher does again and again.

    Raises:
        GoneError: it, or what it launches, is gone.
    """
    with gone.told(facts.environment):
        group = _describe_group(clients, facts)
        versions = _versions(clients, facts, group)
        return _group(clients, facts, group, versions.find(group["LaunchTemplate"]["Version"]))


def _describe_group(clients: Clients, facts: Facts) -> Any:
    answer = clients.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[facts.group])
    if not answer["AutoScalingGroups"]:
        raise gone.gone("the Auto Scaling group is gone", facts.group, facts.environment)
    return answer["AutoScalingGroups"][0]


def _group(clients: Clients, facts: Facts, group: Any, version: TemplateVersion) -> Group:
    ids = [instance["InstanceId"] for instance in group["Instances"]]
    known = _described_instances(clients, ids)
    given = {id_: tags(instance.get("Tags", [])) for id_, instance in known.items()}
    health = _target_health(clients, facts)
    suspended = {
        process["ProcessName"]: process.get("SuspensionReason", "")
        for process in group.get("SuspendedProcesses", [])
    }
    return Group(
        version=version,
        minimum=group["MinSize"],
        maximum=group["MaxSize"],
        desired=group["DesiredCapacity"],
        suspended=tuple(suspended),
        paused_because=suspended.get("InstanceRefresh", ""),
        instances=tuple(
            Instance(
                id=instance["InstanceId"],
                zone=instance["AvailabilityZone"],
                state=instance["LifecycleState"],
                health=instance["HealthStatus"].capitalize(),
                target_health=health.get(instance["InstanceId"], ""),
                release=_release(given.get(instance["InstanceId"], {})),
                configuration=_configuration(given.get(instance["InstanceId"], {})),
                launched=_launched(known.get(instance["InstanceId"], {})),
                vcpus=_vcpus(known.get(instance["InstanceId"], {})),
            )
            for instance in group["Instances"]
        ),
    )


def _launched(instance: Any) -> str:
    return iso(instance["LaunchTime"]) if "LaunchTime" in instance else ""


def _vcpus(instance: Any) -> int:
    options = instance.get("CpuOptions", {})
    return int(options.get("CoreCount", 0)) * int(options.get("ThreadsPerCore", 0))


def _described_instances(clients: Clients, ids: list[str]) -> dict[str, Any]:
    if not ids:
        return {}
    # A filter, not InstanceIds: one that has just vanished would fail the whole call.
    pages = clients.ec2.get_paginator("describe_instances")
    return {
        instance["InstanceId"]: instance
        for page in pages.paginate(Filters=[{"Name": "instance-id", "Values": ids}])
        for reservation in page["Reservations"]
        for instance in reservation["Instances"]
    }


def _target_health(clients: Clients, facts: Facts) -> dict[str, str]:
    answer = clients.elbv2.describe_target_health(TargetGroupArn=facts.target_group_arn)
    return {
        target["Target"]["Id"]: target["TargetHealth"]["State"]
        for target in answer["TargetHealthDescriptions"]
    }


def newest_status(clients: Clients, facts: Facts) -> str:
    """Return the status of the group's newest refresh; empty where there was none."""
    refresh = _newest_refresh(clients, facts)
    return refresh["Status"] if refresh else ""


def _newest_refresh(clients: Clients, facts: Facts) -> Any:
    answer = clients.autoscaling.describe_instance_refreshes(
        AutoScalingGroupName=facts.group, MaxRecords=1
    )
    return next(iter(answer["InstanceRefreshes"]), None)


def _desired_number(refresh: Any) -> str | None:
    if refresh is None:
        return None
    desired = refresh.get("DesiredConfiguration", {}).get("LaunchTemplate", {})
    number: str | None = desired.get("Version")
    return number


def _refresh(refresh: Any, target: TemplateVersion | None) -> Refresh | None:
    if refresh is None:
        return None
    return Refresh(
        id=refresh["InstanceRefreshId"],
        status=refresh["Status"],
        target=target,
        started=iso(refresh["StartTime"]) if "StartTime" in refresh else "",
        reason=refresh.get("StatusReason", ""),
    )
