data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  name = "${var.project}-${var.environment}"
  path = "/${var.project}/${var.environment}"
  arn = {
    for service in ["autoscaling", "cloudwatch", "dynamodb", "events", "logs", "sns"] : service =>
    "arn:${data.aws_partition.current.partition}:${service}:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}"
  }

  table     = "${local.arn.dynamodb}:table/${local.name}"
  log_group = "${local.arn.logs}:log-group:${local.path}"
  alarms    = "${local.arn.cloudwatch}:alarm:${local.name}-*"
  rules     = "${local.arn.events}:rule/${local.name}-*"
  topic     = "${local.arn.sns}:${local.name}-alerts"
  instances = "arn:${data.aws_partition.current.partition}:ec2:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:instance/*"
  group     = "${local.arn.autoscaling}:autoScalingGroup:*:autoScalingGroupName/${local.name}"
  repository = join(":", [
    "arn", data.aws_partition.current.partition, "ecr", data.aws_region.current.name,
    coalesce(var.registry_account_id, data.aws_caller_identity.current.account_id), "repository/${var.project}",
  ])

  # Who may do what with each part that has a name. Names follow from the environment, so roles can
  # come first.
  # - instances: what they are given
  # - boundary: what they could be given besides, by a change that needs no bootstrap
  # - infrastructure: what applying takes
  # - plan: what a plan reads; no content
  services = {
    table = {
      instances = [{
        actions   = ["dynamodb:BatchWriteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
        resources = [local.table]
      }]
      boundary = [{
        actions = [
          "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem",
          "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem",
        ]
        resources = [local.table, "${local.table}/index/*"]
      }]
      infrastructure = [{
        actions = [
          "dynamodb:CreateTable", "dynamodb:DeleteTable", "dynamodb:TagResource", "dynamodb:UntagResource",
          "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive",
        ]
        resources = [local.table]
      }]
      plan = [{
        actions = [
          "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource",
        ]
        resources = [local.table]
      }]
    }

    logs = {
      instances = [{
        actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        resources = ["${local.log_group}:*"]
      }]
      boundary = [{
        actions   = ["logs:DescribeLogStreams"]
        resources = ["${local.log_group}:*"]
      }]
      infrastructure = [{
        actions = [
          "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:DeleteRetentionPolicy", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource",
        ]
        resources = [local.log_group, "${local.log_group}:*"]
      }]
      plan = [{
        actions   = ["logs:ListTagsForResource"]
        resources = [local.log_group, "${local.log_group}:*"]
      }]
    }

    alerts = {
      infrastructure = [{
        actions = [
          "cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource",
          "events:DeleteRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets", "events:TagResource", "events:UntagResource",
          "sns:CreateTopic", "sns:DeleteTopic", "sns:SetTopicAttributes", "sns:Subscribe", "sns:TagResource", "sns:UntagResource",
        ]
        resources = [local.alarms, local.rules, local.topic]
      }]
      plan = [{
        actions = [
          "cloudwatch:ListTagsForResource",
          "events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule",
          "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:ListTagsForResource",
        ]
        resources = [local.alarms, local.rules, local.topic]
      }]
    }

    image = {
      instances = [
        {
          # The token is the account's, not a repository's: IAM knows no resource for it.
          actions   = ["ecr:GetAuthorizationToken"]
          resources = ["*"]
        },
        {
          actions   = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
          resources = [local.repository]
        },
      ]
      boundary = [{
        actions   = ["ecr:BatchCheckLayerAvailability"]
        resources = [local.repository]
      }]
    }

    lifecycle = {
      instances = [
        {
          actions   = ["autoscaling:CompleteLifecycleAction"]
          resources = [local.group]
        },
        {
          # Describe calls of Auto Scaling know no resources either.
          actions   = ["autoscaling:DescribeAutoScalingInstances"]
          resources = ["*"]
        },
      ]
      boundary = [{
        actions   = ["autoscaling:RecordLifecycleActionHeartbeat", "autoscaling:SetInstanceHealth"]
        resources = [local.group]
      }]
    }

    # Session Manager: the channels of the agent, without the managed policy's reading of every
    # parameter in the account.
    session = {
      instances = [{
        actions = [
          "ssm:UpdateInstanceInformation",
          "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
        ]
        resources = ["*"]
      }]
    }
  }

  # Only for what an instance of this account was given: whoever else takes the role is refused. But for
  # a pull, which is made with Docker's token: no page says that such requests name the instance.
  from_instances = { Condition = { ArnLike = { "ec2:SourceInstanceArn" = local.instances } } }
  boundary = [
    for one in concat(flatten(values(local.statements.instances)), flatten(values(local.statements.boundary))) :
    merge(one, contains(one.Resource, local.repository) ? {} : local.from_instances)
  ]

  statements = {
    for role in ["instances", "boundary", "infrastructure", "plan"] : role => {
      for service, roles in local.services : service => [
        for one in roles[role] : { Effect = "Allow", Action = one.actions, Resource = one.resources }
      ] if contains(keys(roles), role)
    }
  }
}
