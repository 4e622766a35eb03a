"""Low-level DynamoDB clients, configured for a service that does its own retries."""

import os
from typing import TYPE_CHECKING

import botocore.session
from botocore.config import Config as ClientConfig

from app.config import ConfigurationError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def session() -> botocore.session.Session:
    """Make a session whose region and credentials are known to exist.

    botocore resolves credentials once, when it makes a client; without them that client fails for
    ever, even if the instance's metadata service was only slow. So it tries harder, and a process
    that finds none ends here, to be started again.

    Raises:
        ConfigurationError: no source has credentials, or no region is set.
    """
    session = botocore.session.get_session()
    session.set_config_variable("metadata_service_timeout", 2)
    session.set_config_variable("metadata_service_num_attempts", 5)
    if session.get_credentials() is None:
        raise ConfigurationError("no AWS credentials found, neither in the environment nor by role")
    # botocore reads AWS_DEFAULT_REGION only; AWS_REGION is what the other SDKs agreed on.
    region = os.environ.get("AWS_REGION") or session.get_config_variable("region")
    if not region:
        raise ConfigurationError("no AWS region is set; AWS_REGION names it")
    session.set_config_variable("region", region)
    return session


def client(
    session: botocore.session.Session, *, connections: int, timeout_seconds: float
) -> "DynamoDBClient":
    """Make a client that tries once; safe to share between threads.

    Args:
        session: where credentials and region come from.
        connections: connections kept open; as many as threads that call at once.
        timeout_seconds: how long a reply may be silent.
    """
    client: DynamoDBClient = session.create_client(  # type: ignore[assignment]
        "dynamodb",
        config=ClientConfig(
            connect_timeout=1,
            read_timeout=timeout_seconds,
            max_pool_connections=connections,
            retries={"total_max_attempts": 1, "mode": "standard"},
            parameter_validation=False,
            tcp_keepalive=True,
            # A fixed text: botocore would assemble its own twice per call.
            user_agent="app",
        ),
    )
    return client
