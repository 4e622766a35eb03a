output "log_group_name" {
  description = "Name of the log group, once it exists."
  value       = aws_cloudwatch_log_group.this.name
}

output "gate_alarm_names" {
  description = "Names of the alarms that stop a rollout, sorted."
  value = sort([
    aws_cloudwatch_metric_alarm.target_errors.alarm_name,
    aws_cloudwatch_metric_alarm.balancer_errors.alarm_name,
    aws_cloudwatch_metric_alarm.latency.alarm_name,
  ])
}
