"""The whole platform on one machine: AWS emulated, machines as processes, a load balancer."""
