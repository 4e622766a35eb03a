# The command that runs Terraform adds bucket and region: both derive from project.json.
terraform {
  backend "s3" {
    key          = "prod/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}
