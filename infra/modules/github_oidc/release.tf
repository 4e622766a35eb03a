# A release: publish a version of this template, point or roll this group to it, and write it down.
locals {
  # Auto Scaling checks whether its caller could launch from the template itself: this bounds what
  # a published version can hold. An image of Amazon's, these subnets and groups, this profile.
  launch = {
    for environment, names in local.of : environment => [
      {
        Sid       = "LaunchFromAmazonsImages"
        Effect    = "Allow"
        Action    = "ec2:RunInstances"
        Resource  = "arn:${local.partition}:ec2:${local.region}::image/*"
        Condition = { StringEquals = { "ec2:Owner" = "amazon" } }
      },
      {
        Sid       = "LaunchWithinTheEnvironment"
        Effect    = "Allow"
        Action    = "ec2:RunInstances"
        Resource  = [for type in ["launch-template", "security-group", "subnet"] : "${local.regional.ec2}:${type}/*"]
        Condition = { StringEquals = names.tagged }
      },
      {
        Sid       = "LaunchWithTheProfile"
        Effect    = "Allow"
        Action    = "ec2:RunInstances"
        Resource  = "${local.regional.ec2}:instance/*"
        Condition = { ArnEquals = { "ec2:InstanceProfile" = names.profile } }
      },
      {
        # Both are made by the launch: there is nothing yet that could tell whose they are.
        Sid      = "LaunchWithDiskAndInterface"
        Effect   = "Allow"
        Action   = "ec2:RunInstances"
        Resource = [for type in ["network-interface", "volume"] : "${local.regional.ec2}:${type}/*"]
      },
      {
        Sid       = "TagWhatIsLaunched"
        Effect    = "Allow"
        Action    = "ec2:CreateTags"
        Resource  = [for type in ["instance", "network-interface", "volume"] : "${local.regional.ec2}:${type}/*"]
        Condition = { StringEquals = { "ec2:CreateAction" = "RunInstances" } }
      },
      {
        Sid       = "PassTheInstanceRole"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = names.instance_role
        Condition = { StringEquals = { "iam:PassedToService" = "ec2.amazonaws.com" } }
      },
    ]
  }

  read_logs = {
    for environment, names in local.of : environment => {
      Sid      = "ReadLogs"
      Effect   = "Allow"
      Action   = ["logs:FilterLogEvents", "logs:GetLogEvents"]
      Resource = [names.log_group, "${names.log_group}:*"]
    }
  }

  release = {
    for environment, names in local.of : environment => concat(
      [
        {
          Sid       = "Publish"
          Effect    = "Allow"
          Action    = "ec2:CreateLaunchTemplateVersion"
          Resource  = "${local.regional.ec2}:launch-template/*"
          Condition = { StringEquals = names.tagged }
        },
      ],
      local.launch[environment],
      [
        {
          Sid    = "Roll"
          Effect = "Allow"
          Action = [
            "autoscaling:CancelInstanceRefresh", "autoscaling:ResumeProcesses", "autoscaling:RollbackInstanceRefresh",
            "autoscaling:StartInstanceRefresh", "autoscaling:SuspendProcesses",
          ]
          Resource = names.group
        },
        {
          # Point and raise; moving the group to other subnets is infrastructure.
          Sid       = "PointAndRaise"
          Effect    = "Allow"
          Action    = "autoscaling:UpdateAutoScalingGroup"
          Resource  = names.group
          Condition = { Null = { "autoscaling:VPCZoneIdentifiers" = "true", "autoscaling:LaunchConfigurationName" = "true" } }
        },
        {
          # None of these knows resources; alarms are asked for as a plan does (plan.tf).
          Sid    = "Look"
          Effect = "Allow"
          Action = [
            "autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeInstanceRefreshes", "autoscaling:DescribeScalingActivities",
            "cloudwatch:DescribeAlarms",
            "ec2:DescribeInstances", "ec2:DescribeLaunchTemplateVersions", "ec2:DescribeLaunchTemplates",
            "elasticloadbalancing:DescribeTargetHealth",
          ]
          Resource = "*"
        },
        {
          # Auto Scaling's own tag: nobody else can set it.
          Sid       = "ReadConsoles"
          Effect    = "Allow"
          Action    = "ec2:GetConsoleOutput"
          Resource  = "${local.regional.ec2}:instance/*"
          Condition = { StringEquals = { "aws:ResourceTag/aws:autoscaling:groupName" = names.name } }
        },
        local.read_logs[environment],
        {
          Sid      = "ReadImages"
          Effect   = "Allow"
          Action   = "ecr:DescribeImages"
          Resource = var.registry_arn
        },
        {
          Sid      = "ReadRecords"
          Effect   = "Allow"
          Action   = "s3:GetObject"
          Resource = concat(values(names.records), names.previous)
        },
        {
          # Without it, a record that does not exist is answered like one that may not be read.
          Sid      = "ListRecords"
          Effect   = "Allow"
          Action   = "s3:ListBucket"
          Resource = names.buckets
        },
        {
          Sid      = "WriteRecords"
          Effect   = "Allow"
          Action   = "s3:PutObject"
          Resource = [names.records.hold, names.records.ledger]
        },
        {
          Sid      = "LiftHold"
          Effect   = "Allow"
          Action   = "s3:DeleteObject"
          Resource = names.records.hold
        },
      ],
    )
  }
}
