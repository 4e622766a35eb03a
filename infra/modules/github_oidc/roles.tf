locals {
  descriptions = merge(
    { image = "Pushes images to the one repository" },
    { for environment in keys(var.environments) : "${environment}-plan" => "Reads what a plan and a status of ${environment} need; pull requests take it" },
    { for environment in keys(var.environments) : "${environment}-infrastructure" => "Applies the infrastructure of ${environment}" },
    { for environment in keys(var.environments) : "${environment}-release" => "Releases to ${environment}, and nothing else" },
    { for environment in keys(var.environments) : "${environment}-viewer" => "Looks at ${environment} and reads its logs; for people" },
    { for environment in keys(var.environments) : "${environment}-operator" => "Releases to ${environment} without GitHub, and opens sessions on its instances; for people" },
  )

  permissions = merge(
    { image = local.image },
    { for environment, statements in local.infrastructure : "${environment}-infrastructure" => statements },
    { for environment, statements in local.release : "${environment}-release" => statements },
    { for environment, statements in local.viewer : "${environment}-viewer" => statements },
    { for environment, statements in local.operator : "${environment}-operator" => statements },
  )

  session_seconds = merge([
    for environment, settings in var.environments : {
      for kind in ["infrastructure", "release", "viewer", "operator"] : "${environment}-${kind}" => settings.session_seconds
    }
  ]...)

  trust = { for role, statements in merge(local.trust_of_workflows, local.trust_of_people) : role => statements if local.enabled }
}

resource "aws_iam_role" "this" {
  for_each = local.trust

  name                 = "${var.project}-${each.key}"
  description          = local.descriptions[each.key]
  max_session_duration = lookup(local.session_seconds, each.key, 3600)

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = each.value
  })

  tags = { Name = "${var.project}-${each.key}" }

  lifecycle {
    precondition {
      condition     = length(jsonencode({ Version = "2012-10-17", Statement = each.value })) <= 2048
      error_message = "IAM takes 2048 characters of the trust policy of ${var.project}-${each.key}: name fewer people, or one permission set for all of them."
    }
  }
}

resource "aws_iam_role_policy" "this" {
  for_each = { for role, statements in local.permissions : role => statements if contains(keys(local.trust), role) }

  name = "permissions"
  role = aws_iam_role.this[each.key].name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = each.value
  })
}
