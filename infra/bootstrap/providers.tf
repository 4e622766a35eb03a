locals {
  project = jsondecode(file("${path.root}/../../project.json"))

  # Each of these is bootstrapped on its own, with its own credentials.
  account_ids = distinct(compact(concat([local.project.registry_account_id], local.project.environments[*].account_id)))
}

provider "aws" {
  region = local.project.region
  # Refuses the credentials of any other account; unset while the project is not connected to one.
  allowed_account_ids = length(local.account_ids) > 0 ? local.account_ids : null

  default_tags {
    tags = {
      Project   = local.project.name
      ManagedBy = "terraform"
    }
  }
}
