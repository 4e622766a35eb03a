locals {
  project = jsondecode(file("${path.root}/../../../project.json"))

  # The folder's own name: a copied environment is another one without a change.
  environment = basename(abspath(path.root))
  account_id  = one([for entry in local.project.environments : entry.account_id if entry.name == local.environment])
}

provider "aws" {
  region = local.project.region
  # Refuses the credentials of any other account; unset while the project is not connected to one.
  allowed_account_ids = local.account_id == null ? null : [local.account_id]

  default_tags {
    tags = {
      Project     = local.project.name
      Environment = local.environment
      ManagedBy   = "terraform"
    }
  }
}
