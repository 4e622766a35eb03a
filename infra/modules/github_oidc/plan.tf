# What a plan, a status and a refresh before an apply read. No log and no console output: pull
# requests take the plan role, and logs hold addresses of people.
locals {
  describe = {
    Sid    = "Describe"
    Effect = "Allow"
    Action = [
      # The Describe calls of these three know no resources, and which ones the provider makes
      # changes with its versions.
      "autoscaling:Describe*", "ec2:Describe*", "elasticloadbalancing:Describe*",
      # These know none either.
      "logs:DescribeLogGroups", "servicequotas:GetServiceQuota", "sns:GetSubscriptionAttributes",
      # Composite alarms are found with "*" only, and a refresh asks for them as well.
      "cloudwatch:DescribeAlarms",
    ]
    Resource = "*"
  }

  # Part of these answers is user data, keys of tunnels and signed addresses of whatever else lives in the
  # account. Of templates the provider has to read the versions, and no policy can say whose.
  no_secrets = {
    Sid    = "NeverSecretsOfOthers"
    Effect = "Deny"
    Action = concat(
      ["autoscaling:DescribeLaunchConfigurations"],
      [
        for what in [
          "BundleTasks", "ConversionTasks", "ImportImageTasks", "ImportSnapshotTasks", "InstanceAttribute", "SpotFleetRequests",
          "SpotInstanceRequests", "VerifiedAccessTrustProviders", "VpnConnections",
        ] : "ec2:Describe${what}"
      ],
    )
    Resource = "*"
  }

  read = {
    for environment, names in local.of : environment => concat(
      [
        local.describe,
        local.no_secrets,
        {
          Sid    = "ReadInstanceRole"
          Effect = "Allow"
          Action = [
            "iam:GetInstanceProfile", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies",
            "iam:ListInstanceProfilesForRole", "iam:ListInstanceProfileTags", "iam:ListRolePolicies", "iam:ListRoleTags",
          ]
          Resource = [names.instance_role, names.profile]
        },
        module.rights[environment].plan,
        {
          Sid      = "ReadImages"
          Effect   = "Allow"
          Action   = "ecr:DescribeImages"
          Resource = var.registry_arn
        },
        {
          # The bucket holds nothing but this project's states and records; their keys are no secret.
          Sid      = "ListStates"
          Effect   = "Allow"
          Action   = "s3:ListBucket"
          Resource = names.buckets
        },
        {
          Sid    = "ReadState"
          Effect = "Allow"
          Action = "s3:GetObject"
          Resource = concat(
            [names.state, "${names.state}.tflock", "${names.state}.tflock.run"], values(names.records), names.previous,
          )
        },
        {
          # Terraform reads the tags of every object that it reads.
          Sid      = "ReadTags"
          Effect   = "Allow"
          Action   = "s3:GetObjectTagging"
          Resource = [names.records.facts, names.records.ledger]
        },
      ],
      [
        for statement in [
          {
            Sid    = "ReadDomain"
            Effect = "Allow"
            Action = ["route53:GetHostedZone", "route53:ListResourceRecordSets", "route53:ListTagsForResource"]
            Resource = [
              "arn:${local.partition}:route53:::hostedzone/${coalesce(var.environments[environment].hosted_zone_id, "none")}",
            ]
          },
          {
            # Ids of changes and of certificates are known only once they are asked for.
            Sid      = "ReadCertificate"
            Effect   = "Allow"
            Action   = ["acm:DescribeCertificate", "acm:ListTagsForCertificate", "route53:GetChange"]
            Resource = ["${local.regional.acm}:certificate/*", "arn:${local.partition}:route53:::change/*"]
          },
        ] : statement if var.environments[environment].hosted_zone_id != null
      ],
    )
  }
}
