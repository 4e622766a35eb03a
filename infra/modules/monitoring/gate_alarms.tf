# Alarms that a rollout gives to the instance refresh. An alarm without data would refuse the
# start, and a quiet service has none: missing data is not breaching. Outside rollouts the owner
# hears of them too.
locals {
  balancer = { LoadBalancer = var.load_balancer_arn_suffix }
  targets  = merge(local.balancer, { TargetGroup = var.target_group_arn_suffix })
}

# A share, not a count, so that it means the same at every load.
resource "aws_cloudwatch_metric_alarm" "target_errors" {
  alarm_name          = "${var.name}-target-errors"
  alarm_description   = "More than 5 % of the instances' answers are 5xx."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  evaluation_periods  = var.gate.evaluations
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]

  metric_query {
    id          = "share"
    label       = "5xx answers in percent"
    expression  = "100 * errors / requests"
    return_data = true
  }

  metric_query {
    id = "errors"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5XX_Count"
      dimensions  = local.targets
      stat        = "Sum"
      period      = var.gate.period_seconds
    }
  }

  metric_query {
    id = "requests"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "RequestCount"
      dimensions  = local.targets
      stat        = "Sum"
      period      = var.gate.period_seconds
    }
  }

  tags = { Name = "${var.name}-target-errors" }
}

# The balancer's own 502, 503 and 504: instances that refuse, reset or do not answer at all. Not its
# sum of 5xx, which has 501, 505 and 561 in it as well: any client can provoke those, and would stop
# rollouts at will. A status that does not occur has no data, not a zero.
locals {
  failing = { bad_gateway = 502, unavailable = 503, timeout = 504 }
}

resource "aws_cloudwatch_metric_alarm" "balancer_errors" {
  alarm_name          = "${var.name}-balancer-errors"
  alarm_description   = "The load balancer itself answered 502, 503 or 504, five times a minute or more."
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 5 * var.gate.period_seconds / 60
  evaluation_periods  = var.gate.evaluations
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]

  metric_query {
    id          = "failed"
    label       = "Answers 502, 503 and 504"
    expression  = join(" + ", [for id in keys(local.failing) : "FILL(${id}, 0)"])
    return_data = true
  }

  dynamic "metric_query" {
    for_each = local.failing

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = "HTTPCode_ELB_${metric_query.value}_Count"
        dimensions  = local.balancer
        stat        = "Sum"
        period      = var.gate.period_seconds
      }
    }
  }

  tags = { Name = "${var.name}-balancer-errors" }
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "${var.name}-latency"
  alarm_description   = "One answer in a hundred takes longer than a second."
  namespace           = "AWS/ApplicationELB"
  metric_name         = "TargetResponseTime"
  dimensions          = local.targets
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  period              = var.gate.period_seconds
  evaluation_periods  = var.gate.evaluations
  treat_missing_data  = "notBreaching"
  # One slow answer among ten is no percentile.
  evaluate_low_sample_count_percentiles = "ignore"
  alarm_actions                         = [aws_sns_topic.alerts.arn]
  ok_actions                            = [aws_sns_topic.alerts.arn]

  tags = { Name = "${var.name}-latency" }
}
