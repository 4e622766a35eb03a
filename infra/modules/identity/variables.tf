variable "name" {
  description = "Prefix of every name, such as slipway-dev."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,55}$", var.name))
    error_message = "name must be at most 55 letters, digits or +=,.@_- so that the role's name, with its suffix, is one that IAM accepts."
  }
}

variable "group_name" {
  description = "Name of the Auto Scaling group whose launches the instances complete. By name: the group comes after its role."
  type        = string
  nullable    = false
}

variable "table_arn" {
  description = "ARN of the table that the application uses."
  type        = string
  nullable    = false
}

variable "repository_arn" {
  description = "ARN of the repository from which instances pull."
  type        = string
  nullable    = false
}

variable "log_group_arn" {
  description = "ARN of the log group to which instances write."
  type        = string
  nullable    = false
}
