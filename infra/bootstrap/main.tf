# In one account, for the environments of all.
module "registry" {
  source = "../modules/registry"
  count  = local.holds_images ? 1 : 0

  name             = local.project.name
  pull_account_ids = setsubtract(values(local.account_of), [local.account_id])
}

# Who on GitHub, and which people, may act in this account.
module "github_oidc" {
  source = "../modules/github_oidc"

  project          = local.project.name
  repository       = local.project.repository
  repository_ids   = local.repository_ids
  provider_arn     = var.github_provider_arn
  registry_arn     = "arn:${local.partition}:ecr:${local.project.region}:${local.registry_account_id}:repository/${local.project.name}"
  pushes_images    = local.holds_images
  state_bucket_arn = aws_s3_bucket.state.arn

  environments = {
    for environment, settings in local.environments : environment => merge(settings, {
      # By name, so that a plan shows the policies that name it.
      boundary_arn = join(":", ["arn", local.partition, "iam", "", local.account_id, "policy/${aws_iam_policy.boundary[environment].name}"])
    })
  }
}
