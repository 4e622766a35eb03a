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

run "without_a_release_the_group_runs_nothing" {
  command = plan

  assert {
    condition     = aws_autoscaling_group.this.min_size == 0
    error_message = "Before the first release the group's minimum must be 0."
  }

  assert {
    condition     = aws_autoscaling_group.this.max_size == 4
    error_message = "The maximum must not depend on a release."
  }

  assert {
    condition     = contains(split("\n", base64decode(aws_launch_template.this.user_data)), "RELEASE_VERSION=''") && contains(split("\n", base64decode(aws_launch_template.this.user_data)), "IMAGE_DIGEST=''")
    error_message = "Both lines of the release must be there and be empty."
  }

  assert {
    condition     = [local.instance_tags.Release, local.instance_tags.Digest] == ["none", "none"]
    error_message = "Tags must say that there is no release."
  }
}

run "with_a_release_the_group_keeps_its_minimum" {
  command = plan

  variables {
    release = {
      version = "0123456789ab"
      digest  = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
    }
  }

  assert {
    condition     = aws_autoscaling_group.this.min_size == 2
    error_message = "With a release the group must keep its minimum."
  }
}

run "the_recorded_release_is_rendered_into_two_lines" {
  command = plan

  variables {
    release = {
      version = "0123456789ab"
      digest  = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
    }
  }

  assert {
    condition     = length(regexall("(?m)^RELEASE_VERSION='[^']*'$", base64decode(aws_launch_template.this.user_data))) == 1 && length(regexall("(?m)^IMAGE_DIGEST='[^']*'$", base64decode(aws_launch_template.this.user_data))) == 1
    error_message = "Each of the two lines must match exactly once, so that a release can replace it."
  }

  assert {
    condition     = contains(split("\n", base64decode(aws_launch_template.this.user_data)), "RELEASE_VERSION='0123456789ab'") && contains(split("\n", base64decode(aws_launch_template.this.user_data)), "IMAGE_DIGEST='sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'")
    error_message = "The lines must hold the recorded release."
  }
}

run "an_instance_says_what_it_is_by_its_tags" {
  command = plan

  variables {
    release = {
      version = "0123456789ab"
      digest  = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
    }
  }

  assert {
    condition = { for specification in aws_launch_template.this.tag_specifications : specification.resource_type => specification.tags } == {
      instance = tomap({
        Project     = "slipway"
        Environment = "test"
        ManagedBy   = "terraform"
        Name        = "slipway-test"
        Release     = "0123456789ab"
        Digest      = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
        Template    = output.template
      })
      network-interface = tomap({ Project = "slipway", Environment = "test", ManagedBy = "terraform", Name = "slipway-test" })
      volume            = tomap({ Project = "slipway", Environment = "test", ManagedBy = "terraform", Name = "slipway-test" })
    }
    error_message = "Instances must carry Name, Release, Digest and Template, and with their disks and interfaces whose they are."
  }

  assert {
    condition = { for tag in aws_autoscaling_group.this.tag : tag.key => [tag.value, tag.propagate_at_launch] } == {
      Project     = ["slipway", false]
      Environment = ["test", false]
      ManagedBy   = ["terraform", false]
      Name        = ["slipway-test", false]
    }
    error_message = "The group must say whose it is, and leave its instances' tags to the template."
  }

  assert {
    condition     = can(regex("^[0-9a-f]{12}$", output.template))
    error_message = "Template must be 12 hex digits."
  }

  assert {
    condition     = aws_launch_template.this.tags["Template"] == output.template
    error_message = "The template itself must say which spec is the newest."
  }
}

run "user_data_is_a_script_with_its_settings_above_it" {
  command = plan

  assert {
    condition = [for line in slice(split("\n", base64decode(aws_launch_template.this.user_data)), 0, 14) : line] == [
      "#!/bin/bash",
      "RELEASE_VERSION=''",
      "IMAGE_DIGEST=''",
      "REPOSITORY_URL='111122223333.dkr.ecr.eu-central-1.amazonaws.com/slipway'",
      "REGION='eu-central-1'",
      "GROUP_NAME='slipway-test'",
      "HOOK_NAME='boot'",
      "LOG_GROUP='/slipway/test'",
      "SETTLE_SECONDS='3'",
      "BOOT_DEADLINE_SECONDS='240'",
      "STOP_SECONDS='40'",
      "VISITED_PATHS='/ /history'",
      "CONTAINER_ENVIRONMENT='TABLE_NAME=slipway-test",
      "TRUSTED_PROXIES=1'",
    ]
    error_message = "The settings must stand above the script, one per line, in this order."
  }

  assert {
    condition     = strcontains(base64decode(aws_launch_template.this.user_data), file("user_data.sh"))
    error_message = "The script must be user_data.sh, byte for byte."
  }
}

run "credentials_need_a_token_and_reach_the_container" {
  command = plan

  assert {
    condition = [
      aws_launch_template.this.metadata_options[0].http_endpoint,
      aws_launch_template.this.metadata_options[0].http_tokens,
      aws_launch_template.this.metadata_options[0].http_put_response_hop_limit,
    ] == ["enabled", "required", 2]
    error_message = "The metadata service must ask for tokens and answer the container, one hop further away."
  }
}

run "the_disk_is_encrypted" {
  command = plan

  assert {
    condition = [
      aws_launch_template.this.block_device_mappings[0].device_name,
      aws_launch_template.this.block_device_mappings[0].ebs[0].encrypted,
      aws_launch_template.this.block_device_mappings[0].ebs[0].volume_type,
      aws_launch_template.this.block_device_mappings[0].ebs[0].delete_on_termination,
    ] == ["/dev/xvda", "true", "gp3", "true"]
    error_message = "The AMI's root disk must be encrypted and end with its instance."
  }
}

