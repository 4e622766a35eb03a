output "load_balancer_group_id" {
  description = "Id of the load balancer's group."
  value       = aws_security_group.load_balancer.id
}

output "instance_group_ids" {
  description = "Ids of the two groups that every instance carries: web and database."
  value       = [aws_security_group.web.id, aws_security_group.database.id]

  # The first instance needs its way out from its first second.
  depends_on = [
    aws_vpc_security_group_ingress_rule.web,
    aws_vpc_security_group_egress_rule.web,
    aws_vpc_security_group_egress_rule.database,
  ]
}
