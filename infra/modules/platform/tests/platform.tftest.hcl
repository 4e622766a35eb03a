mock_provider "aws" {
  source          = "./tests/aws"
  override_during = plan
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
