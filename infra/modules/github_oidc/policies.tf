# IAM takes 10,240 characters of a role's own policies and 6,144 of each attached one: what is large
# or shared is attached.
locals {
  policies = merge([
    for environment in keys(var.environments) : {
      "${environment}-read"    = local.read[environment]
      "${environment}-network" = local.network[environment]
      "${environment}-service" = local.service[environment]
    } if local.enabled
  ]...)

  attachments = merge(
    { for environment in keys(var.environments) : "plan/${environment}-read" => { role = "${environment}-plan", policy = "${environment}-read" } if local.enabled },
    { for environment in keys(var.environments) : "viewer/${environment}-read" => { role = "${environment}-viewer", policy = "${environment}-read" } if contains(keys(local.trust), "${environment}-viewer") },
    { for policy in keys(local.policies) : "infrastructure/${policy}" => { role = "${split("-", policy)[0]}-infrastructure", policy = policy } },
  )
}

resource "aws_iam_policy" "this" {
  for_each = local.policies

  name        = "${var.project}-${each.key}"
  description = "Part of what roles of the pipeline and of people may do in ${split("-", each.key)[0]}"

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = each.value
  })

  tags = { Name = "${var.project}-${each.key}" }
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = local.attachments

  role = aws_iam_role.this[each.value.role].name
  # By name, so that a plan says which policy a role gets.
  policy_arn = "${local.iam}:policy/${aws_iam_policy.this[each.value.policy].name}"
}
