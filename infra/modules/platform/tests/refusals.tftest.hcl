mock_provider "aws" {
  source          = "./tests/aws"
  override_during = plan
}

run "refuses_a_project_that_names_refuse" {
  command = plan

  variables {
    project = "Slipway"
  }

  expect_failures = [var.project]
}

run "refuses_an_environment_with_a_hyphen" {
  command = plan

  variables {
    environment = "pre-prod"
  }

  expect_failures = [var.environment]
}

run "refuses_names_longer_than_a_load_balancers" {
  command = plan

  variables {
    environment = "quiteanotherenvironmentofours"
  }

  expect_failures = [var.environment]
}

run "refuses_to_bake_for_more_than_two_days" {
  command = plan

  variables {
    rollout = {
      canary                 = true
      canary_pause_seconds   = 240
      bake_seconds           = 172801
      warmup_seconds         = 60
      max_healthy_percentage = 150
      failed_instances       = 2
      settle_seconds         = 10
      boot_deadline_seconds  = 300
      drain_seconds          = 30
    }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_bake_in_which_no_alarm_can_speak" {
  command = plan

  variables {
    rollout = {
      canary                 = true
      canary_pause_seconds   = 240
      bake_seconds           = 239
      warmup_seconds         = 60
      max_healthy_percentage = 150
      failed_instances       = 2
      settle_seconds         = 10
      boot_deadline_seconds  = 300
      drain_seconds          = 30
    }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_pause_in_which_no_alarm_can_speak" {
  command = plan

  variables {
    rollout = {
      canary                 = true
      canary_pause_seconds   = 239
      bake_seconds           = 240
      warmup_seconds         = 60
      max_healthy_percentage = 150
      failed_instances       = 2
      settle_seconds         = 10
      boot_deadline_seconds  = 300
      drain_seconds          = 30
    }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_pause_without_a_canary" {
  command = plan

  variables {
    rollout = {
      canary                 = false
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

  expect_failures = [var.rollout]
}

run "refuses_to_tolerate_no_failed_instance_at_all" {
  command = plan

  variables {
    rollout = {
      canary                 = true
      canary_pause_seconds   = 240
      bake_seconds           = 240
      warmup_seconds         = 60
      max_healthy_percentage = 150
      failed_instances       = 0
      settle_seconds         = 10
      boot_deadline_seconds  = 300
      drain_seconds          = 30
    }
  }

  expect_failures = [var.rollout]
}
