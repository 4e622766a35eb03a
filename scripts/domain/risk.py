"""What kind of thing a change touches, and which changes a receipt alone may not allow."""

import re
from collections.abc import Iterable

from scripts.domain.plan_changes import IMPORTED, OUTPUT, Change

KINDS: tuple[tuple[str, str], ...] = (
    ("roles", r"aws_iam_"),
    ("security groups", r"aws_(default_)?(vpc_)?security_group"),
    (
        "data",
        r"aws_(dynamodb|s3|s3control|db|rds|docdb|neptune|elasticache|redshift|efs|fsx|ebs|backup|kms"
        r"|secretsmanager|ecr|cloudwatch_log|opensearch|kinesis|sqs|msk)(_|$)",
    ),
    (
        "network",
        r"aws_(vpc|subnet|route|route53|default|internet_gateway|egress_only|nat_gateway|eip"
        r"|network|lb|alb|elb|acm|ec2_transit|dx|vpn|customer_gateway|main_route)(_|$)",
    ),
    ("fleet", r"aws_(launch_template|autoscaling)(_|$)"),
)
"""Read from the top: the first that matches a type names its kind."""

EXPENDABLE = re.compile(
    r"aws_(cloudwatch_metric_alarm|cloudwatch_composite_alarm|cloudwatch_dashboard"
    r"|cloudwatch_event_\w+|sns_topic(_\w+)?|autoscaling_policy|autoscaling_schedule)"
)
"""What only watches or paces. Gone, it harms neither data nor what runs, and comes back whole.

Everything else is protected, types that this repository does not use yet among them.
"""

ENDING = ("replace", "delete", "forget")
IRREPLACEABLE = ("data", "network", "fleet")
"""What an environment cannot lose without an outage or worse."""

NAMED = 3
LOOK_FIRST = ("data", "roles", "security groups")
"""What a reviewer should see before all else, in this order."""


def kind(change: Change) -> str:
    """Return what a change touches: one of `KINDS`, or "other"."""
    return next((name for name, pattern in KINDS if re.match(pattern, change.type)), "other")


def is_protected(change: Change) -> bool:
    """Whether a person has to accept it in any case: the end of what data or the fleet rests on."""
    if change.verb not in ENDING or change.type == OUTPUT:
        return False
    return EXPENDABLE.fullmatch(change.type) is None


def is_risky(change: Change) -> bool:
    """Whether a reviewer should see it first."""
    return change.verb in ENDING or IMPORTED in change.names or kind(change) in LOOK_FIRST


def warning(changes: Iterable[Change]) -> str:
    """Say in one sentence which data, network and fleet a plan ends; empty where it ends none."""
    ending = [one for one in changes if is_protected(one) and kind(one) in IRREPLACEABLE]
    parts = []
    for name in IRREPLACEABLE:
        addresses = [f"{one.address} ({one.verb})" for one in ending if kind(one) == name]
        if addresses:
            more = f" and {len(addresses) - NAMED} more" if len(addresses) > NAMED else ""
            parts.append(f"{name}: {', '.join(addresses[:NAMED])}{more}")
    return f"This plan destroys or replaces {'; '.join(parts)}." if parts else ""
