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

  mock_data "aws_ecr_repository" {
    defaults = {
      arn            = "arn:aws:ecr:eu-central-1:111122223333:repository/slipway"
      repository_url = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/slipway"
    }
  }

  mock_data "aws_ami" {
    defaults = { id = "ami-1", root_device_name = "/dev/xvda" }
  }

  mock_resource "aws_vpc" {
    defaults = { id = "vpc-1", ipv6_cidr_block = "2001:db8:1200::/56" }
  }

  mock_resource "aws_lb" {
    defaults = {
      arn        = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/slipway-test/1"
      arn_suffix = "app/slipway-test/1"
      dns_name   = "slipway-test-1.eu-central-1.elb.amazonaws.com"
    }
  }

  mock_resource "aws_lb_target_group" {
    defaults = {
      arn        = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/slipway-test/2"
      arn_suffix = "targetgroup/slipway-test/2"
    }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-central-1:111122223333:slipway-test-alerts" }
  }

  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/slipway-test" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:111122223333:log-group:/slipway/test" }
  }

  mock_resource "aws_launch_template" {
    defaults = { id = "lt-1", latest_version = 7 }
  }
}

variables {
  project             = "slipway"
  environment         = "test"
  ami_name            = "al2023-ami-2023.12.20260930.0-kernel-6.1-x86_64"
  instance_type       = "t3.micro"
  capacity            = { min = 3, max = 6 }
  deletion_protection = true
  log_retention_days  = 14

  network = {
    cidr_block    = "10.20.0.0/16"
    slots_by_zone = { a = 0, b = 1 }
    nat_per_zone  = false
  }

  gate = {
    period_seconds = 60
    evaluations    = 2
  }

  rollout = {
    canary                 = true
    canary_pause_seconds   = 240
    bake_seconds           = 240
    warmup_seconds         = 60
    max_healthy_percentage = 150
    failed_instances       = 2
    settle_seconds         = 10
    boot_deadline_seconds  = 300
    drain_seconds          = 30
  }
}

run "facts_say_all_that_a_release_has_to_know" {
  command = plan

  assert {
    condition     = aws_ssm_parameter.facts.name == "/slipway/test/facts"
    error_message = "The facts must be found by project and environment."
  }

  assert {
    condition = jsondecode(aws_ssm_parameter.facts.insecure_value) == {
      schema           = 1
      environment      = "test"
      url              = "http://slipway-test-1.eu-central-1.elb.amazonaws.com"
      group            = "slipway-test"
      template         = "slipway-test"
      target_group_arn = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/slipway-test/2"
      log_group        = "/slipway/test"
      alarms           = ["slipway-test-balancer-errors", "slipway-test-latency", "slipway-test-target-errors"]
      capacity         = { min = 3 }
      rollout = {
        canary                 = true
        canary_pause_seconds   = 240
        bake_seconds           = 240
        warmup_seconds         = 60
        max_healthy_percentage = 150
        failed_instances       = 2
        settle_seconds         = 10
        boot_deadline_seconds  = 300
        drain_seconds          = 30
      }
    }
    error_message = "The facts must hold exactly what the scripts read."
  }

  assert {
    condition     = output.url == "http://slipway-test-1.eu-central-1.elb.amazonaws.com"
    error_message = "The output must be the service's address."
  }
}

run "the_ledger_begins_empty" {
  command = plan

  assert {
    condition = [aws_ssm_parameter.ledger.name, aws_ssm_parameter.ledger.type, aws_ssm_parameter.ledger.insecure_value] == [
      "/slipway/test/ledger", "String", "{}",
    ]
    error_message = "The ledger must be made, empty, where the release step writes it."
  }

  assert {
    condition     = local.release == null
    error_message = "An empty ledger must hold no release."
  }
}
