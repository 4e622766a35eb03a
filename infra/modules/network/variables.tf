variable "name" {
  description = "Prefix of every name, such as harbor-dev."
  type        = string
  nullable    = false
}

variable "cidr_block" {
  description = "IPv4 range of the VPC. It is cut into sixteen equal subnets: eight private ones, then eight public ones."
  type        = string
  nullable    = false

  validation {
    # A /23 makes subnets of /27, the smallest in which AWS puts a load balancer.
    condition = (
      can(cidrnetmask(var.cidr_block)) &&
      try(cidrhost(var.cidr_block, 0) == split("/", var.cidr_block)[0], false) &&
      try(tonumber(split("/", var.cidr_block)[1]) >= 16 && tonumber(split("/", var.cidr_block)[1]) <= 23, false)
    )
    error_message = "cidr_block must be an IPv4 network address of /16 to /23, such as 10.20.0.0/16."
  }
}

variable "slots_by_zone" {
  description = "Slot of the range, 0 to 7, that each availability zone owns; a zone is named by its letter in the region."
  type        = map(number)
  nullable    = false

  validation {
    condition     = length(var.slots_by_zone) >= 2
    error_message = "slots_by_zone must name at least two zones: the load balancer refuses one."
  }

  validation {
    condition     = alltrue([for zone in keys(var.slots_by_zone) : can(regex("^[a-z]$", zone))])
    error_message = "Keys of slots_by_zone must be zone letters, such as a for eu-central-1a."
  }

  validation {
    condition     = alltrue([for slot in values(var.slots_by_zone) : contains(range(8), slot)])
    error_message = "Slots of slots_by_zone must be whole numbers from 0 to 7."
  }

  validation {
    condition     = length(distinct(values(var.slots_by_zone))) == length(var.slots_by_zone)
    error_message = "Each zone of slots_by_zone must own a slot of its own."
  }
}

variable "nat_per_zone" {
  description = "One NAT gateway in every zone, or a single one: cheaper, but its zone takes the others' way out with it."
  type        = bool
  nullable    = false
}
