"""What Terraform may be told to run, and that nothing slips past how it is written."""

import subprocess

import pytest

from scripts.base.errors import SlipwayError
from scripts.base.project import ROOT
from scripts.domain.hcl import HclError, blocks, read
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
  data "aws_region" "x" {}
  assert {
    condition     = true
    error_message = "no"
  }
}
"""


def test_what_is_allowed_is_left_alone(infra):
    assert found(infra, GOOD) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('data "external" "x" {}', 'data "external" "x": this type is not on the list'),
        ('data "http" "x" {}', "this type is not on the list"),
        ("data http x {}", 'data "http" "x": this type'),
        ('resource "null_resource" "x" {}', "this type is not on the list"),
        ('resource "aws_lambda_invocation" "x" {}', "this type is not on the list"),
        ('resource "terraform_data" "x" {\n  provisioner "local-exec" {}\n}', "runs a program"),
        ('data "terraform_remote_state" "x" {}', "this type is not on the list"),
        ('ephemeral "aws_ami" "x" {}', "ephemeral: nothing of this name"),
        ('action "aws_lambda_invoke" "x" {}', "action: nothing of this name"),
        ('check "x" {\n  data "http" "y" {}\n}', "data: this type is not on the list"),
        ('check "x" {\n  resource "aws_vpc" "y" {}\n}', "check resource: not on the list"),
        ('resource "aws_vpc" "x" {\n  provisioner "local-exec" {}\n}', "runs a program"),
        ('resource "aws_vpc" "x" {\n  a {\n    provisioner file {}\n  }\n}', "runs a program"),
        ('resource "aws_vpc" "x" {\n  dynamic "provisioner" {}\n}', "runs a program"),
        ('removed {\n  from = a.b\n  provisioner "local-exec" {}\n}', "runs a program"),
        ('resource "aws_vpc" "x" {\n  lifecycle {\n    action_trigger {}\n  }\n}', "lifecycle"),
        ('resource "aws_vpc" "x" {\n  provider = aws.other\n}', "chooses a provider"),
        ('import {\n  to = a.b\n  id = "x"\n  provider = evil\n}', "chooses a provider"),
        (
            'module "x" {\n  source = "./modules/network"\n  providers = { aws = aws.b }\n}',
            "chooses a provider",
        ),
        ('resource "aws_s3_object" "x" {\n  source = "/etc/passwd"\n}', "source reads a file"),
        ('module "x" {\n  source = "terraform-aws-modules/vpc/aws"\n}', "is no folder"),
        ('module "x" {\n  source = "git::https://example.com/x"\n}', "is no folder"),
        ('module "x" {\n  source = "/tmp/x"\n}', "is no folder"),
        ('module "x" {\n  source = "../app"\n}', "lies outside of infra/modules"),
        ('module "x" {\n  source = "./envs/dev"\n}', "lies outside of infra/modules"),
        ('module "x" {\n  source = "./modules/../../x"\n}', "lies outside of infra/modules"),
        ('module "x" {\n  source = "./modules/.terraform/x"\n}', "is not looked at"),
        ('module "x" {\n  source = join("", ["./x"])\n}', "is no folder"),
        ('module "x" {\n  source = <<E\n./modules/x\nE\n}', "is no folder"),
        ('module "x" {}', "is no folder"),
        ("terraform {\n  cloud {}\n}", "terraform cloud: not on the list"),
        ('terraform {\n  backend "http" {}\n}', 'backend "http": not on the list'),
        ("terraform {\n  experiments = [x]\n}", "terraform experiments"),
        ('terraform {\n  required_providers {\n    x = "1"\n  }\n}', "provider x from no source"),
        ('provider "external" {}', "not on the list"),
        ('provider "aws" {\n  access_key = "x"\n}', "access_key: not on the list"),
        ('provider "aws" {\n  endpoints {\n    s3 = "x"\n  }\n}', "endpoints: not on the list"),
        ("unheard_of {}", "nothing of this name"),
        ("a = 1", "nothing of this name"),
        ("locals {\n  a = provider::aws::arn_parse(1)\n}", "reads with a function"),
    ],
)
def test_what_is_not_on_the_list_is_named(infra, text, said):
    (finding,) = found(infra, text)
    assert finding.startswith("infra/main.tf: ")
    assert said in finding


@pytest.mark.parametrize(
    "wanted",
    [
        '{ source = "evil/aws" }',
        '{ "source" : "evil/aws" }',
        '{ source = "hashicorp/aws", source = "evil/aws" }',
        '{ source = "hashicorp/aws", ("source") = "evil/aws" }',
        '{ source = "hashicorp/aws", "\\u0073ource" = "evil/aws" }',
        '{ source = "hashicorp/aws", "${"source"}" = "evil/aws" }',
        '{ source = "hashicorp/aws", configuration_aliases = [aws.b] }',
        '{ source = "registry.example.com/hashicorp/aws" }',
        '{ version = "1" }',
        '"5.100.0"',
    ],
)
def test_a_provider_comes_from_its_one_source(infra, wanted):
    text = f"terraform {{\n  required_providers {{\n    aws = {wanted}\n  }}\n}}"
    assert "provider aws" in found(infra, text)[0]


@pytest.mark.parametrize(
    "setting",
    [
        'endpoints = { s3 = "http://127.0.0.1:1/" }',
        'profile = "x"',
        'shared_config_files = ["x"]',
        'assume_role = { role_arn = "x" }',
        'bucket = "x"',
    ],
)
def test_a_backend_is_told_nothing_but_what_the_list_names(infra, setting):
    text = f'terraform {{\n  backend "s3" {{\n    {setting}\n  }}\n}}'
    (finding,) = found(infra, text)
    assert f'backend "s3" {setting.split()[0]}: not on the list' in finding


@pytest.mark.parametrize(
    "expression",
    [
        'file("/proc/self/environ")',
        'file ("x")',
        'file/**/("x")',
        'core::file("x")',
        'base64encode(file("x"))',
        '"${file("x")}"',
        '"a ${upper(file("x"))} b"',
        "<<E\n${file(local.x)}\nE\n",
        '{ (file("x")) = 1 }',
        '[for one in fileset("/", "*") : one]',
        'templatefile("${path.module}/user_data.sh", {})',
        "templatestring(local.x, {})",
        'filebase64("${path.module}/x")',
        'fileexists("/x") ? 1 : 0',
        'pathexpand("~")',
        'file("${path.module}/../x")',
        'file("${path.module}/a/../../x")',
        'file("${path.cwd}/x")',
        'file("${path.root}/x")',
        'file("${path.root}/../../app/config.json")',
        'file("${path.module}/${local.x}")',
        'file("${path.module}/x") == file("/x")',
    ],
)
def test_a_function_reads_no_file_but_one_beside_its_own(infra, expression):
    assert "reads with a function" in found(infra, f"locals {{\n  a = {expression}\n}}\n")[0]


@pytest.mark.parametrize(
    "expression",
    [
        'file("${path.module}/user_data.sh")',
        'jsondecode(file("${path.root}/../../../project.json"))',
        '"a file, and its profile"',
        "local.file",
    ],
)
def test_one_beside_its_own_may_be_read(infra, expression):
    assert found(infra, f"locals {{\n  a = {expression}\n}}\n") == []


@pytest.mark.parametrize(
    "name",
    ["override.tf", "a_override.tf", "terraform.tfvars", "a.auto.tfvars", ".terraformrc"],
)
def test_what_terraform_loads_unasked_is_refused(infra, name):
    assert "without being asked for" in found(infra, "", name)[0]


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
        f"locals {{\n a = <<\u00c9\n/*\n\u00c9\n}}\n{HIDDEN}\n# */",
        f"locals {{\n a = <<e-2\n/*\ne-2\n}}\n{HIDDEN}\n# */",
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
    assert check(infra)[0] == ["infra/main.tf: is not UTF-8"]


def test_a_link_is_no_way_round(infra, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (infra / "modules" / "linked").symlink_to(tmp_path / "elsewhere")
    assert "infra/modules/linked: is a link" in check(infra)[0][0]


LOCK = 'provider "registry.terraform.io/{}" {{\n  version = "5.100.0"\n}}\n'


def test_only_the_provider_may_be_locked(infra):
    assert found(infra, LOCK.format("hashicorp/aws"), ".terraform.lock.hcl") == []
    (finding,) = found(infra, LOCK.format("hashicorp/external"), ".terraform.lock.hcl")
    assert finding.startswith("infra/.terraform.lock.hcl: ")


def test_the_command_names_the_file_and_the_list(infra, monkeypatch):
    found(infra, '\nprovider "external" {}')
    (infra / ".terraform").mkdir()
    (infra / ".terraform" / "modules.json").write_text("{}")
    for words in ("init --quiet", "add --force ."):
        subprocess.run(["git", *words.split()], cwd=infra.parent, check=True)
    monkeypatch.setattr(allow_list, "ROOT", infra.parent)
    with pytest.raises(SlipwayError, match="2 findings") as raised:
        allow_list.main([])
    assert "infra/.terraform/modules.json: is committed" in str(raised.value)
    assert "infra/main.tf: " in str(raised.value)
    assert "scripts/upkeep/allow_list.py" in str(raised.value)


def test_the_list_is_no_longer_than_what_is_used():
    used = {
        kind: {
            labels[0]
            for path in (ROOT / "infra").rglob("*.tf")
            for labels, _ in blocks(read(path.read_text()), kind, 2)
        }
        for kind in ("resource", "data")
    }
    assert used == {"resource": set(allow_list.RESOURCES), "data": set(allow_list.DATA)}
