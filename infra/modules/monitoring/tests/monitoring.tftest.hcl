mock_provider "aws" {
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-central-1:111122223333:slipway-test-alerts" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:111122223333:log-group:/slipway/test" }
  }
}

variables {
  name                     = "slipway-test"
  log_group_name           = "/slipway/test"
  log_retention_days       = 14
  group_name               = "slipway-test"
  load_balancer_arn_suffix = "app/slipway-test/1"
  target_group_arn_suffix  = "targetgroup/slipway-test/2"
  gate                     = { period_seconds = 60, evaluations = 2 }
}

run "logs_are_kept_for_a_limited_time" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/slipway/test" && aws_cloudwatch_log_group.this.retention_in_days == 14
    error_message = "The log group must keep logs as long as asked."
  }

  assert {
    condition     = output.log_group_name == "/slipway/test"
    error_message = "The outputs must name the log group."
  }
}

run "three_alarms_stop_a_rollout" {
  command = plan

  assert {
    condition     = output.gate_alarm_names == tolist(["slipway-test-balancer-errors", "slipway-test-latency", "slipway-test-target-errors"])
    error_message = "A rollout must be stopped by errors of the targets, errors of the balancer, and latency."
  }
}

run "a_quiet_service_does_not_refuse_a_rollout" {
  command = plan

  assert {
    condition = alltrue([
      for alarm in [
        aws_cloudwatch_metric_alarm.target_errors, aws_cloudwatch_metric_alarm.balancer_errors,
        aws_cloudwatch_metric_alarm.latency, aws_cloudwatch_metric_alarm.fewer_in_service,
        aws_cloudwatch_metric_alarm.surplus_credits,
      ] : alarm.treat_missing_data == "notBreaching"
    ])
    error_message = "Without requests there is no data: it must not count as breaching."
  }
}

run "gates_look_as_long_as_asked" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.latency.period == 60 && aws_cloudwatch_metric_alarm.latency.evaluation_periods == 2
    error_message = "Period and evaluations must be the gate's."
  }

  assert {
    condition = alltrue([
      for alarm in [aws_cloudwatch_metric_alarm.balancer_errors, aws_cloudwatch_metric_alarm.target_errors] :
      alarm.evaluation_periods == 2 && alltrue([
        for query in alarm.metric_query : alltrue([for metric in query.metric : metric.period == 60])
      ])
    ])
    error_message = "Period and evaluations of what is calculated must be the gate's."
  }
}

run "a_twentieth_of_bad_answers_is_too_much" {
  command = plan

  assert {
    condition = [
      aws_cloudwatch_metric_alarm.target_errors.comparison_operator, aws_cloudwatch_metric_alarm.target_errors.threshold,
      [for query in aws_cloudwatch_metric_alarm.target_errors.metric_query : query.expression if query.return_data == true],
    ] == ["GreaterThanThreshold", 5, ["100 * errors / requests"]]
    error_message = "More than 5 percent of 5xx answers must raise the alarm."
  }

  assert {
    condition = {
      for query in aws_cloudwatch_metric_alarm.target_errors.metric_query : query.id =>
      [for metric in query.metric : [metric.namespace, metric.metric_name, metric.stat, [metric.dimensions["LoadBalancer"], metric.dimensions["TargetGroup"]]]]
      } == {
      share    = []
      errors   = [["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum", ["app/slipway-test/1", "targetgroup/slipway-test/2"]]]
      requests = [["AWS/ApplicationELB", "RequestCount", "Sum", ["app/slipway-test/1", "targetgroup/slipway-test/2"]]]
    }
    error_message = "The share must be of this target group's answers."
  }
}

run "the_balancers_own_errors_are_counted_per_minute" {
  command = plan

  variables {
    gate = { period_seconds = 120, evaluations = 1 }
  }

  assert {
    condition = {
      for query in aws_cloudwatch_metric_alarm.balancer_errors.metric_query : query.id =>
      [for metric in query.metric : [metric.namespace, metric.metric_name, metric.stat, metric.dimensions["LoadBalancer"]]]
      } == {
      failed      = []
      bad_gateway = [["AWS/ApplicationELB", "HTTPCode_ELB_502_Count", "Sum", "app/slipway-test/1"]]
      timeout     = [["AWS/ApplicationELB", "HTTPCode_ELB_504_Count", "Sum", "app/slipway-test/1"]]
      unavailable = [["AWS/ApplicationELB", "HTTPCode_ELB_503_Count", "Sum", "app/slipway-test/1"]]
    }
    error_message = "The balancer's own 502, 503 and 504 must be watched, and no 501 or 505, which any client can provoke."
  }

  assert {
    condition = [
      for query in aws_cloudwatch_metric_alarm.balancer_errors.metric_query : query.expression if query.return_data == true
    ] == ["FILL(bad_gateway, 0) + FILL(timeout, 0) + FILL(unavailable, 0)"]
    error_message = "The three must be added; one that does not occur has no data."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.balancer_errors.threshold == 10
    error_message = "Five a minute are ten in two minutes."
  }
}

