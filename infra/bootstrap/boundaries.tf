locals {
  partition  = data.aws_partition.current.partition
  account_id = data.aws_caller_identity.current.account_id
  regional = {
    for service in ["autoscaling", "dynamodb", "logs"] : service =>
    "arn:${local.partition}:${service}:${data.aws_region.current.name}:${local.account_id}"
  }
}

data "aws_partition" "current" {}

data "aws_region" "current" {}

# The most that a role of an environment can be given by the role that applies its infrastructure:
# what instances are for, within that environment. It grants nothing by itself.
resource "aws_iam_policy" "boundary" {
  for_each = local.environments

  name        = "${local.project.name}-${each.key}-boundary"
  description = "The most that a role made by the infrastructure of ${each.key} can do"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Table"
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem",
          "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem",
        ]
        Resource = [
          for suffix in ["", "/index/*"] : "${local.regional.dynamodb}:table/${local.project.name}-${each.key}${suffix}"
        ]
      },
      {
        Sid      = "Pull"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = module.registry.repository_arn
      },
      {
        Sid      = "Lifecycle"
        Effect   = "Allow"
        Action   = ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat", "autoscaling:SetInstanceHealth"]
        Resource = "${local.regional.autoscaling}:autoScalingGroup:*:autoScalingGroupName/${local.project.name}-${each.key}"
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = "${local.regional.logs}:log-group:/${local.project.name}/${each.key}:*"
      },
      {
        # Log-in to the registry, Session Manager and an instance's own state: IAM knows no
        # resources for them.
        Sid    = "WithoutResources"
        Effect = "Allow"
        Action = [
          "autoscaling:DescribeAutoScalingInstances", "ecr:GetAuthorizationToken", "ssm:UpdateInstanceInformation",
          "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
        ]
        Resource = "*"
      },
    ]
  })

  tags = { Name = "${local.project.name}-${each.key}-boundary" }
}
