"""A shell that leads every AWS client astray, and a listener that notices whoever follows it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def listener() -> Iterator[tuple[str, list[str]]]:
    """Yield a URL on loopback and the list of those who connected to it."""
    callers: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                callers.append(f"{address}: {connection.recv(200)!r}")
                connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", callers
        server.shutdown(socket.SHUT_RDWR)


def shell(folder: Path, url: str) -> dict[str, str]:
    """The environment of such a shell; its files lie in `folder`."""
    config = folder / "config"
    config.write_text(
        "[profile production]\n"
        "region = us-east-1\n"
        f"endpoint_url = {url}\n"
        "role_arn = arn:aws:iam::999999999999:role/administrator\n"
        "source_profile = production\n"
    )
    return {
        "AWS_PROFILE": "production",
        "AWS_CONFIG_FILE": str(config),
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_ENDPOINT_URL_S3": url,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "ON": "aws",
        "YES": "1",
        "SLIPWAY_ON": "aws",
        "GITHUB_ACTIONS": "true",
        "TF_VAR_environment": "production",
        "TF_CLI_ARGS_apply": "-destroy",
    }
