locals {
  descriptions = merge(
    { image = "Pushes images to the one repository" },
    { for environment in keys(var.environments) : "${environment}-plan" => "Reads what a plan and a status of ${environment} need; pull requests take it" },
    { for environment in keys(var.environments) : "${environment}-infrastructure" => "Applies the infrastructure of ${environment}" },
    { for environment in keys(var.environments) : "${environment}-release" => "Releases to ${environment}, and nothing else" },
    { for environment in keys(var.environments) : "${environment}-break-glass" => "Releases to ${environment} when GitHub is down; for people, with MFA" },
  )

  permissions = merge(
    { image = local.image },
    { for environment, statements in local.infrastructure : "${environment}-infrastructure" => statements },
    { for environment, statements in local.release : "${environment}-release" => statements },
    { for environment, statements in local.release : "${environment}-break-glass" => statements },
  )

  session_seconds = merge([
    for environment, settings in var.environments : {
      for kind in ["infrastructure", "release", "break-glass"] : "${environment}-${kind}" => settings.session_seconds
    }
  ]...)

  trust = { for role, statement in merge(local.trust_of_workflows, local.trust_of_people) : role => statement if local.enabled }
}

resource "aws_iam_role" "this" {
  for_each = local.trust

  name                 = "${var.project}-${each.key}"
  description          = local.descriptions[each.key]
  max_session_duration = lookup(local.session_seconds, each.key, 3600)

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [each.value]
  })

  tags = { Name = "${var.project}-${each.key}" }
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
