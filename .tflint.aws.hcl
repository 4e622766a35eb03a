# For connected machines, as CI on GitHub is: the rules of .tflint.hcl and those about AWS.
# `make lint-aws` fetches those and runs them.

config {
  call_module_type = "local"
}

plugin "terraform" {
  enabled = true
  preset  = "all"
}

# It asks for a main.tf in every module; here a file is named after what it holds. A test keeps
# variables and outputs in their files.
rule "terraform_standard_module_structure" {
  enabled = false
}

plugin "aws" {
  enabled = true
  version = "0.47.0"
  source  = "github.com/terraform-linters/tflint-ruleset-aws"
}