run "slow_answers_are_judged_by_their_percentile" {
  command = plan

  assert {
    condition = [
      aws_cloudwatch_metric_alarm.latency.metric_name, aws_cloudwatch_metric_alarm.latency.extended_statistic,
      aws_cloudwatch_metric_alarm.latency.threshold, aws_cloudwatch_metric_alarm.latency.evaluate_low_sample_count_percentiles,
    ] == ["TargetResponseTime", "p99", 1, "ignore"]
    error_message = "The 99th percentile of the answers' time must stay below a second."
  }
}

run "the_owner_hears_of_every_alarm_and_of_its_end" {
  command = plan

  assert {
    condition = alltrue([
      for alarm in [
        aws_cloudwatch_metric_alarm.target_errors, aws_cloudwatch_metric_alarm.balancer_errors,
        aws_cloudwatch_metric_alarm.latency, aws_cloudwatch_metric_alarm.fewer_in_service,
        aws_cloudwatch_metric_alarm.surplus_credits,
      ] : alarm.alarm_actions == toset([aws_sns_topic.alerts.arn]) && alarm.ok_actions == toset([aws_sns_topic.alerts.arn])
    ])
    error_message = "Each alarm must tell the topic when it begins and when it ends."
  }
}

run "the_owner_hears_of_missing_instances" {
  command = plan

  assert {
    condition = [
      aws_cloudwatch_metric_alarm.fewer_in_service.threshold, aws_cloudwatch_metric_alarm.fewer_in_service.evaluation_periods,
      [for query in aws_cloudwatch_metric_alarm.fewer_in_service.metric_query : query.expression if query.return_data == true],
    ] == [0, 10, ["desired - in_service"]]
    error_message = "Ten minutes with fewer instances than desired must raise the alarm."
  }

  assert {
    condition = {
      for query in aws_cloudwatch_metric_alarm.fewer_in_service.metric_query : query.id =>
      [for metric in query.metric : [metric.namespace, metric.metric_name, metric.dimensions["AutoScalingGroupName"]]]
      } == {
      missing    = []
      desired    = [["AWS/AutoScaling", "GroupDesiredCapacity", "slipway-test"]]
      in_service = [["AWS/AutoScaling", "GroupInServiceInstances", "slipway-test"]]
    }
    error_message = "The alarm must count this group's instances."
  }
}

run "the_owner_hears_of_credits_that_cost_extra" {
  command = plan

  assert {
    condition = [
      aws_cloudwatch_metric_alarm.surplus_credits.metric_name, aws_cloudwatch_metric_alarm.surplus_credits.threshold,
      aws_cloudwatch_metric_alarm.surplus_credits.dimensions, contains(output.gate_alarm_names, aws_cloudwatch_metric_alarm.surplus_credits.alarm_name),
    ] == ["CPUSurplusCreditsCharged", 0, tomap({ AutoScalingGroupName = "slipway-test" }), false]
    error_message = "Credits of this group's instances that are charged must raise an alarm, and stop no rollout."
  }
}

run "the_owner_hears_of_failed_launches" {
  command = plan

  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.launch_failures.event_pattern) == {
      source        = ["aws.autoscaling"]
      "detail-type" = ["EC2 Instance Launch Unsuccessful"]
      detail        = { AutoScalingGroupName = ["slipway-test"] }
    }
    error_message = "The rule must match this group's failed launches."
  }

  assert {
    condition     = aws_cloudwatch_event_target.launch_failures.arn == aws_sns_topic.alerts.arn
    error_message = "Failed launches must reach the topic."
  }

  assert {
    condition = [
      for statement in jsondecode(aws_sns_topic_policy.alerts.policy).Statement : [statement.Principal.Service, statement.Action]
    ] == [["cloudwatch.amazonaws.com", "sns:Publish"], ["events.amazonaws.com", "sns:Publish"]]
    error_message = "Alarms and events, and nobody else, must be allowed to publish."
  }
}

run "each_address_gets_a_subscription" {
  command = plan

  variables {
    alert_emails = ["one@example.com", "two@example.com"]
  }

  assert {
    condition = [for subscription in aws_sns_topic_subscription.email : [subscription.protocol, subscription.endpoint]] == [
      ["email", "one@example.com"], ["email", "two@example.com"],
    ]
    error_message = "Every address must be subscribed by e-mail."
  }
}

run "refuses_a_retention_that_cloudwatch_does_not_know" {
  command = plan

  variables {
    log_retention_days = 10
  }

  expect_failures = [var.log_retention_days]
}

run "refuses_a_period_that_is_no_whole_minute" {
  command = plan

  variables {
    gate = { period_seconds = 90, evaluations = 2 }
  }

  expect_failures = [var.gate]
}

run "refuses_half_an_evaluation" {
  command = plan

  variables {
    gate = { period_seconds = 60, evaluations = 1.5 }
  }

  expect_failures = [var.gate]
}

run "refuses_to_look_for_more_than_a_day" {
  command = plan

  variables {
    gate = { period_seconds = 3600, evaluations = 25 }
  }

  expect_failures = [var.gate]
}

run "refuses_what_is_no_address" {
  command = plan

  variables {
    alert_emails = ["nobody"]
  }

  expect_failures = [var.alert_emails]
}
