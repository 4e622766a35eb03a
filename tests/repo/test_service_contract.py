"""What the image promises and the platform relies on: one port, and the paths that are asked.

The platform's own value is in infra/modules/platform/main.tf, from where it reaches the modules.
What Terraform, a Dockerfile, bash and Python each have to write is compared here.
"""

import json
import re

import pytest

from app.config import EXAMPLE, Config
from app.factory import create_app
from tests.app.doubles import MemoryStorage
from tests.repo.files import text

PLATFORM = "infra/modules/platform/main.tf"
USER_DATA = "infra/modules/service/user_data.sh"
PORTS = {
    PLATFORM: r"^  app_port    = (\d+)$",
    "Dockerfile": r"^EXPOSE (\d+)$",
    "app/gunicorn.conf.py": r'^bind = "0\.0\.0\.0:(\d+)"$',
    USER_DATA: r"--publish \$HOST_PORT:(\d+) ",
    "scripts/commands/try_image.py": r"^PORT = (\d+)$",
}
PATHS = {
    PLATFORM: r'^  health_path = "(/\w+)"$',
    USER_DATA: r'"http://127\.0\.0\.1:\$HOST_PORT(/\w+)"',
    "scripts/commands/try_image.py": r'connection\.request\("GET", "(/\w+)"\)',
}


def found(file: str, pattern: str) -> str:
    """What a file writes at the one place that a pattern names."""
    [value] = re.findall(pattern, text(file), re.MULTILINE)
    return str(value)


def test_the_port_is_the_same_wherever_it_is_written() -> None:
    ports = {file: found(file, pattern) for file, pattern in PORTS.items()}
    assert len(set(ports.values())) == 1, ports


@pytest.mark.parametrize("file", PATHS)
def test_a_path_that_is_asked_is_one_of_the_application(file: str) -> None:
    routes = re.findall(r'@routes\.get\("(/\w+)"\)', text("app/views/health.py"))
    assert found(file, PATHS[file]) in routes, f"{file} asks for it, app/views/health.py lacks it"


@pytest.mark.parametrize("file", ["elb.tf", "security_groups.tf"])
def test_modules_are_told_the_port_and_the_path(file: str) -> None:
    folder = {"elb.tf": "load_balancer", "security_groups.tf": "security"}[file]
    port = found(PLATFORM, PORTS[PLATFORM])
    path = found(PLATFORM, PATHS[PLATFORM])
    written = text(f"infra/modules/{folder}/{file}")
    assert not re.search(rf'\b{port}\b|"{path}"', written)


def test_visited_paths_are_the_applications() -> None:
    visited = json.loads(found(PLATFORM, r"^  visited_paths = (\[.*\])$"))
    app = create_app(Config.from_environment(EXAMPLE), MemoryStorage())
    assert visited
    assert set(visited) <= {rule.rule for rule in app.url_map.iter_rules()}
