project             = "slipway"
environment         = "test"
ami_name            = "al2023-ami-2023.12.20260930.0-kernel-6.1-x86_64"
instance_type       = "t3.micro"
capacity            = { min = 3, max = 6 }
requests_per_target = 6000
deletion_protection = true
log_retention_days  = 14

network = {
  cidr_block    = "10.20.0.0/16"
  slots_by_zone = { a = 0, b = 1 }
  nat_per_zone  = false
}

gate = {
  period_seconds = 60
  evaluations    = 2
}

rollout = {
  canary                 = true
  canary_pause_seconds   = 240
  bake_seconds           = 240
  warmup_seconds         = 60
  max_healthy_percentage = 150
  failed_instances       = 2
  settle_seconds         = 10
  boot_deadline_seconds  = 300
  drain_seconds          = 30
}
