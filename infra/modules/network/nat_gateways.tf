locals {
  # The zone with the lowest slot holds the single gateway: a zone added later never moves it.
  nat_home  = [for zone, slot in local.zones : zone if slot == min(values(local.zones)...)][0]
  nat_zones = var.nat_per_zone ? toset(keys(local.zones)) : toset([local.nat_home])
}

resource "aws_eip" "nat" {
  for_each = local.nat_zones

  domain = "vpc"

  tags = { Name = "${var.name}-nat-${each.key}" }

  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  for_each = local.nat_zones

  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.public[each.key].id

  tags = { Name = "${var.name}-${each.key}" }

  # Without a route to the internet the gateway fails, and it stays failed.
  depends_on = [aws_route.public_ipv4]
}
