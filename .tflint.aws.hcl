# For connected machines, as CI on GitHub is: the rules of .tflint.hcl and those about AWS.
#   tflint --config=$PWD/.tflint.aws.hcl --init
#   tflint --config=$PWD/.tflint.aws.hcl --chdir=infra --recursive

config {
  call_module_type = "local"
}

plugin "terraform" {
  enabled = true
  preset  = "all"
}

plugin "aws" {
  enabled = true
  version = "0.47.0"
  source  = "github.com/terraform-linters/tflint-ruleset-aws"
}
