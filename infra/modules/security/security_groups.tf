locals {
  world = { ipv4 = "0.0.0.0/0", ipv6 = "::/0" }

  entrances = {
    for pair in setproduct(["80", "443"], keys(local.world)) :
    "${pair[0]}-${pair[1]}" => { port = tonumber(pair[0]), family = pair[1] }
  }
}

# What names no group gets the default one, which therefore allows nothing.
resource "aws_default_security_group" "this" {
  vpc_id  = var.vpc_id
  ingress = []
  egress  = []

  tags = { Name = "${var.name}-default-unused" }
}

# The load balancer: from the world, to the instances.
resource "aws_security_group" "load_balancer" {
  name        = "${var.name}-load-balancer"
  description = "World to load balancer to instances"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-load-balancer" }
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer" {
  for_each = local.entrances

  security_group_id = aws_security_group.load_balancer.id
  description       = "Port ${each.value.port} from the world over ${each.value.family}"
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = each.value.family == "ipv4" ? local.world.ipv4 : null
  cidr_ipv6         = each.value.family == "ipv6" ? local.world.ipv6 : null
}

resource "aws_vpc_security_group_egress_rule" "load_balancer" {
  security_group_id            = aws_security_group.load_balancer.id
  description                  = "Requests and health checks to the instances"
  ip_protocol                  = "tcp"
  from_port                    = var.app_port
  to_port                      = var.app_port
  referenced_security_group_id = aws_security_group.web.id
}

# The instances: from the load balancer, to AWS and the registry.
resource "aws_security_group" "web" {
  name        = "${var.name}-web"
  description = "Load balancer to instances to AWS APIs"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-web" }
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id            = aws_security_group.web.id
  description                  = "Requests and health checks from the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = var.app_port
  to_port                      = var.app_port
  referenced_security_group_id = aws_security_group.load_balancer.id
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  for_each = var.ssh_cidr_blocks

  security_group_id = aws_security_group.web.id
  description       = "SSH from ${each.value}"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = each.value
}

resource "aws_vpc_security_group_egress_rule" "web" {
  security_group_id = aws_security_group.web.id
  description       = "Packages, the registry and AWS APIs"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = local.world.ipv4
}

# Who carries this group may reach the table; DynamoDB is no network host, so there is no ingress.
resource "aws_security_group" "database" {
  name        = "${var.name}-database"
  description = "Instances to DynamoDB"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-database" }
}

resource "aws_vpc_security_group_egress_rule" "database" {
  security_group_id = aws_security_group.database.id
  description       = "DynamoDB through its gateway endpoint"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  prefix_list_id    = var.dynamodb_prefix_list_id
}
