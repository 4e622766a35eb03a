variable "project" {
  description = "Name of the project, as in project.json: the first half of every name."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "Name of the environment: the second half of every name."
  type        = string
  nullable    = false
}

variable "registry_account_id" {
  description = "AWS account that holds the images, 12 digits; null for the environment's own."
  type        = string
  default     = null
}
