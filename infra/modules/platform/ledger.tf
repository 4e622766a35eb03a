# The record of the environment's releases. Terraform makes it and afterwards only reads it: the
# release step writes it. ignore_changes = all, because with less a change of any other argument
# would write the stale value back.
resource "aws_ssm_parameter" "ledger" {
  name           = "${local.path}/ledger"
  description    = "Releases of ${local.name}; written by the release step only"
  type           = "String"
  insecure_value = "{}"

  lifecycle {
    ignore_changes = all

    postcondition {
      # Its name stays what it was made with: in a foreign state, that of the other environment.
      condition     = self.name == "${local.path}/ledger"
      error_message = "This is the state of ${self.name}, not of ${local.path}: nothing may be planned on it. Initialise again with the key ${var.environment}/terraform.tfstate, or through make."
    }

    postcondition {
      # Read as "no release", a damaged ledger would let the group shrink to nothing.
      condition     = can(jsondecode(self.insecure_value))
      error_message = "The ledger ${local.path}/ledger is not JSON. Restore it from the parameter's history."
    }
  }
}

locals {
  # Null until the first release has been verified and recorded.
  release = try(jsondecode(aws_ssm_parameter.ledger.insecure_value).release, null)
}
