data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

# What the release step has to know of the platform, so that it needs no Terraform.
resource "aws_ssm_parameter" "facts" {
  name        = "${local.path}/facts"
  description = "What the scripts know of ${local.name}; written by Terraform"
  type        = "String"

  insecure_value = jsonencode({
    schema           = 1
    environment      = var.environment
    region           = data.aws_region.current.name
    account_id       = data.aws_caller_identity.current.account_id
    url              = module.load_balancer.url
    group            = module.service.group_name
    template         = module.service.launch_template_name
    hook             = module.service.hook_name
    target_group_arn = module.load_balancer.target_group_arn
    load_balancer    = module.load_balancer.name
    log_group        = module.monitoring.log_group_name
    repository_url   = data.aws_ecr_repository.this.repository_url
    repository       = data.aws_ecr_repository.this.name
    table            = module.database.table_name
    alarms           = module.monitoring.gate_alarm_names
    capacity         = var.capacity
    rollout          = var.rollout
  })

  tags = { Name = "${local.path}/facts" }
}
