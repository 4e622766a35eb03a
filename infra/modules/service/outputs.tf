output "group_name" {
  description = "Name of the Auto Scaling group."
  value       = aws_autoscaling_group.this.name
}

output "launch_template_name" {
  description = "Name of the launch template."
  value       = aws_launch_template.this.name
}

output "template" {
  description = "Hash of what an instance is made of, except the release: 12 hex digits."
  value       = local.template
}
