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
  name           = "slipway-test"
  group_name     = "slipway-test"
  table_arn      = "arn:aws:dynamodb:eu-central-1:111122223333:table/slipway-test"
  repository_arn = "arn:aws:ecr:eu-central-1:111122223333:repository/slipway"
  log_group_arn  = "arn:aws:logs:eu-central-1:111122223333:log-group:/slipway/test"
}

run "an_instance_may_do_exactly_this" {
  command = plan

  assert {
    condition = {
      for concern, policy in aws_iam_role_policy.instance : concern => [
        for statement in jsondecode(policy.policy).Statement : [statement.Effect, statement.Action, statement.Resource]
      ]
      } == {
      table = [[
        "Allow",
        ["dynamodb:BatchWriteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
        ["arn:aws:dynamodb:eu-central-1:111122223333:table/slipway-test"],
      ]]
      image = [
        ["Allow", ["ecr:GetAuthorizationToken"], ["*"]],
        ["Allow", ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], ["arn:aws:ecr:eu-central-1:111122223333:repository/slipway"]],
      ]
      lifecycle = [
        [
          "Allow", ["autoscaling:CompleteLifecycleAction"],
          ["arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:*:autoScalingGroupName/slipway-test"],
        ],
        ["Allow", ["autoscaling:DescribeAutoScalingInstances"], ["*"]],
      ]
      logs = [[
        "Allow", ["logs:CreateLogStream", "logs:PutLogEvents"],
        ["arn:aws:logs:eu-central-1:111122223333:log-group:/slipway/test:*"],
      ]]
      session = [[
        "Allow",
        [
          "ssm:UpdateInstanceInformation",
          "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
        ],
        ["*"],
      ]]
    }
    error_message = "The instance role must allow exactly the table actions, the pull, its group's hook, its logs and Session Manager."
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

run "refuses_a_name_that_iam_refuses" {
  command = plan

  variables {
    name = "slipway test"
  }

  expect_failures = [var.name]
}
