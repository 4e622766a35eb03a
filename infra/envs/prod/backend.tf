# The command that runs Terraform adds bucket, key and region: all derive from project.json and the
# name of this folder, so that a copy of it cannot reach the state of the environment it came from.
terraform {
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}
