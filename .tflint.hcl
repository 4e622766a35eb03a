# The rules that are built into tflint: all of them. What needs the AWS ruleset, which has to be
# downloaded, is in .tflint.aws.hcl.

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
