locals {
  hook_name = "boot"

  # A release changes these two lines and no other: each matches exactly once in the whole text.
  release_version = try(var.release.version, "")
  image_digest    = try(var.release.digest, "")

  # Stopping takes longer than the application's own graceful 30 seconds. The load balancer, and
  # nothing else, stands before the instances: one trusted proxy.
  settings = <<-END
    REPOSITORY_URL='${var.container.repository_url}'
    REGION='${data.aws_region.current.name}'
    GROUP_NAME='${var.name}'
    HOOK_NAME='${local.hook_name}'
    LOG_GROUP='${var.container.log_group_name}'
    TABLE_NAME='${var.container.table_name}'
    SETTLE_SECONDS='${var.rollout.settle_seconds}'
    BOOT_DEADLINE_SECONDS='${var.rollout.boot_deadline_seconds}'
    STOP_SECONDS='40'
    TRUSTED_PROXIES='1'
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
