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

run "an_instance_may_do_exactly_this" {
  command = plan

  assert {
    condition = {
      for service, statements in output.instances : service => [
        for statement in statements : [statement.Effect, statement.Action, statement.Resource]
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
}

run "a_plan_reads_no_content_and_an_apply_reaches_no_other_environment" {
  command = plan

  assert {
    condition     = length(setintersection(output.plan.Action, ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "logs:GetLogEvents"])) == 0
    error_message = "Pull requests take the plan role: records and logs hold addresses of people."
  }

  assert {
    condition     = length(flatten([for statement in output.infrastructure : statement.Resource if contains(statement.Resource, "*")])) == 0
    error_message = "Applying one environment must not reach another."
  }
}
