"""One lock round every call of the services that the engine works on.

moto's server answers in threads and the engine ticks in one of its own; moto's backends know no
lock. A call that fails in a tick tells whoever asks about groups next.
"""

from typing import Any

from moto.autoscaling.responses import AutoScalingResponse
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response
from moto.elbv2.responses import ELBV2Response

from emulator.aws.engine import Engine
from emulator.aws.failures import EmulatorInternalFailure
from emulator.aws.patches import Patches


def install(patches: Patches, engine: Engine) -> None:
    """Take the engine's lock in every call of EC2, Auto Scaling, CloudWatch and the balancers."""
    for owner in (AutoScalingResponse, CloudWatchResponse, EC2Response, ELBV2Response):
        patches.put(owner, "call_action", _locked(engine, owner.call_action, owner))


def _locked(engine: Engine, original: Any, owner: type) -> Any:
    asks_about_groups = owner is AutoScalingResponse

    def call_action(self: Any) -> Any:
        with engine.lock:
            if asks_about_groups:
                try:
                    engine.raise_failures()
                except EmulatorInternalFailure as failure:
                    return self.serialized(ActionResult(failure))
            return original(self)

    return call_action
