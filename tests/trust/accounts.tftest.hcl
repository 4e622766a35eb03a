# Copied into a copy of infra/bootstrap by rendered.py: a project whose environments have an account
# each. The bootstrap of each account is planned with that account's credentials.
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

  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }
}

mock_provider "aws" {
  alias           = "second"
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "444455556666" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::slipway-state-444455556666" }
  }

  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com" }
  }
}

run "first" {
  command = plan
}

run "second" {
  command = plan

  providers = { aws = aws.second }
}
