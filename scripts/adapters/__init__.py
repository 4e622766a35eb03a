"""The edges: AWS, GitHub and Terraform, one package each."""
