mock_provider "aws" {
  override_during = plan

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }

  mock_data "aws_ami" {
    defaults = { id = "ami-1", root_device_name = "/dev/xvda" }
  }

  mock_resource "aws_launch_template" {
    defaults = { id = "lt-1", latest_version = 7 }
  }
}

variables {
  name                  = "slipway-test"
  ami_name              = "al2023-ami-2023.12.20260930.0-kernel-6.1-x86_64"
  instance_type         = "t3.micro"
  instance_profile_name = "slipway-test-instance"
  security_group_ids    = ["sg-1", "sg-2"]
  subnet_ids            = ["subnet-1", "subnet-2"]
  target_group_arn      = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/slipway-test/2"
  capacity              = { min = 2, max = 4 }
  requests_per_target   = 6000
  requests_label        = "app/slipway-test/1/targetgroup/slipway-test/2"
  visited_paths         = ["/", "/history"]

  container = {
    repository_url = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/slipway"
    log_group_name = "/slipway/test"
    environment    = { TABLE_NAME = "slipway-test", TRUSTED_PROXIES = "1" }
  }

  rollout = {
    warmup_seconds         = 20
    settle_seconds         = 3
    boot_deadline_seconds  = 240
    max_healthy_percentage = 150
  }
}

run "refuses_a_name_that_templates_refuse" {
  command = plan

  variables {
    name = "s!"
  }

  expect_failures = [var.name]
}

run "refuses_a_release_without_a_version" {
  command = plan

  variables {
    release = { version = "latest", digest = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff" }
  }

  expect_failures = [var.release]
}

run "refuses_a_release_by_tag" {
  command = plan

  variables {
    release = { version = "0123456789ab", digest = "0123456789ab" }
  }

  expect_failures = [var.release]
}

run "refuses_a_pattern_of_images" {
  command = plan

  variables {
    ami_name = "al2023-ami-2023.*-x86_64"
  }

  expect_failures = [var.ami_name]
}

run "refuses_an_image_for_arm" {
  command = plan

  variables {
    ami_name = "al2023-ami-2023.12.20260930.0-kernel-6.1-arm64"
  }

  expect_failures = [var.ami_name]
}

run "refuses_what_is_no_instance_type" {
  command = plan

  variables {
    instance_type = "small"
  }

  expect_failures = [var.instance_type]
}

run "refuses_arm_processors" {
  command = plan

  variables {
    instance_type = "t4g.micro"
  }

  expect_failures = [var.instance_type]
}

run "refuses_a_setting_that_a_shell_would_run" {
  command = plan

  variables {
    container = { repository_url = "x'; reboot; '", log_group_name = "/slipway/test", environment = { TABLE_NAME = "slipway-test", TRUSTED_PROXIES = "1" } }
  }

  expect_failures = [var.container]
}

run "a_container_variable_with_a_quote_is_refused" {
  command = plan

  variables {
    container = { repository_url = "x", log_group_name = "/slipway/test", environment = { GREETING = "it's" } }
  }

  expect_failures = [var.container]
}

run "a_container_variable_of_two_lines_is_refused" {
  command = plan

  variables {
    container = { repository_url = "x", log_group_name = "/slipway/test", environment = { GREETING = "a\nIMAGE_DIGEST=b" } }
  }

  expect_failures = [var.container]
}

run "a_container_variable_that_the_instance_sets_is_refused" {
  command = plan

  variables {
    container = { repository_url = "x", log_group_name = "/slipway/test", environment = { IMAGE_DIGEST = "b" } }
  }

  expect_failures = [var.container]
}

run "refuses_a_group_that_may_be_empty" {
  command = plan

  variables {
    capacity = { min = 0, max = 4 }
  }

  expect_failures = [var.capacity]
}

run "refuses_a_group_that_cannot_grow" {
  command = plan

  variables {
    capacity = { min = 2, max = 2 }
  }

  expect_failures = [var.capacity]
}

run "refuses_no_warm_up" {
  command = plan

  variables {
    rollout = { warmup_seconds = 0, settle_seconds = 3, boot_deadline_seconds = 240, max_healthy_percentage = 150 }
  }

  expect_failures = [var.rollout]
}

run "refuses_not_to_settle" {
  command = plan

  variables {
    rollout = { warmup_seconds = 20, settle_seconds = 0, boot_deadline_seconds = 240, max_healthy_percentage = 150 }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_deadline_too_short_to_settle" {
  command = plan

  variables {
    rollout = { warmup_seconds = 20, settle_seconds = 30, boot_deadline_seconds = 45, max_healthy_percentage = 150 }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_deadline_after_the_hooks_longest_wait" {
  command = plan

  variables {
    rollout = { warmup_seconds = 20, settle_seconds = 3, boot_deadline_seconds = 7141, max_healthy_percentage = 150 }
  }

  expect_failures = [var.rollout]
}

run "refuses_to_terminate_before_launching" {
  command = plan

  variables {
    rollout = { warmup_seconds = 20, settle_seconds = 3, boot_deadline_seconds = 240, max_healthy_percentage = 100 }
  }

  expect_failures = [var.rollout]
}

run "refuses_to_visit_nothing" {
  command = plan

  variables {
    visited_paths = []
  }

  expect_failures = [var.visited_paths]
}

run "refuses_a_visited_path_that_is_none" {
  command = plan

  variables {
    visited_paths = ["history"]
  }

  expect_failures = [var.visited_paths]
}

run "refuses_a_visited_path_that_a_shell_would_read" {
  command = plan

  variables {
    visited_paths = ["/'; true '"]
  }

  expect_failures = [var.visited_paths]
}

run "refuses_user_data_that_ec2_refuses" {
  command = plan

  variables {
    container = {
      repository_url = format("%016384d", 0)
      log_group_name = "/slipway/test"
      environment    = { TABLE_NAME = "slipway-test", TRUSTED_PROXIES = "1" }
    }
  }

  expect_failures = [aws_launch_template.this]
}

run "refuses_no_requests_at_all" {
  command = plan

  variables {
    requests_per_target = 0
  }

  expect_failures = [var.requests_per_target]
}

run "refuses_requests_of_no_target_group" {
  command = plan

  variables {
    requests_label = "app/slipway-test/1"
  }

  expect_failures = [var.requests_label]
}
