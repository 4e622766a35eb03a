module "registry" {
  source = "../modules/registry"

  name             = local.project.name
  pull_account_ids = []
}
