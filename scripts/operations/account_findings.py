"""Each guarantee that lies with an AWS account: in force or not, and the fix. Changes nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from scripts.adapters.aws import account
from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.observe import open_state_store
from scripts.adapters.aws.offered_amis import offered_amis
from scripts.adapters.terraform.fleet_values import demand_of
from scripts.base import clock, place
from scripts.base.errors import SlipwayError
from scripts.base.project import Environment, Project
from scripts.domain.facts import Facts
from scripts.domain.findings import Finding
from scripts.operations.bootstrap_account import arguments_of
from scripts.operations.find_newest_ami import find_newest_amis, pin_of
from scripts.operations.terraform_roots import BOOTSTRAP, ready

AMI_DAYS = 90
"""Amazon Linux 2023 has a release every two weeks and a quarterly one with new packages."""

EXPIRES_DAYS = 30
"""ACM renews 60 days before; at 45 it tells the owner that it could not ("Managed renewal")."""

Look = Callable[[], Iterator[Finding]]


def look(clients: Clients, project: Project, only: str | None = None) -> list[Finding]:
    """Return the guarantees of the clients' account, and of the environments that live in it.

    Args:
        clients: AWS.
        project: the project.
        only: the one environment whose role the clients have; what the account's environments
            share is then told with the first of them.

    Raises:
        botocore.exceptions.BotoCoreError: no contact.
    """
    here = [one for one in project.environments if one.account_id in (None, clients.account_id)]
    first = next((one.name for one in here if one.account_id), only)
    found: list[Finding] = []
    if only in (None, first):
        found += _seen(
            "roles, boundaries and bucket are as infra/bootstrap says", _bootstrap(clients, project)
        )
        found += _seen("the quotas let every environment roll at full size", _quotas(clients, here))
    for environment in [one for one in here if only in (None, one.name)]:
        found += _seen(
            f"{environment.name} can be seen", _environment(clients, project, environment)
        )
    if only:
        return found
    elsewhere = [one for one in project.environments if one not in here]
    return found + [
        Finding(
            f"{one.name} can be seen",
            "cannot be seen",
            f"it lives in {one.account_id}; these credentials are of {clients.account_id}",
            "Look with credentials of that account, for example with AWS_PROFILE.",
            offered=False,
        )
        for one in elsewhere
    ]


def outlook(clients: Clients, environments: list[Environment]) -> list[Finding]:
    """Return what would stop a first deployment: quotas, and images that the region lacks.

    Args:
        clients: of the account.
        environments: that are to live there.
    """
    found = _seen("the quotas can be seen", _quotas(clients, environments))
    for environment in environments:
        found += _seen("Amazon's images can be seen", _offered(clients, environment.name))
    return [one for one in found if one.state != "in force"]


def _offered(clients: Clients, name: str) -> Iterator[Finding]:
    pin = pin_of(name)
    if not offered_amis(clients, pin.name):
        yield Finding(
            f"the machine image of {name} exists in {clients.region}",
            "not in force",
            f"{pin.file}:{pin.line}: {pin.name}",
            f"Name one that Amazon offers there: {place.command('newest-ami')}",
        )


def closed(environment: str, why: str) -> Finding:
    """Return what it means that AWS answers nobody: a job has not got its role.

    Args:
        environment: whose role it is.
        why: what AWS, or its client, says.
    """
    return Finding(
        f"a job of main gets the role that reads {environment}",
        "not in force",
        why,
        "The step before it shows AWS's words. With an administrator's credentials: "
        f"{place.command('bootstrap')}",
    )


def _seen(guarantee: str, findings: Iterator[Finding]) -> list[Finding]:
    """Collect findings; where AWS does not let us look, say so and go on."""
    found: list[Finding] = []
    try:
        found.extend(findings)
    except ClientError as error:
        fix = "Look with an administrator's credentials of this account."
        found.append(Finding(guarantee, "cannot be seen", str(error), fix))
    return found


def _bootstrap(clients: Clients, project: Project) -> Iterator[Finding]:
    guarantee = "roles, boundaries and bucket are as infra/bootstrap says"
    fix = f"With an administrator's credentials: {place.command('bootstrap')}"
    try:
        with ready(project, clients, BOOTSTRAP) as terraform:
            differs = terraform.plan("-lock=false", *arguments_of(clients, project))
    except SlipwayError as error:
        yield Finding(guarantee, "cannot be seen", " ".join([error.what, *error.which])[:500], fix)
        return
    if differs:
        yield Finding(guarantee, "not in force", "a plan of it is not empty", fix)
    else:
        yield Finding(guarantee, "in force", f"a plan in the account {clients.account_id} is empty")


def _quotas(clients: Clients, environments: list[Environment]) -> Iterator[Finding]:
    demands = [demand_of(one.name) for one in environments]
    for quota in account.quotas(clients, demands):
        guarantee = f"the quota {quota.name} lets every environment roll at full size"
        detail = f"{quota.value}, {quota.needed} are needed"
        if quota.enough:
            yield Finding(guarantee, "in force", detail)
        else:
            yield Finding(
                guarantee,
                "not in force",
                f"{detail}: a rollout would end for lack of capacity",
                "aws service-quotas request-service-quota-increase "
                f"--service-code {quota.service} --quota-code {quota.code} "
                f"--desired-value {quota.needed}",
            )


def _environment(clients: Clients, project: Project, environment: Environment) -> Iterator[Finding]:
    name = environment.name
    yield from _image(clients, name)
    facts = open_state_store(clients, project, name).facts()
    if facts is None:
        yield Finding(
            f"{name} exists",
            "not in force",
            "its infrastructure was never applied",
            f"The first deployment makes it: {place.command('deploy', name)}",
        )
        return
    yield from _alarms(clients, project, name)
    yield from _certificate(clients, facts)
    days = account.retention_days(clients, facts.log_group)
    kept = f"{name}'s logs are kept for a time that is set"
    if days:
        yield Finding(kept, "in force", f"{days} days")
    else:
        yield Finding(
            kept,
            "not in force",
            "for ever, or nowhere",
            f"{place.command('deploy', name)} puts it back",
        )


def _image(clients: Clients, name: str) -> Iterator[Finding]:
    guarantee = f"{name} boots a machine image of the last {AMI_DAYS} days"
    fix = f"{place.command('newest-ami')} says which line to change"
    try:
        pinned = find_newest_amis(clients, [name])[name]
    except SlipwayError as error:
        yield Finding(guarantee, "not in force", error.what, fix)
        return
    if pinned.ami is None:
        yield Finding(guarantee, "not in force", f"Amazon no longer offers {pinned.pin.name}", fix)
        return
    age = pinned.ami.age_days(clock.now())
    if age > AMI_DAYS and not pinned.current:
        yield Finding(guarantee, "not in force", f"it is {age} days old", fix)
    else:
        yield Finding(guarantee, "in force", f"{pinned.pin.name}, {age} days old")


def _alarms(clients: Clients, project: Project, name: str) -> Iterator[Finding]:
    guarantee = f"{name}'s alarms reach somebody"
    found = account.subscriptions(clients, f"{project.name}-{name}-alerts")
    waiting = sorted(one for one, confirmed in found.items() if not confirmed)
    if not found:
        fix = f"Name an address in alert_emails of infra/envs/{name}/main.tf"
        yield Finding(guarantee, "not in force", "nobody is named", fix)
    elif waiting:
        fix = "Each has a mail from AWS with a link to confirm."
        yield Finding(guarantee, "not in force", f"not confirmed: {', '.join(waiting)}", fix)
    else:
        yield Finding(guarantee, "in force", f"{len(found)} confirmed")


def _certificate(clients: Clients, facts: Facts) -> Iterator[Finding]:
    guarantee = f"{facts.environment} answers with HTTPS and a certificate that is valid"
    found = account.certificate(clients, facts)
    if found is None:
        fix = f"Name a domain as `dns` in infra/envs/{facts.environment}/main.tf"
        yield Finding(guarantee, "not in force", "it answers plain HTTP", fix, offered=False)
        return
    soon = datetime.fromisoformat(clock.now()) + timedelta(days=EXPIRES_DAYS)
    if found.status == "ISSUED" and found.expires and datetime.fromisoformat(found.expires) > soon:
        yield Finding(guarantee, "in force", f"{found.domain}, until {found.expires}")
        return
    detail = f"{found.domain}: {found.status}, until {found.expires or 'never issued'}"
    looks = place.command("plan", facts.environment)
    fix = f"ACM renews by the record in its zone. Whether that is still there: {looks}"
    yield Finding(guarantee, "not in force", detail, fix)
