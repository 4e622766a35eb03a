# The rules that are built into tflint: all of them. What needs the AWS ruleset, which has to be
# downloaded, is in .tflint.aws.hcl.

config {
  call_module_type = "local"
}

plugin "terraform" {
  enabled = true
  preset  = "all"
}
