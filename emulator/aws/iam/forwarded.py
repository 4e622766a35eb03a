"""What services check of their caller besides the call itself: forwarded authorisations.

Data only. AWS's word is "forward access session": the service acts with the caller's identity, and
a caller who may make the call alone is refused. No policy simulator and no list of one's own calls
shows these, so each row names the page, or the report, that does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

SAME = "the same resource"
"""Stands for what the call itself is about."""

SERVICE_ROLE = "service-linked role"
"""Stands for the role that a service has in every account that uses it."""


@dataclass(frozen=True)
class Check:
    """One thing that a service checks of its caller.

    Attributes:
        action: `service:Action`.
        kinds: resource types of EC2 or IAM as in ARNs, `SAME` or `SERVICE_ROLE`, each asked about
            on its own; empty where the action is asked about "*".
        context: keys that the service itself adds to the request.
    """

    action: str
    kinds: tuple[str, ...] = ()
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Forwarded:
    """What a service checks when it is called.

    Attributes:
        actions: the calls, `service:Action`.
        checks: all of them have to be allowed.
        source: who says so.
        parameter: of the request, without which nothing of it is checked; empty where it always is.
    """

    actions: tuple[str, ...]
    checks: tuple[Check, ...]
    source: str
    parameter: str = ""


_ELB = "elasticloadbalancing"
_ELB_PAGE = "Elastic Load Balancing User Guide, elb-api-permissions.html"
_GROUP_PAGE = "EC2 Auto Scaling User Guide, ec2-auto-scaling-api-permissions.html"
_TEMPLATE_PAGE = (
    "EC2 Auto Scaling User Guide, ec2-auto-scaling-launch-template-permissions.html, and for a "
    'refresh the refusal "You are not authorized to use launch template"'
)

PASS_ROLE = Check("iam:PassRole", ("role",), {"iam:PassedToService": "ec2.amazonaws.com"})

LAUNCH = (
    Check(
        "ec2:RunInstances",
        (
            "image",
            "subnet",
            "security-group",
            "launch-template",
            "instance",
            "volume",
            "network-interface",
        ),
    ),
    Check(
        "ec2:CreateTags",
        ("instance", "volume", "network-interface"),
        {"ec2:CreateAction": "RunInstances"},
    ),
    PASS_ROLE,
)
"""That the caller could launch from a template which tags what it launches and names a profile."""


def _first_use(service: str) -> Check:
    name = f"{service}.amazonaws.com"
    return Check("iam:CreateServiceLinkedRole", (SERVICE_ROLE,), {"iam:AWSServiceName": name})


def _describe(*what: str) -> tuple[Check, ...]:
    return tuple(Check(f"ec2:Describe{one}") for one in what)


FORWARDED: tuple[Forwarded, ...] = (
    Forwarded(
        (f"{_ELB}:CreateLoadBalancer",),
        (
            *_describe("AccountAttributes", "Addresses", "InternetGateways"),
            *_describe("SecurityGroups", "Subnets", "Vpcs"),
            _first_use(_ELB),
        ),
        _ELB_PAGE,
    ),
    Forwarded(
        (f"{_ELB}:CreateLoadBalancer",),
        (Check("ec2:GetSecurityGroupsForVpc"),),
        "the managed policy ElasticLoadBalancingFullAccess; refusals in "
        "kubernetes-sigs/aws-load-balancer-controller#3917",
    ),
    Forwarded((f"{_ELB}:CreateTargetGroup",), _describe("InternetGateways", "Vpcs"), _ELB_PAGE),
    Forwarded(
        (f"{_ELB}:RegisterTargets",),
        _describe("Instances", "InternetGateways", "Subnets", "Vpcs"),
        _ELB_PAGE,
    ),
    Forwarded((f"{_ELB}:SetIpAddressType", f"{_ELB}:SetSubnets"), _describe("Subnets"), _ELB_PAGE),
    Forwarded(
        tuple(f"{_ELB}:Create{kind}" for kind in ("Listener", "LoadBalancer", "TargetGroup")),
        (Check(f"{_ELB}:AddTags", (SAME,)),),
        "Elastic Load Balancing User Guide, tagging-resources-during-creation.html",
        parameter="Tags",
    ),
    Forwarded(("autoscaling:CreateAutoScalingGroup",), (_first_use("autoscaling"),), _GROUP_PAGE),
    Forwarded(
        ("autoscaling:CreateAutoScalingGroup",),
        (Check("autoscaling:CreateOrUpdateTags", (SAME,)),),
        "EC2 Auto Scaling User Guide, ec2-auto-scaling-tagging.html",
        parameter="Tags",
    ),
    Forwarded(
        ("autoscaling:CreateAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup"),
        LAUNCH,
        _TEMPLATE_PAGE,
        parameter="LaunchTemplate",
    ),
    Forwarded(
        ("autoscaling:StartInstanceRefresh",),
        LAUNCH,
        _TEMPLATE_PAGE,
        parameter="DesiredConfiguration",
    ),
    Forwarded(
        ("iam:AddRoleToInstanceProfile",),
        (PASS_ROLE,),
        "IAM API Reference, API_AddRoleToInstanceProfile.html; Karpenter's controller makes the "
        "call with iam:PassRole for ec2.amazonaws.com alone",
    ),
)


def forwarded(action: str, given: Mapping[str, object]) -> list[Check]:
    """Return what else is checked of whoever calls an action with these parameters."""
    return [
        check
        for row in FORWARDED
        if action in row.actions and (not row.parameter or row.parameter in given)
        for check in row.checks
    ]
