# Copied into a copy of infra/bootstrap by rendered.py, which judges what these plans say.
mock_provider "aws" {
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::slipway-state-123456789012" }
  }

  mock_resource "aws_ecr_repository" {
    defaults = { arn = "arn:aws:ecr:eu-central-1:123456789012:repository/slipway" }
  }

  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }
}

# As it stands in the repository.
run "committed" {
  command = plan
}

# A repository whose numbers are known, roles for people, and a domain in prod.
run "connected" {
  command = plan

  module {
    source = "../modules/github_oidc"
  }

  variables {
    project          = "slipway"
    repository       = "example/slipway"
    repository_ids   = { owner = "1001", repository = "2002" }
    registry_arn     = "arn:aws:ecr:eu-central-1:123456789012:repository/slipway"
    state_bucket_arn = "arn:aws:s3:::slipway-state-123456789012"

    environments = {
      dev = {
        session_seconds = 7200
        boundary_arn    = "arn:aws:iam::123456789012:policy/slipway-dev-boundary"
        people = {
          viewers   = ["Developers"]
          operators = ["arn:aws:iam::123456789012:user/anna"]
        }
      }

      prod = {
        session_seconds     = 21600
        boundary_arn        = "arn:aws:iam::123456789012:policy/slipway-prod-boundary"
        previous_ledger_arn = "arn:aws:s3:::slipway-state-123456789012/dev/ledger.json"
        hosted_zone_id      = "Z0123456789"
        people = {
          viewers   = ["arn:aws:iam::123456789012:user/carl"]
          operators = ["arn:aws:iam::123456789012:user/ops/ben", "arn:aws:iam::123456789012:user/anna", "Operators"]
        }
      }
    }
  }
}

# The role of dev's instances, which has to stay within dev's boundary.
run "instances" {
  command = plan

  module {
    source = "../modules/identity"
  }

  variables {
    project     = "slipway"
    environment = "dev"
  }
}
