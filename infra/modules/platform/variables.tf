variable "project" {
  description = "Name of the project, as in project.json: the first half of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*[a-z0-9]$", var.project)) && !startswith(var.project, "aws") && !startswith(var.project, "ssm")
    error_message = "project must be lower-case letters, digits and inner hyphens and not begin with aws or ssm."
  }
}

variable "environment" {
  description = "Name of the environment: the second half of every name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*$", var.environment))
    error_message = "environment must be lower-case letters and digits and begin with a letter."
  }

  validation {
    condition     = length("${var.project}-${var.environment}") <= 32
    error_message = "project and environment must have at most 31 characters together: a load balancer's name has 32."
  }
}

variable "registry_account_id" {
  description = "AWS account that holds the images, 12 digits; null for the environment's own."
  type        = string
  default     = null
}

variable "network" {
  description = <<-END
    Where the instances live.
    - cidr_block: IPv4 range of the VPC; another one replaces the network and all that is in it
    - slots_by_zone: the slot of the range that each zone owns; another slot replaces the zone's subnets, another zone none
    - nat_per_zone: whether each zone has a NAT gateway of its own
  END
  type = object({
    cidr_block    = string
    slots_by_zone = map(number)
    nat_per_zone  = bool
  })
  nullable = false
}

variable "dns" {
  description = "Domain under which the service answers with HTTPS, and the id of its public Route 53 zone; null for plain HTTP."
  type = object({
    domain  = string
    zone_id = string
  })
  default = null
}

variable "ssh_cidr_blocks" {
  description = "IPv4 ranges from which instances accept SSH. None by default: Session Manager is the way in."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "ami_name" {
  description = "Exact name of the Amazon Linux 2023 image. Moved by a change of its own."
  type        = string
  nullable    = false
}

variable "instance_type" {
  description = "EC2 instance type, with x86_64 processors."
  type        = string
  nullable    = false
}

variable "capacity" {
  description = "Fewest and most instances."
  type = object({
    min = number
    max = number
  })
  nullable = false
}

variable "requests_per_target" {
  description = <<-END
    Requests a minute for each instance, around which the group grows and shrinks. About half of what the instance type
    answers without borrowing credits, so that the others carry the load of a lost one: at 1 ms of processor for a
    request, 6000 for a t3.micro (10 % of two processors) and 12000 for a t3.small (20 %).
  END
  type        = number
  nullable    = false
}

variable "rollout" {
  description = <<-END
    How a release reaches the instances.
    - canary: whether one instance goes first, alone
    - canary_pause_seconds: how long that one serves before the others follow; 0 without a canary
    - bake_seconds: how long all of them serve before the release counts
    - warmup_seconds: how long an instance in service is not counted yet
    - max_healthy_percentage: most instances during a replacement, in percent of the desired ones
    - failed_instances: how many instances may fail after the canary before the rollout stops
    - settle_seconds: how long a booting instance has to be ready without a break
    - boot_deadline_seconds: when a boot is given up
    - drain_seconds: how long an instance keeps its running requests after it got its last one
  END
  type = object({
    canary                 = bool
    canary_pause_seconds   = number
    bake_seconds           = number
    warmup_seconds         = number
    max_healthy_percentage = number
    failed_instances       = number
    settle_seconds         = number
    boot_deadline_seconds  = number
    drain_seconds          = number
  })
  nullable = false

  validation {
    condition = alltrue([
      for seconds in [var.rollout.canary_pause_seconds, var.rollout.bake_seconds] :
      seconds >= 0 && seconds <= 172800 && floor(seconds) == seconds
    ])
    error_message = "rollout.canary_pause_seconds and rollout.bake_seconds must be whole numbers up to 172800, two days."
  }

  validation {
    # A load balancer's metrics take up to two minutes to arrive.
    condition     = var.rollout.bake_seconds >= var.gate.period_seconds * var.gate.evaluations + 120
    error_message = "rollout.bake_seconds must be at least gate.period_seconds times gate.evaluations plus 120, so that an alarm can still stop the rollout."
  }

  validation {
    condition     = !var.rollout.canary || var.rollout.canary_pause_seconds >= var.gate.period_seconds * var.gate.evaluations + 120
    error_message = "rollout.canary_pause_seconds must be at least gate.period_seconds times gate.evaluations plus 120, so that an alarm can speak before the others follow."
  }

  validation {
    condition     = var.rollout.canary || var.rollout.canary_pause_seconds == 0
    error_message = "rollout.canary_pause_seconds must be 0 without a canary: nothing pauses."
  }

  validation {
    condition     = var.rollout.failed_instances >= 1 && floor(var.rollout.failed_instances) == var.rollout.failed_instances
    error_message = "rollout.failed_instances must be a whole number, at least 1."
  }
}

variable "gate" {
  description = "How long a rollout's alarms look before they speak: the length of a period and how many of them."
  type = object({
    period_seconds = number
    evaluations    = number
  })
  nullable = false
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the table and the load balancer."
  type        = bool
  nullable    = false
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  nullable    = false
}

variable "alert_emails" {
  description = "Addresses that get the alarms. Each has to confirm its subscription once."
  type        = set(string)
  default     = []
  nullable    = false
}
