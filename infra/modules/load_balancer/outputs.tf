output "url" {
  description = "Address of the service, without a trailing slash."
  value       = local.https ? "https://${var.dns.domain}" : "http://${aws_lb.this.dns_name}"
}

output "arn_suffix" {
  description = "End of the load balancer's ARN, by which metrics name it."
  value       = aws_lb.this.arn_suffix
}

output "target_group_arn" {
  description = "ARN of the target group, once a listener forwards to it."
  value       = aws_lb_target_group.this.arn

  # A target group without a listener checks nobody's health, so its instances would never be in
  # service.
  depends_on = [aws_lb_listener.http]
}

output "requests_label" {
  description = "How scaling names the requests of the target group, once a listener forwards to it."
  value       = "${aws_lb.this.arn_suffix}/${aws_lb_target_group.this.arn_suffix}"

  # AWS refuses to follow the requests of a target group that no balancer forwards to.
  depends_on = [aws_lb_listener.http]
}

output "target_group_arn_suffix" {
  description = "End of the target group's ARN, by which metrics name it."
  value       = aws_lb_target_group.this.arn_suffix
}
