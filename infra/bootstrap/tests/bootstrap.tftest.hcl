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

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::slipway-state-111122223333" }
  }

  mock_resource "aws_ecr_repository" {
    defaults = { arn = "arn:aws:ecr:eu-central-1:111122223333:repository/slipway" }
  }

  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
  }

  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::111122223333:policy/slipway-test-boundary" }
  }
}

run "the_state_is_kept_and_private" {
  command = plan

  assert {
    condition     = aws_s3_bucket.state.bucket == "${local.project.name}-state-111122223333"
    error_message = "The bucket must be named by project and account: scripts derive it."
  }
}

run "a_bucket_is_closed_versioned_and_encrypted" {
  command = plan

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.state.block_public_acls, aws_s3_bucket_public_access_block.state.block_public_policy,
      aws_s3_bucket_public_access_block.state.ignore_public_acls, aws_s3_bucket_public_access_block.state.restrict_public_buckets,
    ])
    error_message = "Nobody outside the account must reach the states."
  }

  assert {
    condition     = aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled"
    error_message = "An overwritten state must be recoverable."
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.state.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
    error_message = "States must be encrypted."
  }

  assert {
    condition = [
      for statement in jsondecode(aws_s3_bucket_policy.state.policy).Statement : [statement.Sid, statement.Principal] if statement.Effect == "Deny"
    ] == [["TlsOnly", "*"], ["NoBlindWrite", "*"], ["NoBlindDelete", "*"]]
    error_message = "Plain HTTP and blind writes must be refused, whoever asks."
  }

  assert {
    # Only environments of other accounts that come after one of this account.
    condition = length([
      for statement in jsondecode(aws_s3_bucket_policy.state.policy).Statement : statement if statement.Effect == "Allow"
    ]) == 2 * length(local.readers)
    error_message = "Nobody else must be allowed anything."
  }
}

run "every_environment_has_a_boundary_of_the_name_that_its_roles_carry" {
  command = plan

  assert {
    condition     = { for environment, boundary in aws_iam_policy.boundary : environment => boundary.name } == { for environment in keys(local.environments) : environment => "${local.project.name}-${environment}-boundary" }
    error_message = "The identity module finds its boundary by this name."
  }
}

run "a_boundary_holds_its_own_environment_only" {
  command = plan

  assert {
    condition     = !strcontains(aws_iam_policy.boundary["dev"].policy, "${local.project.name}-prod") && !strcontains(aws_iam_policy.boundary["dev"].policy, "/prod")
    error_message = "What dev's infrastructure makes must not reach prod."
  }
}

run "roles_are_made_for_the_projects_own_repository" {
  command = plan

  assert {
    condition = sort([for role in keys(output.role_arns) : role if !can(regex("-(viewer|operator)$", role))]) == sort(concat(["image"], flatten([
      for environment in keys(local.environments) : ["${environment}-plan", "${environment}-infrastructure", "${environment}-release"]
    ])))
    error_message = "There must be a role for each step."
  }

  assert {
    condition     = output.state_bucket == aws_s3_bucket.state.id && output.repository_url != ""
    error_message = "The outputs must say where states and images are."
  }
}

run "people_are_named_in_environments_that_exist" {
  command = plan

  assert {
    condition     = length(setsubtract(keys(local.people), local.project.environments[*].name)) == 0
    error_message = "people must name environments of project.json: nobody gets a role in another."
  }

  assert {
    condition     = alltrue([for roles in values(local.people) : length(setsubtract(keys(roles), ["viewers", "operators"])) == 0])
    error_message = "people must have viewers and operators: nobody gets another role."
  }
}
