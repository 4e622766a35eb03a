locals {
  # AWS gives up a minute after the instance itself should have.
  hook = {
    name              = "boot"
    transition        = "autoscaling:EC2_INSTANCE_LAUNCHING"
    default_result    = "ABANDON"
    heartbeat_seconds = var.rollout.boot_deadline_seconds + 60
  }

  # A release changes these two lines and no other: each matches exactly once in the whole text.
  release_version = try(var.release.version, "")
  image_digest    = try(var.release.digest, "")

  # What app/config.py reads, but for what the instance itself knows: one KEY=value a line.
  environment = join("\n", [for name, value in var.container.environment : "${name}=${value}"])

  # Stopping takes longer than the application's own graceful 30 seconds.
  settings = <<-END
    REPOSITORY_URL='${var.container.repository_url}'
    REGION='${data.aws_region.current.name}'
    GROUP_NAME='${var.name}'
    HOOK_NAME='${local.hook.name}'
    LOG_GROUP='${var.container.log_group_name}'
    SETTLE_SECONDS='${var.rollout.settle_seconds}'
    BOOT_DEADLINE_SECONDS='${var.rollout.boot_deadline_seconds}'
    STOP_SECONDS='40'
    VISITED_PATHS='${join(" ", var.visited_paths)}'
    CONTAINER_ENVIRONMENT='${local.environment}'
  END

  script = file("${path.module}/user_data.sh")

  user_data = <<-END
    #!/bin/bash
    RELEASE_VERSION='${local.release_version}'
    IMAGE_DIGEST='${local.image_digest}'
    ${local.settings}
    ${local.script}
  END
}
