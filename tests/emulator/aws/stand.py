"""A group behind a balancer, driven by hand through the AWS API."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends
from moto.server import ThreadedMotoServer

from emulator.aws import Engine
from tests.emulator.aws.fakes import FakeBalancers, FakeClock, FakeMachines

REGION = "eu-central-1"
GROUP = "slipway-dev"


@cache
def client(service: str) -> Any:
    """A client for every test: making one takes longer than most tests do."""
    return boto3.client(  # type: ignore[call-overload]
        service, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )


def load_amis() -> None:
    """Give moto's EC2 the AMIs that it brings along; loading them takes a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "true")
        ec2_backends[DEFAULT_ACCOUNT_ID][REGION]._load_amis()


class Stand:
    """Fakes, clients and the steps that tests repeat.

    `tick(seconds)` moves the clock and ticks once.
    """

    def __init__(
        self,
        machines: FakeMachines,
        balancers: FakeBalancers,
        clock: FakeClock,
        engine: Engine,
        errors: Path,
    ) -> None:
        self.machines, self.balancers, self.clock = machines, balancers, clock
        self.engine, self.errors = engine, errors
        self.scaling = client("autoscaling")
        self.ec2 = client("ec2")
        self.elb = client("elbv2")
        self.watch = client("cloudwatch")
        self.subnets: list[str] = []
        self.target_group = ""
        self.template = ""

    # --- what Terraform would make

    def network(self) -> None:
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        for index, zone in enumerate("ab"):
            made = self.ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"{REGION}{zone}"
            )
            self.subnets.append(made["Subnet"]["SubnetId"])
        self.vpc = vpc

    def free_addresses(self) -> int:
        """Addresses that the subnets have left."""
        listed = self.ec2.describe_subnets(SubnetIds=self.subnets)["Subnets"]
        return sum(subnet["AvailableIpAddressCount"] for subnet in listed)

    def balancer(self) -> Any:
        """A load balancer with a listener that forwards to a target group."""
        made = self.elb.create_load_balancer(Name=GROUP, Subnets=self.subnets)["LoadBalancers"][0]
        group = self.elb.create_target_group(
            Name=GROUP,
            Protocol="HTTP",
            Port=5000,
            VpcId=self.vpc,
            HealthCheckPath="/health",
            HealthCheckIntervalSeconds=5,
            HealthCheckTimeoutSeconds=3,
        )
        self.target_group = group["TargetGroups"][0]["TargetGroupArn"]
        self.elb.create_listener(
            LoadBalancerArn=made["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.target_group}],
        )
        return made

    def launch_template(self, text: str = "#!/bin/bash\ntrue\n") -> str:
        made = self.ec2.create_launch_template(
            LaunchTemplateName=GROUP, LaunchTemplateData=self.data(text)
        )
        self.template = made["LaunchTemplate"]["LaunchTemplateId"]
        return self.template

    def data(self, text: str) -> dict[str, Any]:
        return {
            "ImageId": "ami-12c6146b",
            "InstanceType": "t3.small",
            "UserData": base64.b64encode(text.encode()).decode(),
            "TagSpecifications": [
                {"ResourceType": "instance", "Tags": [{"Key": "Release", "Value": text[:12]}]}
            ],
        }

    def publish(self, text: str) -> int:
        """Publish a template version with this user data and return its number."""
        made = self.ec2.create_launch_template_version(
            LaunchTemplateId=self.template, SourceVersion="1", LaunchTemplateData=self.data(text)
        )
        return int(made["LaunchTemplateVersion"]["VersionNumber"])

    def group(self, desired: int = 0, hook: bool = False, **more: Any) -> None:
        """Everything up to the group; with `hook`, the launch lifecycle hook `boot`."""
        self.network()
        self.balancer()
        self.launch_template()
        settings = {
            "MinSize": 0,
            "MaxSize": 6,
            "DesiredCapacity": 0,
            "VPCZoneIdentifier": ",".join(self.subnets),
            "LaunchTemplate": {"LaunchTemplateId": self.template, "Version": "1"},
            "TargetGroupARNs": [self.target_group],
            "HealthCheckType": "ELB",
            "HealthCheckGracePeriod": 60,
            "DefaultInstanceWarmup": 30,
        }
        self.scaling.create_auto_scaling_group(AutoScalingGroupName=GROUP, **{**settings, **more})
        if hook:
            self.scaling.put_lifecycle_hook(
                AutoScalingGroupName=GROUP,
                LifecycleHookName="boot",
                LifecycleTransition="autoscaling:EC2_INSTANCE_LAUNCHING",
                HeartbeatTimeout=300,
                DefaultResult="ABANDON",
            )
        if desired:
            self.desire(desired)
            self.settle()

    # --- time

    def tick(self, seconds: float = 0, times: int = 1) -> None:
        self.clock.time += seconds
        for _ in range(times):
            self.engine.tick()
        self.engine.raise_failures()

    def settle(self, seconds: float = 200) -> None:
        """Let as much time pass, in small steps, as ordinary waits take."""
        for _ in range(40):
            self.tick(seconds / 40)

    # --- what people and pipelines do

    def desire(self, count: int) -> None:
        self.scaling.set_desired_capacity(AutoScalingGroupName=GROUP, DesiredCapacity=count)

    def complete(self, instance_id: str, result: str = "CONTINUE") -> None:
        self.scaling.complete_lifecycle_action(
            AutoScalingGroupName=GROUP,
            LifecycleHookName="boot",
            InstanceId=instance_id,
            LifecycleActionResult=result,
        )

    def refresh(self, version: int | None = None, **preferences: Any) -> str:
        """Start an instance refresh, launch before terminate, with no warm-up unless given."""
        desired: dict[str, Any] = {}
        if version is not None:
            named = {"LaunchTemplateId": self.template, "Version": str(version)}
            desired = {"DesiredConfiguration": {"LaunchTemplate": named}}
        settings = {
            "MinHealthyPercentage": 100,
            "MaxHealthyPercentage": 150,
            "InstanceWarmup": 0,
            **preferences,
        }
        started = self.scaling.start_instance_refresh(
            AutoScalingGroupName=GROUP, Preferences=settings, **desired
        )
        return str(started["InstanceRefreshId"])

    def complete_all(self) -> None:
        """Complete every launch that waits, until all are in service or waiting again."""
        for id_ in self.ids("Pending:Wait"):
            self.complete(id_)
        self.tick(times=4)

    def alarm(self, name: str, state: str) -> None:
        """Put an alarm and set its state, which nothing but the test changes then."""
        self.engine.watching.watch = lambda groups: None  # type: ignore[method-assign]
        self.watch.put_metric_alarm(
            AlarmName=name,
            Namespace="Test",
            MetricName=name,
            Statistic="Sum",
            ComparisonOperator="GreaterThanThreshold",
            Threshold=0,
            Period=60,
            EvaluationPeriods=1,
        )
        self.watch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="test")

    def roll_back(self) -> None:
        self.scaling.rollback_instance_refresh(AutoScalingGroupName=GROUP)

    def protect(self, *instance_ids: str) -> None:
        self.scaling.set_instance_protection(
            AutoScalingGroupName=GROUP, InstanceIds=list(instance_ids), ProtectedFromScaleIn=True
        )

    def point(self, version: int) -> None:
        """Point the group at a template version."""
        named = {"LaunchTemplateId": self.template, "Version": str(version)}
        self.scaling.update_auto_scaling_group(AutoScalingGroupName=GROUP, LaunchTemplate=named)

    def suspend(self, *processes: str) -> None:
        self.scaling.suspend_processes(AutoScalingGroupName=GROUP, ScalingProcesses=list(processes))

    def resume(self, *processes: str) -> None:
        self.scaling.resume_processes(AutoScalingGroupName=GROUP, ScalingProcesses=list(processes))

    @contextmanager
    def refused(self, code: str, words: str = "") -> Iterator[None]:
        """The call inside is answered with this error code, its message holds these words."""
        with pytest.raises(ClientError) as caught:
            yield
        error = caught.value.response["Error"]
        assert error["Code"] == code
        assert words in error["Message"]

    # --- over HTTP

    @contextmanager
    def server(self) -> Iterator[str]:
        """moto's server over the same context, on loopback; its address."""
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        try:
            yield "http://{}:{}".format(*server.get_host_and_port())
        finally:
            server.stop()

    def post(
        self, address: str, service: str, version: str, params: dict[str, str], target: str = ""
    ) -> bytes:
        """Send a request as a client would that checks nothing."""
        scope = f"AKIAIOSFODNN7EXAMPLE/20300101/{REGION}/{service}/aws4_request"
        headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}"}
        body = urlencode({**params, "Version": version}).encode()
        if target:
            headers["X-Amz-Target"], body = target, b"{}"
        request = Request(address, data=body, headers=headers)
        with urlopen(request, timeout=20) as answer:
            return bytes(answer.read())

    # --- what they see

    def described(self) -> Any:
        return self.scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[GROUP])[
            "AutoScalingGroups"
        ][0]

    def instances(self) -> list[Any]:
        return list(self.described()["Instances"])

    def ids(self, state: str | None = None) -> list[str]:
        return [i["InstanceId"] for i in self.instances() if state in (None, i["LifecycleState"])]

    def targets(self) -> dict[str, str]:
        """Health by target id."""
        found = self.elb.describe_target_health(TargetGroupArn=self.target_group)
        listed = found["TargetHealthDescriptions"]
        return {entry["Target"]["Id"]: entry["TargetHealth"]["State"] for entry in listed}

    def client(self, service: str) -> Any:
        return client(service)

    def serving(self) -> list[str]:
        """Targets that answer visitors, as the balancer has them: no call of AWS."""
        health = self.balancers.health(self.target_group)
        return [id_ for id_, state in health.items() if state.state == "healthy"]

    def booting(self) -> list[str]:
        """Instances that wait for the launch hook, as the engine has them: no call of AWS."""
        members = [member for group in self.engine.groups() for member in group.members]
        return [one.instance_id for one in members if one.lifecycle_state == "Pending:Wait"]

    def states(self) -> list[str]:
        return [instance["LifecycleState"] for instance in self.instances()]

    def versions(self) -> list[str]:
        """Template versions of the instances in service, sorted."""
        return sorted(
            i["LaunchTemplate"]["Version"]
            for i in self.instances()
            if i["LifecycleState"] == "InService"
        )

    def activities(self) -> list[Any]:
        return list(
            self.scaling.describe_scaling_activities(AutoScalingGroupName=GROUP)["Activities"]
        )

    def last_refresh(self) -> Any:
        return self.scaling.describe_instance_refreshes(AutoScalingGroupName=GROUP)[
            "InstanceRefreshes"
        ][0]


def replace_a_nat_gateway(stand: Stand) -> None:
    """Make a NAT gateway, delete it, and make another with the same elastic address."""
    ec2 = stand.ec2
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    first = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
    ec2.delete_nat_gateway(NatGatewayId=first["NatGatewayId"])
    [found] = ec2.describe_addresses(AllocationIds=[address])["Addresses"]
    assert not found.get("AssociationId")
    ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)
