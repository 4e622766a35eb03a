# The bucket is made by this very root: the bootstrap command applies it with local state first and
# then moves the state in. It adds bucket, key and region, as for every root.
terraform {
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}
