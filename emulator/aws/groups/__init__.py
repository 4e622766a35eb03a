"""The group engine: what EC2 Auto Scaling does with a group between API calls."""
