"""What Terraform may be told to run, and that nothing slips past how it is written."""

import pytest

from scripts.base.errors import SlipwayError
from scripts.base.project import ROOT
from scripts.domain.hcl import HclError, read
from scripts.upkeep import allow_list
from scripts.upkeep.allow_list import check


@pytest.fixture
def infra(tmp_path):
    (tmp_path / "infra" / "modules" / "network").mkdir(parents=True)
    return tmp_path / "infra"


def found(infra, text, name="main.tf"):
    (infra / name).write_text(text)
    return check(infra)[0]


def test_this_repository_is_on_the_list():
    findings, looked_at = check(ROOT / "infra")
    assert findings == []
    assert looked_at > 50


GOOD = """
terraform {
  required_version = ">= 1.11.0"
  required_providers {
    aws = {
      source  = "hashicorp/aws" # resource "external" "x" {}
      version = ">= 5.100.0"
    }
  }
  backend "s3" {}
}

provider "aws" {
  region = local.region
  default_tags {
    tags = { a = "b" }
  }
}

locals {
  text    = "resource \\"null_resource\\" \\"x\\" {"
  escaped = "$${not} %%{this}"
  nested  = "${join(",", ["}", "${upper("{")}"])}"
  here    = <<-END
    provisioner "local-exec" {
    a line with ${join("", ["}"])} and a \\ backslash \\${local.text}
    END
}

/* data "http" "x" {
} */
// data "http" "x" {}
# data "http" "x" {}

module "network" {
  source = "./modules/network"
}

variable "one_line" { type = string }

check "health" {
  data "aws_vpc" "x" { id = "1" }
  assert {
    condition     = true
    error_message = "no"
  }
}
"""


def test_what_is_allowed_is_left_alone(infra):
    assert found(infra, GOOD) == []


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('data "external" "x" {}', 1, 'data "external" "x": not of aws'),
        ('\n\ndata "http" "x" {}', 3, 'data "http" "x": not of aws'),
        ("data http x {}", 1, 'data "http" "x": not of aws'),
        ('resource "null_resource" "x" {}', 1, "not of aws"),
        ('resource "terraform_data" "x" {\n  provisioner "local-exec" {}\n}', 2, "runs a program"),
        ('data "terraform_remote_state" "x" {}', 1, "not of aws"),
        ('data "aws_lambda_invocation" "x" {}', 1, "runs a program"),
        ('ephemeral "aws_x" "x" {}', 1, "not on the list"),
        ('action "aws_lambda_invoke" "x" {}', 1, "not on the list"),
        ('check "x" {\n  data "http" "y" {}\n}', 2, 'data "http" "y"'),
        ('resource "aws_x" "x" {\n  provisioner "local-exec" {}\n}', 2, "runs a program"),
        ('resource "aws_x" "x" {\n  a {\n    provisioner file {}\n  }\n}', 3, "runs a program"),
        ('resource "aws_x" "x" { provisioner "local-exec" {} }', 1, "runs a program"),
        ('module "x" {\n  source = "terraform-aws-modules/vpc/aws"\n}', 1, "is not a folder"),
        ('module "x" {\n  source = "git::https://example.com/x"\n}', 1, "is not a folder"),
        ('module "x" {\n  source = "/tmp/x"\n}', 1, "is not a folder"),
        ('module "x" {\n  source = "../app"\n}', 1, "lies outside of infra/"),
        ('module "x" {\n  source = "./modules/../../x"\n}', 1, "lies outside of infra/"),
        ('module "x" {\n  source = "./.terraform/x"\n}', 1, "is not looked at"),
        ('module "x" {\n  source = "./${var.x}"\n}', 1, "not one plain string"),
        ('module "x" {\n  source = join("", ["./x"])\n}', 1, "not one plain string"),
        ('module "x" {\n  source = <<E\n./x\nE\n}', 1, "not one plain string"),
        ('module "x" {}', 1, "not one plain string"),
        ("terraform {\n  cloud {}\n}", 2, "terraform cloud: not on the list"),
        ('terraform {\n  backend "http" {}\n}', 2, 'terraform backend "http"'),
        ("terraform {\n  experiments = [x]\n}", 2, "terraform experiments"),
        (
            'terraform {\n  required_providers {\n    x = "1"\n  }\n}',
            3,
            "provider x from no source",
        ),
        (
            'terraform {\n  required_providers {\n    aws = { source = "evil/aws" }\n  }\n}',
            3,
            "provider aws from evil/aws",
        ),
        (
            'terraform {\n  required_providers {\n    aws = { "source" : "evil/aws" }\n  }\n}',
            3,
            "provider aws from evil/aws",
        ),
        (
            "terraform {\n  required_providers {\n"
            '    aws = { source = "hashicorp/aws", source = "evil/aws" }\n  }\n}',
            3,
            "evil/aws",
        ),
        (
            'terraform {\n  required_providers {\n    aws = { version = "1" }\n  }\n}',
            3,
            "no source",
        ),
        ('provider "external" {}', 1, "not on the list"),
        ('provider "aws" {\n  access_key = "x"\n}', 2, "access_key: not on the list"),
        ('provider "aws" {\n  endpoints {\n    s3 = "x"\n  }\n}', 2, "endpoints: not on the list"),
        ("unheard_of {}", 1, "blocks of this type"),
        ("a = 1", 1, "stands outside of any block"),
    ],
)
def test_what_is_not_on_the_list_is_named_with_its_line(infra, text, line, said):
    (finding,) = found(infra, text)
    assert finding.startswith(f"infra/main.tf:{line}: ")
    assert said in finding


