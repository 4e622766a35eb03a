"""A plan that would run something else is refused, whatever the allow-list has seen."""

import pytest

from scripts.base.errors import RefusedError
from scripts.domain.plan_changes import changes
from scripts.domain.plan_programs import programs
from tests.scripts.plan_maker import plan, resource

AWS = "registry.terraform.io/hashicorp/aws"


def configured(**module):
    return {
        "provider_config": {"aws": {"name": "aws", "full_name": AWS}},
        "root_module": {"module_calls": {"platform": {"module": module}}},
    }


def test_the_one_provider_and_terraforms_own_run():
    made = resource("aws_vpc.a", ["create"], provider_name=AWS)
    kept = resource("terraform_data.b", ["create"], provider_name="terraform.io/builtin/terraform")
    assert programs(plan(made, kept, configuration=configured())) == []


@pytest.mark.parametrize("name", ["registry.terraform.io/evil/aws", "example.com/hashicorp/aws"])
def test_another_provider_is_named_and_refused(name):
    by_resource = plan(resource("aws_vpc.a", ["create"], provider_name=name))
    unused = plan(configuration={"provider_config": {"x": {"full_name": name}}})
    for one in (by_resource, unused):
        assert programs(one) == [f"the provider {name}"]
        with pytest.raises(RefusedError, match="plan") as refused:
            changes(one)
        assert name in str(refused.value)


def test_a_provisioner_is_named_however_deep_and_refused():
    one = {"address": "terraform_data.x", "provisioners": [{"type": "local-exec"}]}
    deep = {"module_calls": {"inner": {"module": {"resources": [one]}}}}
    made = plan(configuration=configured(**deep))
    assert programs(made) == ["a provisioner of module.platform.module.inner.terraform_data.x"]
    with pytest.raises(RefusedError):
        changes(made)
