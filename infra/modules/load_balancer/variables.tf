variable "name" {
  description = "Name of the load balancer and of its target group."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.name)) && !startswith(var.name, "internal-")
    error_message = "name must be at most 32 letters, digits and inner hyphens and not begin with internal-, as Elastic Load Balancing asks."
  }
}

variable "vpc_id" {
  description = "Id of the VPC of the targets."
  type        = string
  nullable    = false
}

variable "subnet_ids" {
  description = "Ids of the public subnets, in at least two zones."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids must name at least two subnets: a load balancer spans two zones."
  }
}

variable "security_group_id" {
  description = "Id of the load balancer's security group."
  type        = string
  nullable    = false
}

variable "app_port" {
  description = "Port on which instances serve."
  type        = number
  nullable    = false
}

variable "health_path" {
  description = "Path that answers 200 while an instance can serve."
  type        = string
  nullable    = false
}

variable "drain_seconds" {
  description = "Seconds that an instance keeps its running requests after it got its last one."
  type        = number
  nullable    = false

  validation {
    condition     = var.drain_seconds >= 0 && var.drain_seconds <= 3600 && floor(var.drain_seconds) == var.drain_seconds
    error_message = "drain_seconds must be a whole number from 0 to 3600."
  }
}

variable "dns" {
  description = "Domain under which the service answers with HTTPS, and the id of its public Route 53 zone; null for plain HTTP."
  type = object({
    domain  = string
    zone_id = string
  })
  default = null

  validation {
    condition     = var.dns == null || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.dns.domain))
    error_message = "dns.domain must be a full domain name in lower case, such as ip.example.com."
  }

  validation {
    condition     = var.dns == null || can(regex("^[A-Z0-9]{1,32}$", var.dns.zone_id))
    error_message = "dns.zone_id must be the id of a hosted zone, such as Z0123456789ABCDEFGHIJ."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the load balancer."
  type        = bool
  nullable    = false
}
