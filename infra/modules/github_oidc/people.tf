# The roles of people: who may take them, and what they may beyond what jobs may.
locals {
  people = merge([
    for environment, settings in var.environments : {
      "${environment}-viewer"   = settings.people.viewers
      "${environment}-operator" = settings.people.operators
    }
  ]...)

  trust_of_people = {
    for role, entries in local.people : role => concat(
      [
        for users in [sort([for entry in entries : entry if startswith(entry, "arn:")])] : {
          Sid       = "Users"
          Effect    = "Allow"
          Principal = { AWS = users }
          Action    = "sts:AssumeRole"
          # Absent with a long-term access key alone, and what is absent matches nothing.
          Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
        } if length(users) > 0
      ],
      [
        for sets in [sort([for entry in entries : entry if !startswith(entry, "arn:")])] : {
          Sid       = "PermissionSets"
          Effect    = "Allow"
          Principal = { AWS = "${local.iam}:root" }
          Action    = "sts:AssumeRole"
          # Identity Center ends the name of a set's role with _ and 16 hex digits, other ones in each
          # account. As many ? as that: a longer name of another set does not fit. The path has no
          # region where Identity Center is at home in us-east-1.
          Condition = {
            ArnLike = {
              "aws:PrincipalArn" = [
                for pair in setproduct(sets, ["", "*/"]) :
                "${local.iam}:role/aws-reserved/sso.amazonaws.com/${pair[1]}AWSReservedSSO_${pair[0]}_????????????????"
              ]
            }
          }
        } if length(sets) > 0
      ],
    ) if length(entries) > 0
  }

  viewer = { for environment in keys(var.environments) : environment => [local.read_logs[environment]] }

  operator = {
    for environment, names in local.of : environment => concat(local.release[environment], [
      {
        # Auto Scaling's own tag: nobody else can set it.
        Sid       = "OpenSession"
        Effect    = "Allow"
        Action    = "ssm:StartSession"
        Resource  = "${local.regional.ec2}:instance/*"
        Condition = { StringEquals = { "ssm:resourceTag/aws:autoscaling:groupName" = names.name } }
      },
      {
        # A document that is named in the call has to be allowed as well: no other is, and so there is
        # no forwarding of ports and no single command.
        Sid      = "WithTheDefaultDocument"
        Effect   = "Allow"
        Action   = "ssm:StartSession"
        Resource = "${local.regional.ssm}:document/SSM-SessionManagerRunShell"
      },
      {
        # Session Manager tags a session with who opened it. A session's id begins with the name that
        # its owner gave when taking the role, which is in no variable of IAM.
        Sid       = "OwnSessions"
        Effect    = "Allow"
        Action    = ["ssm:ResumeSession", "ssm:TerminateSession"]
        Resource  = "${local.regional.ssm}:session/*"
        Condition = { StringEquals = { "ssm:resourceTag/aws:ssmmessages:session-id" = "$${aws:userid}" } }
      },
      {
        # Asked of whoever talks to a session; the token that its start returned is needed as well.
        Sid      = "TalkToSession"
        Effect   = "Allow"
        Action   = "ssmmessages:OpenDataChannel"
        Resource = "${local.regional.ssm}:session/*"
      },
    ])
  }
}
