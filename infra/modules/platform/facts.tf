# What the release step has to know of the platform, so that it needs no Terraform, and nothing else:
# a test looks that scripts read each of them.
resource "aws_ssm_parameter" "facts" {
  name        = "${local.path}/facts"
  description = "What the scripts know of ${local.name}; written by Terraform"
  type        = "String"

  insecure_value = jsonencode({
    schema           = 1
    environment      = var.environment
    url              = module.load_balancer.url
    group            = module.service.group_name
    template         = module.service.launch_template_name
    target_group_arn = module.load_balancer.target_group_arn
    log_group        = module.monitoring.log_group_name
    alarms           = module.monitoring.gate_alarm_names
    capacity         = { min = var.capacity.min }
    rollout          = var.rollout
  })

  tags = { Name = "${local.path}/facts" }
}
