# By requests, not by processor: a burstable instance without credits is held at its baseline, 10 or
# 20 % of its processors, and would never look busy. The service waits for nothing but the table, so
# requests say how much there is to do.
resource "aws_autoscaling_policy" "requests" {
  name                   = "${var.name}-requests"
  autoscaling_group_name = aws_autoscaling_group.this.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = var.requests_per_target

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = var.requests_label
    }
  }
}
