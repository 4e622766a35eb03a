# The record of the environment's releases. The release step writes it, and Terraform only reads it.
# It is looked for first: until the first run has written something down there is none.
data "aws_s3_objects" "ledger" {
  bucket = local.state_bucket
  prefix = "${var.environment}/ledger.json"
}

data "aws_s3_object" "ledger" {
  for_each = toset(data.aws_s3_objects.ledger.keys)

  bucket = local.state_bucket
  key    = each.value

  lifecycle {
    postcondition {
      # Read as "no release", a damaged ledger would let the group shrink to nothing.
      condition     = can(jsondecode(self.body).release)
      error_message = "The ledger ${each.value} in the bucket ${local.state_bucket} cannot be read. Restore an earlier version of that object."
    }
  }
}

locals {
  # Null until the first release has been verified and recorded.
  release = one([for ledger in data.aws_s3_object.ledger : try(jsondecode(ledger.body).release, null)])
}

# Whose state this is: it stays what it was made with, so that another environment notices.
resource "terraform_data" "environment" {
  input = local.path

  lifecycle {
    ignore_changes = [input]

    postcondition {
      condition     = self.input == local.path
      error_message = "This is the state of ${self.input}, not of ${local.path}: nothing may be planned on it. Initialise again with the key ${var.environment}/terraform.tfstate, or through make."
    }
  }
}
