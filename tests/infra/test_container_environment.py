"""The instance gives the container what app/config.py needs, no more and no less."""

import re

from app.config import EXAMPLE
from scripts.base.project import ROOT

OWN = {"RELEASE_VERSION", "IMAGE_DIGEST", "INSTANCE_ID", "AWS_REGION", "AWS_DEFAULT_REGION"}
"""What the boot script adds; AWS's region is the SDK's."""


def test_what_the_platform_and_the_boot_script_give_is_what_the_service_reads():
    platform = (ROOT / "infra/modules/platform/main.tf").read_text()
    given = re.search(r"environment = \{\n(.*?)\n    \}", platform, re.DOTALL)
    assert given, "infra/modules/platform/main.tf has no map for the container"
    names = set(re.findall(r"^ +([A-Z_]+) +=", given[1], re.MULTILINE))
    script = (ROOT / "infra/modules/service/user_data.sh").read_text()
    file = re.search(r'/environment" <<END\n(.*?)\nEND', script, re.DOTALL)
    assert file
    added = set(re.findall(r"^([A-Z_]+)=", file[1], re.MULTILINE))
    assert added == OWN
    assert names | added == set(EXAMPLE) | {"AWS_REGION", "AWS_DEFAULT_REGION"}
