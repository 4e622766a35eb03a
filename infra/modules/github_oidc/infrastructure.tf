# What the modules manage, and no more than one environment's of it.
locals {
  # Kinds that a call creates, for which the tags that it asks for are all there is to judge by.
  created_kinds = [
    "elastic-ip", "internet-gateway", "launch-template", "natgateway", "route-table",
    "security-group", "security-group-rule", "subnet", "vpc-endpoint",
  ]

  # Creating calls; each also names what it creates in, which "Within" judges.
  creating = [
    "AllocateAddress", "AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateInternetGateway",
    "CreateLaunchTemplate", "CreateNatGateway", "CreateRouteTable", "CreateSecurityGroup", "CreateSubnet", "CreateVpcEndpoint",
  ]

  network = {
    for environment, names in local.of : environment => [
      {
        Sid       = "CreateVpc"
        Effect    = "Allow"
        Action    = "ec2:CreateVpc"
        Resource  = "${local.regional.ec2}:vpc/*"
        Condition = { StringEquals = names.tagging }
      },
      {
        Sid       = "CreateTagged"
        Effect    = "Allow"
        Action    = [for call in local.creating : "ec2:${call}"]
        Resource  = [for kind in local.created_kinds : "${local.regional.ec2}:${kind}/*"]
        Condition = { StringEquals = names.tagging }
      },
      {
        Sid       = "TagWhatIsCreated"
        Effect    = "Allow"
        Action    = "ec2:CreateTags"
        Resource  = "${local.regional.ec2}:*/*"
        Condition = { StringEquals = merge(names.tagging, { "ec2:CreateAction" = concat(["CreateVpc"], local.creating) }) }
      },
      {
        # A network's default group is made by AWS, without tags. It can be taken over where nobody
        # has tagged it for a project yet.
        Sid      = "AdoptDefaultGroup"
        Effect   = "Allow"
        Action   = "ec2:CreateTags"
        Resource = "${local.regional.ec2}:security-group/*"
        Condition = {
          StringEquals = names.tagging
          Null         = { "aws:ResourceTag/Project" = "true" }
        }
      },
      {
        Sid    = "Within"
        Effect = "Allow"
        Action = concat([for call in local.creating : "ec2:${call}"], [
          "ec2:AssociateAddress", "ec2:AssociateRouteTable", "ec2:AttachInternetGateway", "ec2:CreateLaunchTemplateVersion",
          "ec2:CreateRoute", "ec2:CreateTags", "ec2:Delete*", "ec2:DetachInternetGateway", "ec2:DisassociateAddress",
          "ec2:DisassociateRouteTable", "ec2:ModifyLaunchTemplate", "ec2:ModifySecurityGroupRules", "ec2:ModifySubnetAttribute",
          "ec2:ModifyVpcAttribute", "ec2:ModifyVpcEndpoint", "ec2:ReleaseAddress", "ec2:ReplaceRoute",
          "ec2:ReplaceRouteTableAssociation", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress",
          "ec2:UpdateSecurityGroupRuleDescriptionsEgress", "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
        ])
        Resource  = "${local.regional.ec2}:*/*"
        Condition = { StringEquals = names.tagged }
      },
    ]
  }

  service = {
    for environment, names in local.of : environment => concat(module.rights[environment].infrastructure, [
      {
        Sid    = "Balancer"
        Effect = "Allow"
        Action = [
          "elasticloadbalancing:AddTags", "elasticloadbalancing:Create*", "elasticloadbalancing:Delete*",
          "elasticloadbalancing:Modify*", "elasticloadbalancing:RemoveTags", "elasticloadbalancing:Set*",
        ]
        Resource = [
          for kind in ["listener/app", "loadbalancer/app", "targetgroup"] : "${local.regional.elasticloadbalancing}:${kind}/${names.name}/*"
        ]
      },
      {
        # Elastic Load Balancing asks it of whoever creates a balancer, about no network in particular.
        Sid      = "BalancersGroups"
        Effect   = "Allow"
        Action   = "ec2:GetSecurityGroupsForVpc"
        Resource = "*"
      },
      {
        Sid    = "Group"
        Effect = "Allow"
        Action = [
          "autoscaling:Attach*", "autoscaling:CreateAutoScalingGroup", "autoscaling:CreateOrUpdateTags", "autoscaling:Delete*",
          "autoscaling:Detach*", "autoscaling:DisableMetricsCollection", "autoscaling:EnableMetricsCollection",
          "autoscaling:PutLifecycleHook", "autoscaling:PutScalingPolicy", "autoscaling:UpdateAutoScalingGroup",
        ]
        Resource = names.group
      },
      {
        # AWS makes these once in an account, at the first balancer and the first group.
        Sid       = "FirstUse"
        Effect    = "Allow"
        Action    = "iam:CreateServiceLinkedRole"
        Resource  = "${local.iam}:role/aws-service-role/*"
        Condition = { StringEquals = { "iam:AWSServiceName" = ["autoscaling.amazonaws.com", "elasticloadbalancing.amazonaws.com"] } }
      },
      {
        # A subscription knows no resource for IAM; its own id is needed to end it.
        Sid      = "Unsubscribe"
        Effect   = "Allow"
        Action   = ["sns:SetSubscriptionAttributes", "sns:Unsubscribe"]
        Resource = "*"
      },
      {
        # Terraform removes every version of an object that it made.
        Sid      = "Facts"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:PutObjectTagging"]
        Resource = names.records.facts
      },
      {
        Sid      = "VersionsOfFacts"
        Effect   = "Allow"
        Action   = "s3:ListBucketVersions"
        Resource = var.state_bucket_arn
      },
      {
        Sid      = "WriteState"
        Effect   = "Allow"
        Action   = "s3:PutObject"
        Resource = [names.state, "${names.state}.tflock", "${names.state}.tflock.run"]
      },
      {
        Sid      = "Unlock"
        Effect   = "Allow"
        Action   = "s3:DeleteObject"
        Resource = ["${names.state}.tflock", "${names.state}.tflock.run"]
      },
    ])
  }

  # Roles that this one makes can do what their boundary says at most, and none of them can become
  # one of the pipeline's.
  instance_role = {
    for environment, names in local.of : environment => [
      {
        Sid    = "ChangeWithinTheBoundary"
        Effect = "Allow"
        Action = [
          "iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy",
        ]
        Resource  = names.instance_role
        Condition = { StringEquals = { "iam:PermissionsBoundary" = var.environments[environment].boundary_arn } }
      },
      {
        # For these IAM knows no condition on the boundary; none of them gives a role more rights.
        Sid    = "Instance"
        Effect = "Allow"
        Action = [
          "iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:DeleteInstanceProfile", "iam:DeleteRole",
          "iam:RemoveRoleFromInstanceProfile", "iam:TagInstanceProfile", "iam:TagRole", "iam:UntagInstanceProfile", "iam:UntagRole",
          "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription",
        ]
        Resource = [names.instance_role, names.profile]
      },
      {
        Sid      = "NeverWithoutTheBoundary"
        Effect   = "Deny"
        Action   = "iam:DeleteRolePermissionsBoundary"
        Resource = "*"
      },
      {
        # Nothing above allows it; this stays true whatever is added there.
        Sid    = "NeverThePipeline"
        Effect = "Deny"
        Action = "iam:*"
        Resource = concat(
          [for suffix in ["image", "*-plan", "*-infrastructure", "*-release", "*-viewer", "*-operator"] : "${local.iam}:role/${var.project}-${suffix}"],
          [for settings in var.environments : settings.boundary_arn],
          ["${local.iam}:policy/${var.project}-*", "${local.iam}:oidc-provider/*"],
        )
      },
    ]
  }

  domain = {
    for environment, settings in var.environments : environment => [
      for statement in [
        {
          Sid      = "Records"
          Effect   = "Allow"
          Action   = "route53:ChangeResourceRecordSets"
          Resource = "arn:${local.partition}:route53:::hostedzone/${coalesce(settings.hosted_zone_id, "none")}"
        },
        {
          # Asking knows no resource. By DNS, so that only the domains of a zone that this role can
          # write to are ever issued.
          Sid       = "AskForCertificate"
          Effect    = "Allow"
          Action    = "acm:RequestCertificate"
          Resource  = "*"
          Condition = { StringEquals = merge(local.of[environment].tagging, { "acm:ValidationMethod" = "DNS" }) }
        },
        {
          Sid       = "TagCertificate"
          Effect    = "Allow"
          Action    = "acm:AddTagsToCertificate"
          Resource  = "${local.regional.acm}:certificate/*"
          Condition = { StringEquals = local.of[environment].tagging }
        },
        {
          Sid       = "Certificate"
          Effect    = "Allow"
          Action    = ["acm:AddTagsToCertificate", "acm:DeleteCertificate", "acm:RemoveTagsFromCertificate"]
          Resource  = "${local.regional.acm}:certificate/*"
          Condition = { StringEquals = local.of[environment].tagged }
        },
      ] : statement if settings.hosted_zone_id != null
    ]
  }

  # What is left beside the shared policies of policies.tf.
  infrastructure = {
    for environment in keys(var.environments) : environment => concat(
      local.launch[environment], local.instance_role[environment], local.domain[environment],
    )
  }
}
