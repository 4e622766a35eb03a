# What the owner hears of and no rollout does: a rollout launches and terminates on purpose.
resource "aws_cloudwatch_metric_alarm" "fewer_in_service" {
  alarm_name          = "${var.name}-fewer-in-service"
  alarm_description   = "For ten minutes fewer instances than desired have been in service."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]

  metric_query {
    id          = "missing"
    label       = "Instances missing"
    expression  = "desired - in_service"
    return_data = true
  }

  metric_query {
    id = "desired"

    metric {
      namespace   = "AWS/AutoScaling"
      metric_name = "GroupDesiredCapacity"
      dimensions  = { AutoScalingGroupName = var.group_name }
      stat        = "Minimum"
      period      = 60
    }
  }

  metric_query {
    id = "in_service"

    metric {
      namespace   = "AWS/AutoScaling"
      metric_name = "GroupInServiceInstances"
      dimensions  = { AutoScalingGroupName = var.group_name }
      stat        = "Maximum"
      period      = 60
    }
  }

  tags = { Name = "${var.name}-fewer-in-service" }
}

# More than the instances earn in a day: from here on each further credit is paid for. Types that know
# no credits have no such metric.
resource "aws_cloudwatch_metric_alarm" "surplus_credits" {
  alarm_name          = "${var.name}-surplus-credits"
  alarm_description   = "Instances use more processor than their type includes, which costs extra: take a larger type, or lower requests_per_target."
  namespace           = "AWS/EC2"
  metric_name         = "CPUSurplusCreditsCharged"
  dimensions          = { AutoScalingGroupName = var.group_name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]

  tags = { Name = "${var.name}-surplus-credits" }
}

# CloudWatch counts no failed launches, EventBridge announces each.
resource "aws_cloudwatch_event_rule" "launch_failures" {
  name        = "${var.name}-launch-failures"
  description = "Launches of ${var.group_name} that failed: capacity, limits, rights."

  event_pattern = jsonencode({
    source        = ["aws.autoscaling"]
    "detail-type" = ["EC2 Instance Launch Unsuccessful"]
    detail        = { AutoScalingGroupName = [var.group_name] }
  })

  tags = { Name = "${var.name}-launch-failures" }
}

resource "aws_cloudwatch_event_target" "launch_failures" {
  rule      = aws_cloudwatch_event_rule.launch_failures.name
  target_id = "alerts"
  arn       = aws_sns_topic.alerts.arn
}
