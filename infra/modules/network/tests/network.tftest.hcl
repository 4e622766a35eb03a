mock_provider "aws" {
  override_during = plan

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }

  mock_resource "aws_vpc" {
    defaults = { id = "vpc-1", ipv6_cidr_block = "2001:db8:1200::/56" }
  }

  mock_resource "aws_internet_gateway" {
    defaults = { id = "igw-1" }
  }

  mock_resource "aws_nat_gateway" {
    defaults = { id = "nat-1" }
  }

  mock_resource "aws_vpc_endpoint" {
    defaults = { prefix_list_id = "pl-1" }
  }
}

variables {
  name          = "slipway-test"
  cidr_block    = "10.20.0.0/16"
  slots_by_zone = { a = 0, b = 1, c = 2 }
  nat_per_zone  = false
}

run "a_zone_owns_one_private_and_one_public_subnet" {
  command = plan

  assert {
    condition = { for zone, subnet in aws_subnet.private : zone => subnet.cidr_block } == {
      eu-central-1a = "10.20.0.0/20"
      eu-central-1b = "10.20.16.0/20"
      eu-central-1c = "10.20.32.0/20"
    }
    error_message = "Private subnets must be the first slots of the range."
  }

  assert {
    condition = { for zone, subnet in aws_subnet.public : zone => subnet.cidr_block } == {
      eu-central-1a = "10.20.128.0/20"
      eu-central-1b = "10.20.144.0/20"
      eu-central-1c = "10.20.160.0/20"
    }
    error_message = "Public subnets must be the slots of the range's second half."
  }

  assert {
    condition     = alltrue([for zone, subnet in merge(aws_subnet.private, aws_subnet.public) : subnet.availability_zone == zone])
    error_message = "A subnet must lie in the zone that owns its slot."
  }

  assert {
    condition     = length(output.private_subnet_ids) == 3 && length(output.public_subnet_ids) == 3
    error_message = "Every zone must offer both of its subnets."
  }
}

run "taking_a_zone_away_renumbers_nothing" {
  command = plan

  variables {
    slots_by_zone = { b = 1, c = 2 }
  }

  assert {
    condition     = aws_subnet.private["eu-central-1c"].cidr_block == "10.20.32.0/20"
    error_message = "Zone c must keep its private slot 2 when zone a goes away."
  }

  assert {
    condition     = aws_subnet.public["eu-central-1c"].cidr_block == "10.20.160.0/20"
    error_message = "Zone c must keep its public slot 2 when zone a goes away."
  }

  assert {
    condition     = aws_subnet.public["eu-central-1c"].ipv6_cidr_block == "2001:db8:1200:2::/64"
    error_message = "Zone c must keep its IPv6 slot 2 when zone a goes away."
  }
}

run "only_the_public_side_speaks_ipv6" {
  command = plan

  assert {
    condition     = aws_vpc.this.assign_generated_ipv6_cidr_block
    error_message = "The VPC must have an IPv6 range."
  }

  assert {
    condition     = [for subnet in aws_subnet.public : subnet.ipv6_cidr_block] == ["2001:db8:1200::/64", "2001:db8:1200:1::/64", "2001:db8:1200:2::/64"]
    error_message = "Each public subnet must have its own /64."
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.private : subnet.ipv6_cidr_block == null])
    error_message = "Private subnets must have no IPv6 range: nothing there may be reached by it."
  }
}

run "public_subnets_reach_the_internet_gateway_over_both_families" {
  command = plan

  assert {
    condition     = aws_route.public_ipv4.destination_cidr_block == "0.0.0.0/0" && aws_route.public_ipv4.gateway_id == "igw-1"
    error_message = "The public table must send IPv4 to the internet gateway."
  }

  assert {
    condition     = aws_route.public_ipv6.destination_ipv6_cidr_block == "::/0" && aws_route.public_ipv6.gateway_id == "igw-1"
    error_message = "The public table must send IPv6 to the internet gateway."
  }

  assert {
    condition     = length(aws_route_table_association.public) == 3
    error_message = "Every public subnet must use the public table."
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.public : !subnet.map_public_ip_on_launch])
    error_message = "Nothing may get a public address by being launched."
  }
}

