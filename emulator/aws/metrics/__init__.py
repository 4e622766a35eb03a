"""CloudWatch: metrics of load balancers and groups, and the alarms on them."""
