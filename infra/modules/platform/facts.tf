# What the release step has to know of the platform, so that it needs no Terraform, and nothing else:
# a test looks that scripts read each of them.
locals {
  facts = jsonencode({
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
}

resource "aws_s3_object" "facts" {
  bucket       = local.state_bucket
  key          = "${var.environment}/facts.json"
  content      = local.facts
  content_type = "application/json"
  # Otherwise a change by hand would go unnoticed: Terraform does not read the content back.
  etag = md5(local.facts)

  tags = { Name = "${local.path}/facts" }
}
