"""What keeps AWS from deleting a table and a load balancer, and how it is lifted."""

from typing import Any

from scripts.adapters.aws.clients import Clients
from scripts.base.console import say
from scripts.domain.facts import Facts

ATTRIBUTE = "deletion_protection.enabled"


def lift(clients: Clients, table: str, facts: Facts | None) -> None:
    """Lift the deletion protection of an environment's table and balancer, where they have one.

    Args:
        clients: AWS.
        table: name of the table.
        facts: of the environment; None where it was never applied to its end.
    """
    for protected in (_table, _balancer):
        if said := protected(clients, table, facts):
            say(f"lifted the deletion protection of {said}")


def _table(clients: Clients, table: str, _: Facts | None) -> str:
    try:
        found = clients.dynamodb.describe_table(TableName=table)["Table"]
    except clients.dynamodb.exceptions.ResourceNotFoundException:
        return ""
    if not found.get("DeletionProtectionEnabled"):
        return ""
    clients.dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
    return f"the table {table}"


def _balancer(clients: Clients, _: str, facts: Facts | None) -> str:
    if facts is None:
        return ""
    elb = clients.elbv2
    try:
        groups = elb.describe_target_groups(TargetGroupArns=[facts.target_group_arn])
    except elb.exceptions.TargetGroupNotFoundException:
        return ""
    for arn in groups["TargetGroups"][0]["LoadBalancerArns"]:
        listed = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        if {"Key": ATTRIBUTE, "Value": "true"} in listed:
            lifted: Any = {"Key": ATTRIBUTE, "Value": "false"}
            elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[lifted])
            return f"the load balancer {arn.split('/')[-2]}"
    return ""
