variable "name" {
  description = "Prefix of every name, such as harbor-dev."
  type        = string
  nullable    = false
}

variable "vpc_id" {
  description = "Id of the VPC whose groups these are."
  type        = string
  nullable    = false
}

variable "dynamodb_prefix_list_id" {
  description = "Id of DynamoDB's prefix list in this region."
  type        = string
  nullable    = false
}

variable "app_port" {
  description = "Port on which instances serve."
  type        = number
  nullable    = false
}

variable "ssh_cidr_blocks" {
  description = "IPv4 ranges from which instances accept SSH. None by default: Session Manager is the way in."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for block in var.ssh_cidr_blocks : can(cidrnetmask(block))])
    error_message = "ssh_cidr_blocks must be IPv4 ranges, such as 198.51.100.0/24."
  }

  validation {
    condition     = alltrue([for block in var.ssh_cidr_blocks : !endswith(block, "/0")])
    error_message = "ssh_cidr_blocks must not open SSH to the whole internet."
  }
}
