mock_provider "aws" {
  source          = "./tests/aws"
  override_during = plan
}

run "facts_say_all_that_a_release_has_to_know" {
  command = plan

  assert {
    condition     = [aws_s3_object.facts.bucket, aws_s3_object.facts.key] == ["slipway-state-111122223333", "test/facts.json"]
    error_message = "The facts must be found by account and environment."
  }

  assert {
    condition = jsondecode(aws_s3_object.facts.content) == {
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

run "without_a_ledger_there_is_no_release" {
  command = plan

  assert {
    condition     = length(data.aws_s3_object.ledger) == 0 && local.release == null
    error_message = "Before the first run there must be no release, and nothing to read."
  }

  assert {
    condition     = [data.aws_s3_objects.ledger.bucket, data.aws_s3_objects.ledger.prefix] == ["slipway-state-111122223333", "test/ledger.json"]
    error_message = "The ledger must be looked for where the release step writes it."
  }
}

run "instances_run_the_recorded_release" {
  command = plan

  override_data {
    target = data.aws_s3_objects.ledger
    values = { keys = ["test/ledger.json"] }
  }

  override_data {
    target = data.aws_s3_object.ledger
    values = { body = "{\"release\":{\"version\":\"0123456789ab\",\"digest\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"}}" }
  }

  assert {
    condition     = local.release.version == "0123456789ab"
    error_message = "The recorded release must reach the launch template."
  }
}

run "refuses_a_damaged_ledger" {
  command = plan

  override_data {
    target = data.aws_s3_objects.ledger
    values = { keys = ["test/ledger.json"] }
  }

  override_data {
    target = data.aws_s3_object.ledger
    values = { body = "{" }
  }

  expect_failures = [data.aws_s3_object.ledger]
}

run "images_can_be_another_accounts" {
  command = plan

  variables {
    registry_account_id = "444455556666"
  }

  assert {
    condition     = local.repository_url == "444455556666.dkr.ecr.eu-central-1.amazonaws.com/slipway"
    error_message = "Instances must pull from the account that holds the images."
  }
}
