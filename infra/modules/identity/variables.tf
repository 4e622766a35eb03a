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
