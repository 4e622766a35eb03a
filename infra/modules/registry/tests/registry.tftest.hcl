mock_provider "aws" {
  override_during = plan

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_ecr_repository" {
    defaults = {
      arn            = "arn:aws:ecr:eu-central-1:111122223333:repository/slipway"
      repository_url = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/slipway"
    }
  }
}

variables {
  name = "slipway"
}

run "a_tag_is_never_moved" {
  command = plan

  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE"
    error_message = "A release's tag must always mean the same image."
  }
}

run "images_are_scanned_and_encrypted" {
  command = plan

  assert {
    condition     = aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push
    error_message = "Every pushed image must be scanned."
  }

  assert {
    condition     = aws_ecr_repository.this.encryption_configuration[0].encryption_type == "AES256"
    error_message = "Images must be encrypted."
  }

  assert {
    condition     = endswith(output.repository_url, ".amazonaws.com/slipway") && endswith(output.repository_arn, ":repository/slipway")
    error_message = "The outputs must be the repository's address and its ARN."
  }
}

run "the_last_500_images_are_kept" {
  command = plan

  assert {
    condition = [for rule in jsondecode(aws_ecr_lifecycle_policy.this.policy).rules : [rule.selection, rule.action.type]] == [
      [{ tagStatus = "any", countType = "imageCountMoreThan", countNumber = 500 }, "expire"],
    ]
    error_message = "The only rule must expire what is older than the last 500 images."
  }
}

run "only_this_account_pulls_by_default" {
  command = plan

  assert {
    condition     = length(aws_ecr_repository_policy.pull) == 0
    error_message = "Without further accounts there must be no repository policy."
  }
}

run "other_accounts_may_pull_and_nothing_more" {
  command = plan

  variables {
    pull_account_ids = ["444455556666"]
  }

  assert {
    condition = [for statement in jsondecode(aws_ecr_repository_policy.pull[0].policy).Statement : [statement.Effect, statement.Principal.AWS, statement.Action]] == [
      ["Allow", ["arn:aws:iam::444455556666:root"], ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"]],
    ]
    error_message = "The account must be allowed to find and pull images, and nothing else."
  }
}

run "refuses_a_name_that_the_registry_refuses" {
  command = plan

  variables {
    name = "Slipway"
  }

  expect_failures = [var.name]
}

run "refuses_what_is_no_account_id" {
  command = plan

  variables {
    pull_account_ids = ["4444-5555-6666"]
  }

  expect_failures = [var.pull_account_ids]
}
