module "registry" {
  source = "../modules/registry"

  name             = local.project.name
  pull_account_ids = []
}

# Who on GitHub, and in an emergency who else, may act in this account.
module "github_oidc" {
  source = "../modules/github_oidc"

  project          = local.project.name
  repository       = local.project.repository
  repository_ids   = local.repository_ids
  provider_arn     = null
  repository_arn   = module.registry.repository_arn
  state_bucket_arn = aws_s3_bucket.state.arn

  environments = {
    for environment, settings in local.environments : environment => merge(settings, {
      # By name, so that a plan shows the policies that name it.
      boundary_arn = join(":", ["arn", local.partition, "iam", "", local.account_id, "policy/${aws_iam_policy.boundary[environment].name}"])
    })
  }
}
