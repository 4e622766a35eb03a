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

  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/a-role" }
  }
}

variables {
  project          = "slipway"
  repository       = "example/slipway"
  repository_ids   = { owner = "1001", repository = "2002" }
  registry_arn     = "arn:aws:ecr:eu-central-1:111122223333:repository/slipway"
  state_bucket_arn = "arn:aws:s3:::slipway-state-111122223333"

  environments = {
    test = { session_seconds = 7200, boundary_arn = "arn:aws:iam::111122223333:policy/slipway-test-boundary" }
  }
}

run "makes_nothing_without_a_repository" {
  command = plan

  variables {
    repository     = null
    repository_ids = null
  }

  assert {
    condition     = length(aws_iam_role.this) + length(aws_iam_policy.this) + length(aws_iam_openid_connect_provider.github) + length(output.role_arns) == 0
    error_message = "Without a repository there must be no role, no policy and no provider."
  }

  assert {
    condition     = length(aws_iam_role_policy.this) + length(aws_iam_role_policy_attachment.this) == 0
    error_message = "Without a repository nothing must be attached either."
  }
}

run "roles_are_named_by_project_environment_and_purpose" {
  command = plan

  assert {
    condition     = sort([for role in aws_iam_role.this : role.name]) == tolist(["slipway-image", "slipway-test-infrastructure", "slipway-test-plan", "slipway-test-release"])
    error_message = "Workflows derive the roles' names from project.json: they must be these."
  }

  assert {
    condition     = sort(keys(output.role_arns)) == tolist(["image", "test-infrastructure", "test-plan", "test-release"])
    error_message = "The output must name every role."
  }
}

run "images_are_pushed_from_their_own_account_only" {
  command = plan

  variables {
    registry_arn  = "arn:aws:ecr:eu-central-1:444455556666:repository/slipway"
    pushes_images = false
  }

  assert {
    condition     = sort(keys(output.role_arns)) == tolist(["test-infrastructure", "test-plan", "test-release"])
    error_message = "An account that pulls from another must have no role that pushes."
  }
}

run "the_provider_takes_tokens_for_sts_only" {
  command = plan

  assert {
    condition     = aws_iam_openid_connect_provider.github[0].url == "https://token.actions.githubusercontent.com" && tolist(aws_iam_openid_connect_provider.github[0].client_id_list) == tolist(["sts.amazonaws.com"])
    error_message = "The provider must be GitHub's, for STS."
  }
}

run "an_account_has_one_provider_and_it_can_be_somebody_elses" {
  command = plan

  variables {
    provider_arn = "arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "A second provider for the same issuer would be refused by IAM."
  }

  assert {
    condition = alltrue([
      for role in aws_iam_role.this : jsondecode(role.assume_role_policy).Statement[0].Principal.Federated == "arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"
    ])
    error_message = "Every role must trust the provider that is named."
  }
}

run "roles_that_act_can_be_held_as_long_as_a_rollout_takes" {
  command = plan

  assert {
    condition     = { for key, role in aws_iam_role.this : key => role.max_session_duration } == { image = 3600, test-infrastructure = 7200, test-plan = 3600, test-release = 7200 }
    error_message = "Sessions of the environment's roles must last as long as it says, the others an hour."
  }
}

run "with_the_longest_names_every_policy_is_within_what_iam_takes" {
  command = plan

  variables {
    project    = "a-project-with-a-long-name"
    repository = "an-organisation-with-a-name-of-39-letters/a-repository-with-a-name-of-nearly-one-hundred-letters-as-long-as-github-takes-them-abc"

    environments = {
      long  = { session_seconds = 7200, boundary_arn = "arn:aws:iam::111122223333:policy/a-project-with-a-long-name-long-boundary", hosted_zone_id = "Z0123456789ABCDEFGHIJ012345678901" }
      other = { session_seconds = 7200, boundary_arn = "arn:aws:iam::111122223333:policy/a-project-with-a-long-name-other-boundary", previous_ledger_arn = "arn:aws:s3:::a-project-with-a-long-name-state-444455556666/long/ledger.json", people = { viewers = ["a-permission-set-of-32-character"], operators = ["arn:aws:iam::111122223333:user/anna", "a-permission-set-of-32-character"] } }
    }
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.this : length(policy.policy) <= 6144])
    error_message = "IAM takes 6144 characters of an attached policy."
  }

  assert {
    condition     = alltrue([for policy in aws_iam_role_policy.this : length(policy.policy) <= 10240])
    error_message = "IAM takes 10240 characters of a role's own policies."
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.this : length(role.assume_role_policy) <= 2048 && length(role.name) <= 64])
    error_message = "IAM takes 2048 characters of a trust policy and 64 of a role's name."
  }
}

