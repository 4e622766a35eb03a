output "url" {
  description = "Address of the service, without a trailing slash."
  value       = module.load_balancer.url
}
