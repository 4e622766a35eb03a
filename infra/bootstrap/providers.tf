locals {
  project = jsondecode(file("${path.root}/../../project.json"))
}

provider "aws" {
  region = local.project.region
  # Refuses the credentials of any other account; unset while the project is not connected to one.
  allowed_account_ids = local.project.registry_account_id == null ? null : [local.project.registry_account_id]

  default_tags {
    tags = {
      Project   = local.project.name
      ManagedBy = "terraform"
    }
  }
}
