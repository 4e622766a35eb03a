variable "name" {
  description = "Name of the Auto Scaling group and of its launch template, such as harbor-dev."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]{2,127}$", var.name))
    error_message = "name must be 3 to 128 letters, digits and hyphens, as a launch template asks."
  }
}

variable "release" {
  description = "The recorded release, which instances run: its version and its image's digest; null before the first one."
  type = object({
    version = string
    digest  = string
  })
  default = null

  validation {
    condition     = var.release == null || can(regex("^[0-9a-f]{12}$", var.release.version))
    error_message = "release.version must be 12 hex digits. If the ledger holds another, restore an earlier version of that object."
  }

  validation {
    condition     = var.release == null || can(regex("^sha256:[0-9a-f]{64}$", var.release.digest))
    error_message = "release.digest must be sha256: and 64 hex digits. If the ledger holds another, restore an earlier version of that object."
  }
}

variable "ami_name" {
  description = "Exact name of the Amazon Linux 2023 image, looked up in the region. Moved by a change of its own."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^al2023-ami-2023\\.[0-9.]+-kernel-[0-9.]+-x86_64$", var.ami_name))
    error_message = "ami_name must be the full name of an Amazon Linux 2023 image for x86_64, without wildcards, such as al2023-ami-2023.12.20260930.0-kernel-6.1-x86_64."
  }
}

variable "instance_type" {
  description = "EC2 instance type, with x86_64 processors."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9-]+$", var.instance_type))
    error_message = "instance_type must be one of EC2's, such as t3.small."
  }

  validation {
    # Graviton families carry a g after their generation: t4g, m7gd, c8gn, x2gd.
    condition     = !can(regex("^([a-z]+[0-9]+g[a-z-]*|a1)\\.", var.instance_type))
    error_message = "instance_type must have x86_64 processors, as the image and the AMI do; this family is arm64."
  }
}

variable "instance_profile_name" {
  description = "Name of the instance profile, whose rights are attached already."
  type        = string
  nullable    = false
}

variable "security_group_ids" {
  description = "Ids of the security groups that every instance carries."
  type        = list(string)
  nullable    = false
}

variable "subnet_ids" {
  description = "Ids of the private subnets, one per zone."
  type        = list(string)
  nullable    = false
}

variable "target_group_arn" {
  description = "ARN of the target group that the load balancer forwards to."
  type        = string
  nullable    = false
}

variable "container" {
  description = <<-END
    What the instances run.
    - repository_url: where images come from
    - log_group_name: where logs go
    - environment: variables that app/config.py reads; the instance adds RELEASE_VERSION, IMAGE_DIGEST, INSTANCE_ID and AWS's region
  END
  type = object({
    repository_url = string
    log_group_name = string
    environment    = map(string)
  })
  nullable = false

  validation {
    # Both become KEY='value' in the user data, which a shell reads.
    condition     = alltrue([for value in [var.container.repository_url, var.container.log_group_name] : can(regex("^[A-Za-z0-9/._:-]+$", value))])
    error_message = "Values of container must be letters, digits and / . _ : - only: they are settings of a shell script."
  }

  validation {
    # Docker's env-file takes the rest of the line as it is; the shell around it ends at a quote.
    condition = alltrue([
      for name, value in var.container.environment : can(regex("^[A-Z][A-Z0-9_]*$", name)) && can(regex("^[\\x20-\\x26\\x28-\\x7e]+$", value))
    ])
    error_message = "Names in container.environment must be upper-case letters, digits and _; values printable ASCII on one line, without a single quote."
  }

  validation {
    condition     = length(setintersection(keys(var.container.environment), ["RELEASE_VERSION", "IMAGE_DIGEST", "INSTANCE_ID", "AWS_REGION", "AWS_DEFAULT_REGION"])) == 0
    error_message = "container.environment must not name what the instance adds itself: RELEASE_VERSION, IMAGE_DIGEST, INSTANCE_ID, AWS_REGION, AWS_DEFAULT_REGION."
  }
}

variable "visited_paths" {
  description = "Paths that visitors ask for. An instance whose answer to one of them is none, or 5xx, does not come into service."
  type        = list(string)
  nullable    = false

  validation {
    # They stand between the quotes of one setting of a shell script, with spaces between them.
    condition     = length(var.visited_paths) > 0 && alltrue([for path in var.visited_paths : can(regex("^/[A-Za-z0-9/._~?=&%-]*$", path))])
    error_message = "visited_paths must name one at least, and each must begin with / and be letters, digits and / . _ ~ ? = & % - only."
  }
}

variable "capacity" {
  description = "Fewest and most instances once there is a release; before the first one the fewest are none."
  type = object({
    min = number
    max = number
  })
  nullable = false

  validation {
    condition     = var.capacity.min >= 1 && floor(var.capacity.min) == var.capacity.min
    error_message = "capacity.min must be a whole number, at least 1."
  }

  validation {
    condition     = var.capacity.max > var.capacity.min && floor(var.capacity.max) == var.capacity.max
    error_message = "capacity.max must be a whole number above capacity.min: scaling and rollouts need room for one more."
  }
}

variable "requests_per_target" {
  description = "Requests a minute for each instance, around which the group grows and shrinks."
  type        = number
  nullable    = false

  validation {
    condition     = var.requests_per_target >= 1 && floor(var.requests_per_target) == var.requests_per_target
    error_message = "requests_per_target must be a whole number, at least 1."
  }
}

variable "requests_label" {
  description = "The load balancer and the target group whose requests are counted: the ends of both ARNs, joined by a slash."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^app/[^/]+/[^/]+/targetgroup/[^/]+/[^/]+$", var.requests_label))
    error_message = "requests_label must be app/NAME/ID/targetgroup/NAME/ID."
  }
}

variable "rollout" {
  description = "How instances come into service: seconds of warm-up in the group, of unbroken readiness while booting, until a boot is given up; the most instances during a replacement in percent of the desired."
  type = object({
    warmup_seconds         = number
    settle_seconds         = number
    boot_deadline_seconds  = number
    max_healthy_percentage = number
  })
  nullable = false

  validation {
    # The provider does not send a 0, and AWS would take the health check's grace period instead.
    condition     = var.rollout.warmup_seconds >= 1 && floor(var.rollout.warmup_seconds) == var.rollout.warmup_seconds
    error_message = "rollout.warmup_seconds must be a whole number, at least 1."
  }

  validation {
    condition     = var.rollout.settle_seconds >= 1 && floor(var.rollout.settle_seconds) == var.rollout.settle_seconds
    error_message = "rollout.settle_seconds must be a whole number, at least 1."
  }

  validation {
    condition     = var.rollout.boot_deadline_seconds >= var.rollout.settle_seconds + 30 && floor(var.rollout.boot_deadline_seconds) == var.rollout.boot_deadline_seconds
    error_message = "rollout.boot_deadline_seconds must be a whole number, at least 30 above rollout.settle_seconds."
  }

  validation {
    # The hook waits a minute longer than the boot, and AWS lets it wait two hours.
    condition     = var.rollout.boot_deadline_seconds <= 7140
    error_message = "rollout.boot_deadline_seconds must be at most 7140."
  }

  validation {
    condition     = var.rollout.max_healthy_percentage > 100 && var.rollout.max_healthy_percentage <= 200 && floor(var.rollout.max_healthy_percentage) == var.rollout.max_healthy_percentage
    error_message = "rollout.max_healthy_percentage must be a whole number from 101 to 200: a new instance is launched before an old one ends."
  }
}