run "a_single_nat_gateway_serves_every_zone" {
  command = plan

  assert {
    condition     = keys(aws_nat_gateway.this) == ["eu-central-1a"]
    error_message = "There must be one NAT gateway, in the zone of the lowest slot."
  }

  assert {
    condition     = alltrue([for route in aws_route.private : route.destination_cidr_block == "0.0.0.0/0" && route.nat_gateway_id == "nat-1"])
    error_message = "Every private table must send IPv4 to the NAT gateway."
  }

  assert {
    condition     = length(aws_route_table.private) == 3 && length(aws_route_table_association.private) == 3
    error_message = "Every zone must have a private table of its own, so that nat_per_zone replaces none."
  }
}

run "a_zone_added_later_does_not_move_the_nat_gateway" {
  command = plan

  variables {
    slots_by_zone = { b = 0, c = 1, a = 2 }
  }

  assert {
    condition     = keys(aws_nat_gateway.this) == ["eu-central-1b"]
    error_message = "The NAT gateway must stay with the lowest slot, not with the first letter."
  }
}

run "each_zone_can_have_a_nat_gateway_of_its_own" {
  command = plan

  variables {
    nat_per_zone = true
  }

  assert {
    condition     = keys(aws_nat_gateway.this) == ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
    error_message = "Every zone must have a NAT gateway."
  }
}

run "storage_and_table_are_reached_without_the_nat_gateway" {
  command = plan

  assert {
    condition = [for endpoint in aws_vpc_endpoint.this : endpoint.service_name] == [
      "com.amazonaws.eu-central-1.dynamodb", "com.amazonaws.eu-central-1.s3",
    ]
    error_message = "There must be endpoints for DynamoDB and S3."
  }

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.this : endpoint.vpc_endpoint_type == "Gateway"])
    error_message = "The endpoints must be gateways, which cost nothing."
  }

  assert {
    condition     = output.dynamodb_prefix_list_id == "pl-1"
    error_message = "DynamoDB's prefix list must be the endpoint's."
  }
}

run "the_smallest_range_still_holds_a_load_balancer" {
  command = plan

  variables {
    cidr_block = "10.20.4.0/23"
  }

  assert {
    condition     = aws_subnet.public["eu-central-1a"].cidr_block == "10.20.5.0/27"
    error_message = "A /23 must be cut into subnets of /27."
  }
}

run "refuses_a_range_too_small_for_a_load_balancer" {
  command = plan

  variables {
    cidr_block = "10.20.0.0/24"
  }

  expect_failures = [var.cidr_block]
}

run "refuses_an_address_inside_its_range" {
  command = plan

  variables {
    cidr_block = "10.20.0.1/16"
  }

  expect_failures = [var.cidr_block]
}

run "refuses_an_ipv6_range" {
  command = plan

  variables {
    cidr_block = "2001:db8::/16"
  }

  expect_failures = [var.cidr_block]
}

run "refuses_a_single_zone" {
  command = plan

  variables {
    slots_by_zone = { a = 0 }
  }

  expect_failures = [var.slots_by_zone]
}

run "refuses_the_full_name_of_a_zone" {
  command = plan

  variables {
    slots_by_zone = { eu-central-1a = 0, b = 1 }
  }

  expect_failures = [var.slots_by_zone]
}

run "refuses_a_slot_outside_the_range" {
  command = plan

  variables {
    slots_by_zone = { a = 0, b = 8 }
  }

  expect_failures = [var.slots_by_zone]
}

run "refuses_two_zones_in_one_slot" {
  command = plan

  variables {
    slots_by_zone = { a = 1, b = 1 }
  }

  expect_failures = [var.slots_by_zone]
}
