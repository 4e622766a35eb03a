data "aws_region" "current" {}

# The provider puts these on every resource, but neither on what a template tags nor on a group.
data "aws_default_tags" "current" {}

# By its exact name, so that every region and every plan finds the same image. Amazon marks its
# images deprecated after some months: they stay usable, and a plan must still find them.
data "aws_ami" "this" {
  owners             = ["amazon"]
  include_deprecated = true

  filter {
    name   = "name"
    values = [var.ami_name]
  }
}

locals {
  # Only these know credits; EC2 refuses the argument for others.
  burstable = can(regex("^t[0-9]", var.instance_type))

  # Everything that an instance is made of, except the release. The template below is written with
  # it and tagged with its hash: two templates are the same when hash and digest are.
  spec = {
    image_id           = data.aws_ami.this.id
    instance_type      = var.instance_type
    instance_profile   = var.instance_profile_name
    security_group_ids = sort(var.security_group_ids)
    name               = var.name
    tags               = data.aws_default_tags.current.tags
    settings           = local.settings
    script             = local.script

    disk = {
      device    = data.aws_ami.this.root_device_name
      type      = "gp3"
      gigabytes = 12
      encrypted = true
    }

    # Credentials only for who holds a token; a container is one hop further away than its host.
    metadata = {
      endpoint  = "enabled"
      tokens    = "required"
      hop_limit = 2
    }

    # Credits beyond what the type earns cost money (an alarm tells of them); without them a boot that
    # installs Docker would be throttled, and its release blamed.
    cpu_credits = local.burstable ? "unlimited" : null
  }

  template = substr(sha256(jsonencode(local.spec)), 0, 12)

  instance_tags = merge(local.spec.tags, {
    Name     = local.spec.name
    Release  = coalesce(local.release_version, "none")
    Digest   = coalesce(local.image_digest, "none")
    Template = local.template
  })
}

# The name is fixed and the template never replaced. It has no description: a version that the
# release step publishes would have another one, and every plan a difference.
resource "aws_launch_template" "this" {
  name                   = var.name
  image_id               = local.spec.image_id
  instance_type          = local.spec.instance_type
  vpc_security_group_ids = local.spec.security_group_ids
  user_data              = base64encode(local.user_data)

  iam_instance_profile {
    name = local.spec.instance_profile
  }

  block_device_mappings {
    device_name = local.spec.disk.device

    ebs {
      volume_type           = local.spec.disk.type
      volume_size           = local.spec.disk.gigabytes
      encrypted             = local.spec.disk.encrypted
      delete_on_termination = true
    }
  }

  metadata_options {
    http_endpoint               = local.spec.metadata.endpoint
    http_tokens                 = local.spec.metadata.tokens
    http_put_response_hop_limit = local.spec.metadata.hop_limit
  }

  dynamic "credit_specification" {
    for_each = local.spec.cpu_credits[*]

    content {
      cpu_credits = local.spec.cpu_credits
    }
  }

  tag_specifications {
    resource_type = "instance"
    tags          = local.instance_tags
  }

  tag_specifications {
    resource_type = "network-interface"
    tags          = merge(local.spec.tags, { Name = local.spec.name })
  }

  tag_specifications {
    resource_type = "volume"
    tags          = merge(local.spec.tags, { Name = local.spec.name })
  }

  # A rollback publishes on the spec that it knows: this says which spec is the newest.
  tags = {
    Name     = var.name
    Template = local.template
  }

  lifecycle {
    precondition {
      condition     = length(local.user_data) <= 16384
      error_message = "The user data has ${length(local.user_data)} bytes; EC2 takes 16384. Shorten user_data.sh."
    }
  }
}

resource "aws_autoscaling_group" "this" {
  name                      = var.name
  min_size                  = var.release == null ? 0 : var.capacity.min
  max_size                  = var.capacity.max
  vpc_zone_identifier       = var.subnet_ids
  target_group_arns         = [var.target_group_arn]
  health_check_type         = "ELB"
  health_check_grace_period = 60
  default_instance_warmup   = var.rollout.warmup_seconds
  # The release step watches every launch and judges it; Terraform would taint the group.
  wait_for_capacity_timeout = "0"
  enabled_metrics           = ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupPendingInstances", "GroupTotalInstances"]

  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }

  instance_maintenance_policy {
    min_healthy_percentage = 100
    max_healthy_percentage = var.rollout.max_healthy_percentage
  }

  # Part of the group's creation, so no instance ever boots without it. Changed here it would replace
  # the group: after the creation the hook below stands for it.
  initial_lifecycle_hook {
    name                 = local.hook.name
    lifecycle_transition = local.hook.transition
    default_result       = local.hook.default_result
    heartbeat_timeout    = local.hook.heartbeat_seconds
  }

  # Instances get theirs from the template, where a release changes them.
  dynamic "tag" {
    for_each = merge(local.spec.tags, { Name = var.name })

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = false
    }
  }

  lifecycle {
    # The version is moved by rollouts, the desired capacity by scaling, and a suspended process is
    # somebody's pause.
    ignore_changes = [initial_lifecycle_hook, launch_template[0].version, desired_capacity, suspended_processes]
  }
}

# The same hook under the same name: AWS knows one, and takes a change of it while the group serves.
resource "aws_autoscaling_lifecycle_hook" "boot" {
  name                   = local.hook.name
  autoscaling_group_name = aws_autoscaling_group.this.name
  lifecycle_transition   = local.hook.transition
  default_result         = local.hook.default_result
  heartbeat_timeout      = local.hook.heartbeat_seconds
}
