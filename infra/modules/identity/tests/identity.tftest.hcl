mock_provider "aws" {
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }
}

variables {
  project     = "slipway"
  environment = "test"
}

run "every_statement_of_its_rights_is_its_own" {
  command = plan

  assert {
    condition     = { for service, policy in aws_iam_role_policy.instance : service => jsondecode(policy.policy).Statement } == module.rights.instances
    error_message = "The role must have exactly the rights of instances."
  }

  assert {
    condition     = alltrue([for policy in aws_iam_role_policy.instance : policy.role == aws_iam_role.instance.name])
    error_message = "Every policy must be the instance role's."
  }
}

run "only_ec2_may_take_the_role" {
  command = plan

  assert {
    condition = [
      for statement in jsondecode(aws_iam_role.instance.assume_role_policy).Statement :
      [statement.Effect, statement.Principal, statement.Action]
    ] == [["Allow", { Service = "ec2.amazonaws.com" }, "sts:AssumeRole"]]
    error_message = "Nothing but EC2 may take the instance role."
  }
}

run "the_role_stays_within_the_boundary_of_its_environment" {
  command = plan

  assert {
    condition     = aws_iam_role.instance.permissions_boundary == "arn:aws:iam::111122223333:policy/slipway-test-boundary"
    error_message = "The role must carry the boundary without which the pipeline may not make it."
  }
}

run "role_and_profile_have_the_same_fixed_name" {
  command = plan

  assert {
    condition     = aws_iam_role.instance.name == "slipway-test-instance" && output.instance_profile_name == "slipway-test-instance"
    error_message = "Role and profile must be named by the environment."
  }
}
