"""Faults of AWS's side, in the answers that a command's own clients get."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

from emulator.aws.answers import error_body
from scripts.adapters.aws.contact import ATTEMPTS
from scripts.base import clock
from tests.scripts.emulated import Environment

Fault = Literal["throttled once", "throttled for a minute", "failed inside", "hung", "reset"]
SERVICES = ("autoscaling", "cloudwatch", "ec2", "ecr", "elbv2", "logs", "s3")
MINUTE = 60.0

THROTTLED = {"ec2": ("RequestLimitExceeded", 503), "s3": ("SlowDown", 503)}
"""How services refuse what comes too fast: EC2 API reference "Request throttling", S3 guide
"Error responses"; the others answer 400 Throttling."""


@dataclass
class Faulty:
    """One fault: where it begins, and what has met it.

    Attributes:
        operation: of AWS.
        number: the how-manieth call of it is the first one to fail.
        fault: what happens.
        met: operations that met it, with repetitions.
    """

    operation: str
    number: int
    fault: Fault
    met: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    _service: str = ""
    _until: float = 0.0
    _protocols: dict[str, str] = field(default_factory=dict)

    def install(self, dev: Environment) -> "Faulty":
        """Let the clients of dev's commands meet it."""
        for name in SERVICES:
            client: Any = getattr(dev.clients, name)
            client.meta.events.register_first("before-send", self._before_send)
            model: Any = client.meta.service_model
            service = str(model.service_id.hyphenize())
            self._protocols[service] = str(model.metadata["protocol"])
        return self

    def _before_send(self, event_name: str, request: Any, **_: Any) -> AWSResponse | None:
        service, operation = event_name.split(".")[1:]
        if not self._hits(service, operation):
            return None
        self.met.append(operation)
        if self.fault == "reset":
            raise ConnectionClosedError(endpoint_url=request.url)
        if self.fault == "hung":
            # The worst of it: AWS has done what was asked for.
            botocore_stubber(event_name, request=request)
            raise ReadTimeoutError(endpoint_url=request.url)
        code, status = THROTTLED.get(service, ("Throttling", 400))
        if self.fault == "failed inside":
            code, status = "InternalFailure", 500
        body, media_type = error_body(self._protocols[service], code, "Rate exceeded")
        # The emulated AWS knows no such address, so that nothing is done.
        request.url = "https://refused.invalid/"
        raw = MockRawResponse(body.encode())
        headers: Any = {"content-type": media_type}
        return AWSResponse(request.url, status, headers, raw)

    def _hits(self, service: str, operation: str) -> bool:
        if self._until:
            return service == self._service and clock.seconds() < self._until
        if operation != self.operation:
            return False
        if not self.met:
            self.seen[operation] += 1
            begins = self.seen[operation] == self.number
            if begins and self.fault == "throttled for a minute":
                self._service, self._until = service, clock.seconds() + MINUTE
            return begins
        times = ATTEMPTS if self.fault in ("failed inside", "reset") else 1
        return len(self.met) < times
