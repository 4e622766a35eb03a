locals {
  partition  = data.aws_partition.current.partition
  account_id = data.aws_caller_identity.current.account_id
}

data "aws_partition" "current" {}

module "rights" {
  source   = "../modules/rights"
  for_each = local.environments

  project             = local.project.name
  environment         = each.key
  registry_account_id = local.registry_account_id
}

# The most that a role of an environment can be given by the role that applies its infrastructure:
# what instances are for, within that environment. It grants nothing by itself.
resource "aws_iam_policy" "boundary" {
  for_each = local.environments

  name        = "${local.project.name}-${each.key}-boundary"
  description = "The most that a role made by the infrastructure of ${each.key} can do"

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = module.rights[each.key].boundary
  })

  tags = { Name = "${local.project.name}-${each.key}-boundary" }
}
