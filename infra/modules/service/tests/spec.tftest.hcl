mock_provider "aws" {
  override_during = plan

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }

  mock_data "aws_default_tags" {
    defaults = { tags = { Project = "slipway", Environment = "test", ManagedBy = "terraform" } }
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

# The first run keeps the hash that the others are compared with.
run "base" {
  command = plan
}

run "a_release_is_no_part_of_the_shape" {
  command = plan

  variables {
    release = {
      version = "0123456789ab"
      digest  = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
    }
  }

  assert {
    condition     = output.template == run.base.template
    error_message = "A release must leave the hash as it is."
  }
}

run "the_name_is_part_of_the_shape" {
  command = plan

  variables {
    name = "slipway-other"
  }

  assert {
    condition     = output.template != run.base.template
    error_message = "Another name must change the hash."
  }
}

run "the_instance_type_is_part_of_the_shape" {
  command = plan

  variables {
    instance_type = "t3.small"
  }

  assert {
    condition     = output.template != run.base.template
    error_message = "Another instance type must change the hash."
  }
}

run "the_instance_profile_is_part_of_the_shape" {
  command = plan

  variables {
    instance_profile_name = "slipway-other"
  }

  assert {
    condition     = output.template != run.base.template
    error_message = "Another instance profile must change the hash."
  }
}

run "the_set_of_security_groups_is_part_of_the_shape" {
  command = plan

  variables {
    security_group_ids = ["sg-1", "sg-3"]
  }

  assert {
    condition     = output.template != run.base.template
    error_message = "Another set of security groups must change the hash."
  }
}

run "the_repository_is_part_of_the_shape" {
  command = plan

  variables {
    container = { repository_url = "444455556666.dkr.ecr.eu-central-1.amazonaws.com/slipway", log_group_name = "/slipway/test", environment = { TABLE_NAME = "slipway-test", TRUSTED_PROXIES = "1" } }
  }

  assert {
    condition     = output.template != run.base.template
    error_message = "Another repository must change the hash."
  }
}

run "the_log_group_is_part_of_the_shape" {
  command = plan

  variables {
    container = { repository_url = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/slipway", log_group_name = "/slipway/other", environment = { TABLE_NAME = "slipway-test", TRUSTED_PROXIES = "1" } }
  }

  assert {
    condition     = output.template != run.base.template
    error_message = "Another log group must change the hash."
  }
}

run "the_table_is_part_of_the_shape" {
  command = plan

  variables {
    container = { repository_url = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/slipway", log_group_name = "/slipway/test", environment = { TABLE_NAME = "slipway-other", TRUSTED_PROXIES = "1" } }
  }

  assert {
    condition     = output.template != run.base.template
    error_message = "Another table must change the hash."
  }
}

run "the_settle_time_is_part_of_the_shape" {
  command = plan

  variables {
    rollout = { warmup_seconds = 20, settle_seconds = 4, boot_deadline_seconds = 240, max_healthy_percentage = 150 }
  }

  assert {
    condition     = output.template != run.base.template
    error_message = "Another settle time must change the hash."
  }
}

run "the_boot_deadline_is_part_of_the_shape" {
  command = plan

  variables {
    rollout = { warmup_seconds = 20, settle_seconds = 3, boot_deadline_seconds = 241, max_healthy_percentage = 150 }
  }

  assert {
    condition     = output.template != run.base.template
    error_message = "Another boot deadline must change the hash."
  }
}

run "another_image_of_the_machine_is_part_of_the_shape" {
  command = plan

  override_data {
    target          = data.aws_ami.this
    override_during = plan
    values          = { id = "ami-2", root_device_name = "/dev/xvda" }
  }

  assert {
    condition     = output.template != run.base.template
    error_message = "Another AMI must change the hash."
  }
}

run "whose_it_is_is_part_of_the_shape" {
  command = plan

  override_data {
    target = data.aws_default_tags.current
    values = { tags = { Project = "slipway", Environment = "other" } }
  }

  assert {
    condition     = output.template != run.base.template
    error_message = "Other default tags must change the hash."
  }
}

run "the_order_of_security_groups_is_no_part_of_the_shape" {
  command = plan

  variables {
    security_group_ids = ["sg-2", "sg-1"]
  }

  assert {
    condition     = output.template == run.base.template
    error_message = "The same groups in another order must leave the hash as it is."
  }
}

run "what_only_the_group_uses_is_no_part_of_the_shape" {
  command = plan

  variables {
    capacity = { min = 3, max = 9 }
    rollout  = { warmup_seconds = 60, settle_seconds = 3, boot_deadline_seconds = 240, max_healthy_percentage = 200 }
  }

  assert {
    condition     = output.template == run.base.template
    error_message = "Capacity, warm-up and surge must not replace instances."
  }
}
