module "platform" {
  source = "../../modules/platform"

  project             = local.project.name
  environment         = local.environment
  registry_account_id = local.project.registry_account_id
  ami_name            = "al2023-ami-2023.12.20260930.0-kernel-6.1-x86_64"
  instance_type       = "t3.small"
  capacity            = { min = 3, max = 9 }
  requests_per_target = 12000
  deletion_protection = true
  log_retention_days  = 90
  alert_emails        = []
  ssh_cidr_blocks     = []
  dns                 = null

  network = {
    cidr_block    = "10.30.0.0/16"
    slots_by_zone = { a = 0, b = 1, c = 2 }
    nat_per_zone  = true
  }

  gate = {
    period_seconds = 60
    evaluations    = 2
  }

  rollout = {
    canary                 = true
    canary_pause_seconds   = 300
    bake_seconds           = 600
    warmup_seconds         = 60
    max_healthy_percentage = 150
    failed_instances       = 2
    settle_seconds         = 10
    boot_deadline_seconds  = 300
    drain_seconds          = 30
  }
}
