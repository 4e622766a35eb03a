"""An account for each environment: what of one reaches the other, and nothing else."""

import pytest

from emulator.aws.iam.permissions import Call, judge_call
from tests.trust.rendered import FIRST, SECOND, Rendered

pytestmark = pytest.mark.slow

Accounts = dict[str, Rendered]
STATE = f"arn:aws:s3:::slipway-state-{FIRST}"
IMAGES = f"arn:aws:ecr:eu-central-1:{FIRST}:repository/slipway"


def test_each_account_has_its_own_roles_and_one_pushes_images(accounts: Accounts) -> None:
    steps = ("infrastructure", "plan", "release")
    assert accounts["first"].of_jobs == {"image", *(f"dev-{step}" for step in steps)}
    assert accounts["second"].of_jobs == {f"prod-{step}" for step in steps}
    assert set(accounts["first"].boundaries) == {"dev"}
    assert set(accounts["second"].boundaries) == {"prod"}


def across(accounts: Accounts, role: str, action: str, resource: str) -> bool:
    """Whether a role of the second account may do something in the first."""
    who = {"aws:PrincipalArn": f"arn:aws:iam::{SECOND}:role/slipway-{role}"}
    service = action.split(":")[0]
    first = accounts["first"]
    policy = {"s3": first.bucket_policy, "ecr": first.registry_policy}[service]
    return judge_call(
        accounts["second"].roles[role].policies,
        Call(action, resource, {"aws:SecureTransport": "true", **who}),
        resource_policy=policy,
        account=SECOND,
    ).allowed


@pytest.mark.parametrize("step", ["plan", "release"])
def test_prod_reads_devs_ledger_in_devs_account(accounts: Accounts, step: str) -> None:
    role = f"prod-{step}"
    assert across(accounts, role, "s3:GetObject", f"{STATE}/dev/ledger.json")
    assert across(accounts, role, "s3:ListBucket", STATE)
    for beyond in ("dev/hold.json", "dev/terraform.tfstate", "prod/ledger.json"):
        assert not across(accounts, role, "s3:GetObject", f"{STATE}/{beyond}")
    assert not across(accounts, role, "s3:PutObject", f"{STATE}/dev/ledger.json")


@pytest.mark.parametrize(
    ("role", "expected"), [("prod-viewer", True), ("prod-operator", True), ("dev-viewer", False)]
)
def test_so_do_the_people_of_prod(accounts: Accounts, role: str, expected: bool) -> None:
    """Who has them is the other account's; what they may is what plan and release may."""
    who = {"aws:PrincipalArn": f"arn:aws:iam::{SECOND}:role/slipway-{role}"}
    call = Call("s3:GetObject", f"{STATE}/dev/ledger.json", {"aws:SecureTransport": "true", **who})
    own = accounts["second"].roles["prod-release"].policies
    bucket = accounts["first"].bucket_policy
    assert judge_call(own, call, resource_policy=bucket, account=SECOND).allowed is expected


def test_an_apply_reads_nothing_of_the_other_accounts_bucket_policy(accounts: Accounts) -> None:
    """The infrastructure role has the plan's rights, and the other account does not let it in."""
    role = "prod-infrastructure"
    assert not across(accounts, role, "s3:GetObject", f"{STATE}/dev/ledger.json")


def test_dev_reads_nothing_of_prod(accounts: Accounts) -> None:
    for role in accounts["first"].roles.values():
        call = Call("s3:GetObject", f"arn:aws:s3:::slipway-state-{SECOND}/prod/ledger.json")
        assert not judge_call(role.policies, call).allowed
    effects = {one["Effect"] for one in accounts["second"].bucket_policy["Statement"]}
    assert effects == {"Deny"}


@pytest.mark.parametrize("step", ["plan", "release"])
def test_prod_finds_images_in_the_account_that_holds_them(accounts: Accounts, step: str) -> None:
    assert across(accounts, f"prod-{step}", "ecr:DescribeImages", IMAGES)
    assert not across(accounts, f"prod-{step}", "ecr:PutImage", IMAGES)


def test_prods_instances_pull_from_there(accounts: Accounts) -> None:
    boundary = accounts["second"].boundaries["prod"]
    call = Call("ecr:BatchGetImage", IMAGES)
    registry = accounts["first"].registry_policy
    assert judge_call([boundary], call, resource_policy=registry, account=SECOND).allowed
    assert not judge_call([boundary], call, resource_policy=registry, account="1" * 12).allowed
