# The bucket is made by this very root: the bootstrap command applies it with local state first and
# then moves the state in. It adds bucket and region: both derive from project.json.
terraform {
  backend "s3" {
    key          = "bootstrap/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}
