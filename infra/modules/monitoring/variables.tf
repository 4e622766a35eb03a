variable "name" {
  description = "Prefix of every name, such as harbor-dev."
  type        = string
  nullable    = false
}

variable "log_group_name" {
  description = "Name of the log group of boots and containers."
  type        = string
  nullable    = false
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  nullable    = false

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.log_retention_days,
    )
    error_message = "log_retention_days must be one that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "group_name" {
  description = "Name of the Auto Scaling group that is watched."
  type        = string
  nullable    = false
}

variable "load_balancer_arn_suffix" {
  description = "End of the load balancer's ARN, by which metrics name it."
  type        = string
  nullable    = false
}

variable "target_group_arn_suffix" {
  description = "End of the target group's ARN, by which metrics name it."
  type        = string
  nullable    = false
}

variable "gate" {
  description = "How long a rollout's alarms look before they speak: the length of a period and how many of them."
  type = object({
    period_seconds = number
    evaluations    = number
  })
  nullable = false

  validation {
    condition     = var.gate.period_seconds >= 60 && var.gate.period_seconds % 60 == 0
    error_message = "gate.period_seconds must be a multiple of 60: load balancers report once a minute."
  }

  validation {
    condition     = var.gate.evaluations >= 1 && floor(var.gate.evaluations) == var.gate.evaluations
    error_message = "gate.evaluations must be a whole number, at least 1."
  }

  validation {
    condition     = var.gate.period_seconds * var.gate.evaluations <= 86400
    error_message = "gate.period_seconds times gate.evaluations must be at most a day, as CloudWatch asks."
  }
}

variable "alert_emails" {
  description = "Addresses that get the alarms. Each has to confirm its subscription once."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "alert_emails must be e-mail addresses."
  }
}
