data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  group_arn = join(":", [
    "arn", data.aws_partition.current.partition, "autoscaling",
    data.aws_region.current.name, data.aws_caller_identity.current.account_id,
    "autoScalingGroup", "*", "autoScalingGroupName/${var.group_name}",
  ])

  # What an instance may do, by concern: actions on resources and nothing else.
  permissions = {
    table = [{
      actions   = ["dynamodb:BatchWriteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
      resources = [var.table_arn]
    }]

    image = [
      {
        # The token is the account's, not a repository's: IAM knows no resource for it.
        actions   = ["ecr:GetAuthorizationToken"]
        resources = ["*"]
      },
      {
        actions   = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        resources = [var.repository_arn]
      },
    ]

    lifecycle = [
      {
        actions   = ["autoscaling:CompleteLifecycleAction"]
        resources = [local.group_arn]
      },
      {
        # Describe calls of Auto Scaling know no resources either.
        actions   = ["autoscaling:DescribeAutoScalingInstances"]
        resources = ["*"]
      },
    ]

    logs = [{
      actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources = ["${var.log_group_arn}:*"]
    }]

    # Session Manager: the channels of the agent, without the managed policy's reading of every
    # parameter in the account.
    session = [{
      actions = [
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
      ]
      resources = ["*"]
    }]
  }
}

resource "aws_iam_role" "instance" {
  name        = "${var.name}-instance"
  description = "What the instances of ${var.name} may do"
  # Made by bootstrap, by name: the role that applies this may make no role without it.
  permissions_boundary = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:policy/${var.name}-boundary"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  tags = { Name = "${var.name}-instance" }
}

resource "aws_iam_role_policy" "instance" {
  for_each = local.permissions

  name = each.key
  role = aws_iam_role.instance.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in each.value : {
        Effect   = "Allow"
        Action   = statement.actions
        Resource = statement.resources
      }
    ]
  })
}

resource "aws_iam_instance_profile" "instance" {
  name = aws_iam_role.instance.name
  role = aws_iam_role.instance.name

  tags = { Name = aws_iam_role.instance.name }
}
