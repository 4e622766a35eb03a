output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "public_subnet_ids" {
  description = "Ids of the public subnets, for the load balancer; usable once the internet gateway is routed."
  value       = [for subnet in aws_subnet.public : subnet.id]

  depends_on = [aws_route.public_ipv4, aws_route.public_ipv6, aws_route_table_association.public]
}

output "private_subnet_ids" {
  description = "Ids of the private subnets, for the instances; usable once their way out is routed."
  value       = [for subnet in aws_subnet.private : subnet.id]

  # An instance that boots without its routes cannot install or pull anything.
  depends_on = [aws_route.private, aws_route_table_association.private, aws_vpc_endpoint.this]
}

output "dynamodb_prefix_list_id" {
  description = "Id of DynamoDB's prefix list, for the egress rule of what uses the table."
  value       = aws_vpc_endpoint.this["dynamodb"].prefix_list_id
}