run "the_image_is_looked_up_by_its_exact_name" {
  command = plan

  assert {
    condition     = one(data.aws_ami.this.filter).values == toset(["al2023-ami-2023.12.20260930.0-kernel-6.1-x86_64"])
    error_message = "The AMI must be found by the pinned name."
  }

  assert {
    condition     = data.aws_ami.this.owners == tolist(["amazon"]) && data.aws_ami.this.include_deprecated
    error_message = "The AMI must be Amazon's, and found after Amazon has deprecated it."
  }
}

run "names_are_fixed" {
  command = plan

  assert {
    condition     = aws_launch_template.this.name == "slipway-test" && aws_autoscaling_group.this.name == "slipway-test"
    error_message = "Template and group must keep their names."
  }

  assert {
    condition     = output.group_name == "slipway-test" && output.launch_template_name == "slipway-test"
    error_message = "The outputs must name what a rollout acts on."
  }

  assert {
    condition     = aws_launch_template.this.description == null
    error_message = "A description would differ from the versions that releases publish."
  }
}

run "an_instance_is_in_service_only_after_its_boot_said_so" {
  command = plan

  assert {
    condition = [
      for hook in aws_autoscaling_group.this.initial_lifecycle_hook :
      [hook.name, hook.lifecycle_transition, hook.default_result]
    ] == [["boot", "autoscaling:EC2_INSTANCE_LAUNCHING", "ABANDON"]]
    error_message = "Launches must wait for the boot, and silence must mean failure."
  }

  assert {
    condition     = one(aws_autoscaling_group.this.initial_lifecycle_hook).heartbeat_timeout == 300
    error_message = "The hook must wait a minute longer than the instance itself."
  }

  assert {
    condition = [
      aws_autoscaling_lifecycle_hook.boot.name, aws_autoscaling_lifecycle_hook.boot.lifecycle_transition,
      aws_autoscaling_lifecycle_hook.boot.default_result, aws_autoscaling_lifecycle_hook.boot.heartbeat_timeout,
    ] == ["boot", "autoscaling:EC2_INSTANCE_LAUNCHING", "ABANDON", 300]
    error_message = "The hook that is changed later must be the one that the group is made with."
  }
}

run "the_balancer_judges_health" {
  command = plan

  assert {
    condition     = aws_autoscaling_group.this.health_check_type == "ELB" && aws_autoscaling_group.this.target_group_arns == toset([var.target_group_arn])
    error_message = "The group must use the load balancer's health."
  }
}

run "replacements_launch_before_they_terminate" {
  command = plan

  assert {
    condition = [
      aws_autoscaling_group.this.instance_maintenance_policy[0].min_healthy_percentage,
      aws_autoscaling_group.this.instance_maintenance_policy[0].max_healthy_percentage,
    ] == [100, 150]
    error_message = "All of the desired instances must stay while others are replaced."
  }
}

run "warm_up_is_written_out" {
  command = plan

  assert {
    condition     = aws_autoscaling_group.this.default_instance_warmup == 20
    error_message = "Unset, AWS would wait as long as the health check's grace period."
  }
}

run "terraform_never_waits_for_or_rolls_instances" {
  command = plan

  assert {
    condition     = aws_autoscaling_group.this.wait_for_capacity_timeout == "0" && length(aws_autoscaling_group.this.instance_refresh) == 0
    error_message = "The release step watches and rolls; Terraform does neither."
  }
}

run "the_group_spans_the_given_subnets" {
  command = plan

  assert {
    condition     = aws_autoscaling_group.this.vpc_zone_identifier == toset(["subnet-1", "subnet-2"])
    error_message = "Instances must be launched in every given subnet."
  }
}

run "scaling_follows_the_requests_for_each_instance" {
  command = plan

  assert {
    condition = [
      aws_autoscaling_policy.requests.policy_type,
      aws_autoscaling_policy.requests.target_tracking_configuration[0].predefined_metric_specification[0].predefined_metric_type,
      aws_autoscaling_policy.requests.target_tracking_configuration[0].predefined_metric_specification[0].resource_label,
      aws_autoscaling_policy.requests.target_tracking_configuration[0].target_value,
      aws_autoscaling_policy.requests.target_tracking_configuration[0].disable_scale_in == true,
    ] == ["TargetTrackingScaling", "ALBRequestCountPerTarget", "app/slipway-test/1/targetgroup/slipway-test/2", 6000, false]
    error_message = "The group must grow and shrink around its requests: processors of a burstable type that is held at its baseline never look busy."
  }
}

run "a_burstable_instance_says_what_it_does_without_credits" {
  command = plan

  assert {
    condition     = one(aws_launch_template.this.credit_specification).cpu_credits == "unlimited"
    error_message = "The default differs from family to family: the template must say it."
  }
}

run "other_instances_know_no_credits" {
  command = plan

  variables {
    instance_type = "m7i.large"
  }

  assert {
    condition     = length(aws_launch_template.this.credit_specification) == 0
    error_message = "EC2 refuses credits for types that have none."
  }
}

run "the_owners_alarm_gets_the_groups_metrics" {
  command = plan

  assert {
    condition     = alltrue([for metric in ["GroupDesiredCapacity", "GroupInServiceInstances"] : contains(aws_autoscaling_group.this.enabled_metrics, metric)])
    error_message = "Both metrics of the alarm must be collected."
  }
}