run "people_have_roles_where_they_are_named_and_nowhere_else" {
  command = plan

  variables {
    environments = {
      test  = { session_seconds = 7200, boundary_arn = "arn:aws:iam::111122223333:policy/slipway-test-boundary", people = { viewers = ["Developers"] } }
      other = { session_seconds = 7200, boundary_arn = "arn:aws:iam::111122223333:policy/slipway-other-boundary", people = { operators = ["arn:aws:iam::111122223333:user/anna"] } }
    }
  }

  assert {
    condition     = [for role in sort(keys(output.role_arns)) : role if can(regex("-(viewer|operator)$", role))] == ["other-operator", "test-viewer"]
    error_message = "A role for people must exist where somebody is named for it."
  }

  assert {
    condition     = [for attachment in aws_iam_role_policy_attachment.this : split(":policy/", attachment.policy_arn)[1] if attachment.role == "slipway-test-viewer"] == ["slipway-test-read"]
    error_message = "A viewer must read what a plan reads."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role.this["test-viewer"].assume_role_policy).Statement : statement.Sid] == ["PermissionSets"] && [for statement in jsondecode(aws_iam_role.this["other-operator"].assume_role_policy).Statement : statement.Sid] == ["Users"]
    error_message = "Whole accounts must be trusted only for the permission sets that are named."
  }
}

run "a_domain_adds_its_zone_and_no_other" {
  command = plan

  variables {
    environments = {
      test = { session_seconds = 7200, boundary_arn = "arn:aws:iam::111122223333:policy/slipway-test-boundary", hosted_zone_id = "Z1" }
    }
  }

  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.this["test-infrastructure"].policy).Statement : statement.Resource if statement.Sid == "Records"
    ] == ["arn:aws:route53:::hostedzone/Z1"]
    error_message = "Records of the domain's own zone must be writable, and of no other."
  }
}

run "refuses_a_project_that_names_nothing" {
  command = plan

  variables {
    project = "Slipway"
  }

  expect_failures = [var.project]
}

run "refuses_a_repository_with_a_wildcard" {
  command = plan

  variables {
    repository = "example/*"
  }

  expect_failures = [var.repository]
}

run "refuses_ids_that_are_no_numbers" {
  command = plan

  variables {
    repository_ids = { owner = "example", repository = "2002" }
  }

  expect_failures = [var.repository_ids]
}

run "refuses_the_provider_of_another_issuer" {
  command = plan

  variables {
    provider_arn = "arn:aws:iam::111122223333:oidc-provider/gitlab.com"
  }

  expect_failures = [var.provider_arn]
}

run "refuses_an_environment_whose_name_hides_a_hyphen" {
  command = plan

  variables {
    environments = {
      "te-st" = { session_seconds = 7200, boundary_arn = "arn:aws:iam::111122223333:policy/slipway-te-st-boundary" }
    }
  }

  expect_failures = [var.environments]
}

run "refuses_a_session_that_iam_refuses" {
  command = plan

  variables {
    environments = {
      test = { session_seconds = 43201, boundary_arn = "arn:aws:iam::111122223333:policy/slipway-test-boundary" }
    }
  }

  expect_failures = [var.environments]
}

run "refuses_a_ledger_that_is_not_one" {
  command = plan

  variables {
    environments = {
      test = { session_seconds = 7200, boundary_arn = "arn:aws:iam::111122223333:policy/slipway-test-boundary", previous_ledger_arn = "arn:aws:s3:::slipway-state-111122223333/*" }
    }
  }

  expect_failures = [var.environments]
}

run "refuses_somebody_who_could_never_take_a_role" {
  command = plan

  variables {
    environments = {
      test = { session_seconds = 7200, boundary_arn = "arn:aws:iam::111122223333:policy/slipway-test-boundary", people = { operators = ["arn:aws:iam::111122223333:role/admin"] } }
    }
  }

  expect_failures = [var.environments]
}

run "refuses_a_permission_set_with_a_wildcard" {
  command = plan

  variables {
    environments = {
      test = { session_seconds = 7200, boundary_arn = "arn:aws:iam::111122223333:policy/slipway-test-boundary", people = { viewers = ["Dev*"] } }
    }
  }

  expect_failures = [var.environments]
}

run "refuses_a_permission_set_whose_name_is_too_long_to_be_one" {
  command = plan

  variables {
    environments = {
      test = { session_seconds = 7200, boundary_arn = "arn:aws:iam::111122223333:policy/slipway-test-boundary", people = { viewers = ["a-permission-set-of-33-characters"] } }
    }
  }

  expect_failures = [var.environments]
}

run "refuses_more_people_than_a_trust_policy_holds" {
  command = plan

  variables {
    environments = {
      test = { session_seconds = 7200, boundary_arn = "arn:aws:iam::111122223333:policy/slipway-test-boundary", people = { viewers = [for number in range(50) : "arn:aws:iam::111122223333:user/anna${number}"] } }
    }
  }

  expect_failures = [aws_iam_role.this]
}
