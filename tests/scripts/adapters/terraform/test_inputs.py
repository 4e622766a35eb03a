"""What an environment's plan depends on, by the configuration's own module graph."""

import subprocess
from pathlib import Path

import pytest

from scripts.adapters.terraform import inputs
from scripts.base.errors import UsageError
from scripts.base.project import ROOT

MAIN = """
# module "commented" { source = "../../modules/unused" }
module "platform" {
  source = "../../modules/platform"

  nested = {
    source = "../../modules/unused"
  }
}
"""
PLATFORM = """
module "network" {
  source      = "../network"
  policy_arns = ["arn:aws:s3:::bucket/*"]
}

/* module "unused" {
  source = "../unused"
} */

module "database" {
  source = "../database"
}

module "public" {
  source = "terraform-aws-modules/vpc/aws"
}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "project.json": "{}",
        "infra/envs/dev/main.tf": MAIN,
        "infra/envs/dev/.terraform.lock.hcl": "lock",
        "infra/envs/prod/main.tf": MAIN,
        "infra/modules/platform/main.tf": PLATFORM,
        "infra/modules/network/main.tf": "",
        "infra/modules/network/script.sh": "true",
        "infra/modules/network/README.md": "prose",
        "infra/modules/network/tests/unit.tftest.hcl": "run",
        "infra/modules/database/main.tf": "",
        "infra/modules/unused/main.tf": "",
        "app/main.py": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def hash_of(root: Path) -> str:
    return inputs.inputs_hash(root / "infra" / "envs" / "dev", root)


def test_the_graph_is_followed_and_comments_are_not(root):
    found = [path.name for path in inputs.reached(root / "infra" / "envs" / "dev")]
    assert found == ["dev", "database", "network", "platform"]


@pytest.mark.parametrize(
    "name",
    [
        "project.json",
        "infra/envs/dev/main.tf",
        "infra/envs/dev/.terraform.lock.hcl",
        "infra/modules/platform/main.tf",
        "infra/modules/network/script.sh",
    ],
)
def test_an_input_counts_before_it_is_committed(root, name):
    before = hash_of(root)
    with (root / name).open("a") as file:
        file.write("\n# edited\n")
    assert hash_of(root) != before


@pytest.mark.parametrize(
    "name",
    [
        "infra/envs/prod/main.tf",
        "infra/modules/unused/main.tf",
        "infra/modules/network/README.md",
        "infra/modules/network/tests/unit.tftest.hcl",
        "app/main.py",
    ],
)
def test_what_the_plan_does_not_read_does_not_count(root, name):
    before = hash_of(root)
    (root / name).write_text("edited")
    assert hash_of(root) == before


def test_a_new_file_in_a_module_counts(root):
    before = hash_of(root)
    (root / "infra" / "modules" / "network" / "more.tf").write_text("")
    assert hash_of(root) != before


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_each_environment_reaches_the_service_and_its_user_data(environment):
    found = inputs.inputs_of(ROOT / "infra" / "envs" / environment)
    assert "infra/modules/service/user_data.sh" in found
    assert f"infra/envs/{environment}/.terraform.lock.hcl" in found
    assert not [name for name in found if "/tests/" in name]


def test_a_module_block_on_one_line_is_followed(root: Path):
    (root / "infra/modules/network/more.tf").write_text('module "x" { source = "../unused" }\n')
    reached = inputs.reached(root / "infra/envs/dev")
    assert root / "infra/modules/unused" in reached


def test_a_file_that_cannot_be_read_is_named_with_its_line(root: Path):
    file = root / "infra/modules/network/main.tf"
    file.write_text('\nmodule "x" {\n')
    with pytest.raises(UsageError, match="cannot be read") as caught:
        inputs.reached(root / "infra/envs/dev")
    assert f"{file}:" in str(caught.value)
