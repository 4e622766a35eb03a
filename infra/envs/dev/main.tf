module "platform" {
  source = "../../modules/platform"

  project             = local.project.name
  environment         = local.environment
  registry_account_id = local.project.registry_account_id
  ami_name            = "al2023-ami-2023.12.20260930.0-kernel-6.1-x86_64"
  instance_type       = "t3.micro"
  capacity            = { min = 2, max = 4 }
  requests_per_target = 6000
  deletion_protection = false
  log_retention_days  = 14
  alert_emails        = []
  ssh_cidr_blocks     = []
  dns                 = null

  network = {
    cidr_block    = "10.20.0.0/16"
    slots_by_zone = { a = 0, b = 1 }
    nat_per_zone  = false
  }

  gate = {
    period_seconds = 60
    evaluations    = 1
  }

  rollout = {
    canary                 = false
    canary_pause_seconds   = 0
    bake_seconds           = 180
    warmup_seconds         = 20
    max_healthy_percentage = 150
    failed_instances       = 1
    settle_seconds         = 3
    boot_deadline_seconds  = 240
    drain_seconds          = 10
  }
}
