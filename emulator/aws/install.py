"""Turn moto into the emulator's AWS."""

import os
from pathlib import Path

from moto.core.base_backend import BaseBackend
from moto.core.responses import BaseResponse

from emulator.aws import accounts, failures, locking, remembering
from emulator.aws.clock import Clock
from emulator.aws.engine import Engine
from emulator.aws.failures import ErrorLog
from emulator.aws.iam import enforcement
from emulator.aws.services import (
    cloudwatch,
    dynamodb,
    ec2,
    ecr,
    elbv2,
    groups,
    instances,
    nat_gateways,
    policies,
    quotas,
    refreshes,
    s3,
    security_groups,
    subnets,
    templates,
)
from emulator.interfaces import Balancers, Machines


def install(machines: Machines, balancers: Balancers, clock: Clock, error_log: Path) -> Engine:
    """Extend moto's backends, in this process, before its server starts.

    Args:
        machines: where instances of groups run.
        balancers: what listens and forwards.
        clock: the time, and the factor of control-plane waits.
        error_log: file that receives the traceback of everything that fails inside; its folder
            exists.

    Returns:
        The engine; it does nothing until `start`, and its `patches` put plain moto back.
    """
    # moto reads it when its IAM backend is made.
    os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    log = ErrorLog(error_log)
    engine = Engine(machines, balancers, clock, log)
    patches = engine.patches
    enforcement.install(patches)
    failures.install(patches, log)
    # What the patched methods find as `self.emulator`.
    patches.put(BaseResponse, "emulator", engine)
    patches.put(BaseBackend, "emulator", engine)
    for service in (groups, instances, refreshes, policies, templates, ec2, subnets, elbv2):
        service.install(patches)
    for service in (security_groups, cloudwatch, dynamodb, ecr, nat_gateways, quotas, s3):
        service.install(patches)
    accounts.install(patches)
    remembering.install(patches)
    locking.install(patches, engine)
    return engine
