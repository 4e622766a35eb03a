mock_provider "aws" {
  override_during = plan
}

override_resource {
  target          = aws_security_group.load_balancer
  override_during = plan
  values          = { id = "sg-balancer" }
}

override_resource {
  target          = aws_security_group.web
  override_during = plan
  values          = { id = "sg-web" }
}

override_resource {
  target          = aws_security_group.database
  override_during = plan
  values          = { id = "sg-database" }
}

variables {
  name                    = "slipway-test"
  vpc_id                  = "vpc-1"
  dynamodb_prefix_list_id = "pl-dynamodb"
  app_port                = 5000
}

run "the_world_reaches_the_balancer_on_80_and_443_only" {
  command = plan

  assert {
    condition = {
      for key, rule in aws_vpc_security_group_ingress_rule.load_balancer :
      key => [rule.security_group_id, rule.ip_protocol, rule.from_port, rule.to_port, coalesce(rule.cidr_ipv4, rule.cidr_ipv6)]
      } == {
      "80-ipv4"  = ["sg-balancer", "tcp", 80, 80, "0.0.0.0/0"]
      "80-ipv6"  = ["sg-balancer", "tcp", 80, 80, "::/0"]
      "443-ipv4" = ["sg-balancer", "tcp", 443, 443, "0.0.0.0/0"]
      "443-ipv6" = ["sg-balancer", "tcp", 443, 443, "::/0"]
    }
    error_message = "The balancer must take HTTP and HTTPS from the world over both families, and nothing else."
  }

  assert {
    condition     = output.load_balancer_group_id == "sg-balancer"
    error_message = "The balancer must carry its own group."
  }
}

run "the_balancer_reaches_the_instances_on_5000_only" {
  command = plan

  assert {
    condition = [
      aws_vpc_security_group_egress_rule.load_balancer.security_group_id,
      aws_vpc_security_group_egress_rule.load_balancer.referenced_security_group_id,
      aws_vpc_security_group_egress_rule.load_balancer.ip_protocol,
      aws_vpc_security_group_egress_rule.load_balancer.from_port,
      aws_vpc_security_group_egress_rule.load_balancer.to_port,
    ] == ["sg-balancer", "sg-web", "tcp", 5000, 5000]
    error_message = "The balancer's only way out must be to port 5000 of the instances."
  }
}

run "the_instances_take_5000_from_the_balancer_only" {
  command = plan

  assert {
    condition = [
      aws_vpc_security_group_ingress_rule.web.security_group_id,
      aws_vpc_security_group_ingress_rule.web.referenced_security_group_id,
      aws_vpc_security_group_ingress_rule.web.ip_protocol,
      aws_vpc_security_group_ingress_rule.web.from_port,
      aws_vpc_security_group_ingress_rule.web.to_port,
    ] == ["sg-web", "sg-balancer", "tcp", 5000, 5000]
    error_message = "The instances' only way in must be from the balancer to port 5000."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.web.cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.web.cidr_ipv6 == null
    error_message = "No address range may reach the instances."
  }
}

run "the_instances_reach_443_and_nothing_else" {
  command = plan

  assert {
    condition = [
      aws_vpc_security_group_egress_rule.web.security_group_id,
      aws_vpc_security_group_egress_rule.web.cidr_ipv4,
      aws_vpc_security_group_egress_rule.web.ip_protocol,
      aws_vpc_security_group_egress_rule.web.from_port,
      aws_vpc_security_group_egress_rule.web.to_port,
    ] == ["sg-web", "0.0.0.0/0", "tcp", 443, 443]
    error_message = "The instances must reach HTTPS: packages, the registry, AWS APIs."
  }

  assert {
    condition = [
      aws_vpc_security_group_egress_rule.database.security_group_id,
      aws_vpc_security_group_egress_rule.database.prefix_list_id,
      aws_vpc_security_group_egress_rule.database.ip_protocol,
      aws_vpc_security_group_egress_rule.database.from_port,
      aws_vpc_security_group_egress_rule.database.to_port,
    ] == ["sg-database", "pl-dynamodb", "tcp", 443, 443]
    error_message = "The database group must reach DynamoDB's prefix list on 443."
  }

  assert {
    condition     = output.instance_group_ids == ["sg-web", "sg-database"]
    error_message = "Every instance must carry the web and the database group."
  }
}

run "ssh_is_closed_by_default" {
  command = plan

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.ssh) == 0
    error_message = "Without CIDR blocks nothing may reach port 22."
  }
}

run "ssh_is_open_to_the_given_ranges_only" {
  command = plan

  variables {
    ssh_cidr_blocks = ["198.51.100.0/24", "203.0.113.7/32"]
  }

  assert {
    condition = [
      for rule in aws_vpc_security_group_ingress_rule.ssh :
      [rule.security_group_id, rule.ip_protocol, rule.from_port, rule.to_port, rule.cidr_ipv4]
      ] == [
      ["sg-web", "tcp", 22, 22, "198.51.100.0/24"],
      ["sg-web", "tcp", 22, 22, "203.0.113.7/32"],
    ]
    error_message = "Port 22 must be open to exactly the given ranges."
  }
}

run "the_default_group_allows_nothing" {
  command = plan

  assert {
    condition     = aws_default_security_group.this.vpc_id == "vpc-1"
    error_message = "The VPC's default group must be taken over."
  }

  assert {
    condition     = length(aws_default_security_group.this.ingress) == 0 && length(aws_default_security_group.this.egress) == 0
    error_message = "The default group must have no rules."
  }
}

run "refuses_what_is_no_range" {
  command = plan

  variables {
    ssh_cidr_blocks = ["198.51.100.7"]
  }

  expect_failures = [var.ssh_cidr_blocks]
}

run "refuses_ssh_from_the_whole_internet" {
  command = plan

  variables {
    ssh_cidr_blocks = ["0.0.0.0/0"]
  }

  expect_failures = [var.ssh_cidr_blocks]
}