# Each hides `data "external"` from somebody who reads lines.
HIDDEN = 'data "external" "x" {}'


@pytest.mark.parametrize(
    "text",
    [
        f"locals {{}} \n{HIDDEN}",
        f"/* */ {HIDDEN}",
        f'locals {{\n a = "/*"\n}}\n{HIDDEN}\n# */',
        f'locals {{\n a = "#"\n}}\n{HIDDEN}',
        f'locals {{\n a = "${{"}}"}}"\n}}\n{HIDDEN}',
        f'locals {{\n a = "\\\\"\n}}\n{HIDDEN}\n# "',
        f"locals {{\n a = <<E\n/*\nE\n}}\n{HIDDEN}\n# */",
        f"locals {{\n a = <<-E\n  x\n   E\n}}\n{HIDDEN}",
        f'locals {{\n a = <<E\n\\${{"}}"}}\nE\n}}\n{HIDDEN}',
        f"locals {{\n a = <<E\n$${{\nE\n}}\n{HIDDEN}",
        f"locals {{\n a = [ # ]\n 1]\n}}\n{HIDDEN}",
        f"\r\n{HIDDEN}\r\n",
        'data\t"external"\t"x"{\n}',
        "data external x {}",
    ],
)
def test_no_way_of_writing_hides_a_block(infra, text):
    assert any('data "external" "x"' in finding for finding in found(infra, text))


@pytest.mark.parametrize(
    "text",
    [
        "locals {",
        "locals {\n a = [\n}",
        "locals {\n a = (]\n}",
        'locals {\n a = "\n"\n}',
        'locals {\n a = "${\n"}"\n}',
        'locals {\n a = "\\q"\n}',
        "locals {\n a = <<E\n",
        "locals {\n a = <<E\n${[\nE\n]}\nE\n}",
        "/* locals {}",
        "locals {}\n}",
        "= 1",
        '"locals" {}',
        "locals",
        "locals a = 1",
        "# a\rdata",
        "\ufefflocals {}",
        "# \u202e",
        "# \u2066",
        "# \u2028",
        "locals {\x00}",
        "locals { a = 1, }}",
    ],
)
def test_what_cannot_be_read_is_a_finding(infra, text):
    assert found(infra, text)
    with pytest.raises(HclError):
        read(text)


@pytest.mark.parametrize("name", ["x.tf.json", "x.tofu", "modules/network/x.tofu.json"])
def test_another_syntax_is_no_way_round(infra, name):
    assert "in a syntax that is not read here" in found(infra, "{}", name)[0]


def test_what_is_not_text_is_a_finding(infra):
    (infra / "main.tf").write_bytes(b"locals {}\n# \xff")
    assert check(infra)[0] == ["infra/main.tf:1: is not UTF-8"]


def test_a_link_is_no_way_round(infra, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (infra / "modules" / "linked").symlink_to(tmp_path / "elsewhere")
    assert "infra/modules/linked:1: is a link" in check(infra)[0][0]


LOCK = 'provider "registry.terraform.io/{}" {{\n  version = "5.100.0"\n}}\n'


def test_only_the_provider_may_be_locked(infra):
    assert found(infra, LOCK.format("hashicorp/aws"), ".terraform.lock.hcl") == []
    (finding,) = found(infra, LOCK.format("hashicorp/external"), ".terraform.lock.hcl")
    assert finding.startswith("infra/.terraform.lock.hcl:1: ")


def test_the_command_names_file_line_and_the_list(infra, monkeypatch):
    found(infra, '\nprovider "external" {}')
    monkeypatch.setattr(allow_list, "ROOT", infra.parent)
    with pytest.raises(SlipwayError, match="1 findings") as raised:
        allow_list.main([])
    assert "infra/main.tf:2:" in str(raised.value)
    assert "scripts/upkeep/allow_list.py" in str(raised.value)
