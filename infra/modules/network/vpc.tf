data "aws_region" "current" {}

locals {
  zones = { for letter, slot in var.slots_by_zone : "${data.aws_region.current.name}${letter}" => slot }
}

resource "aws_vpc" "this" {
  cidr_block                       = var.cidr_block
  assign_generated_ipv6_cidr_block = true

  tags = { Name = var.name }
}
