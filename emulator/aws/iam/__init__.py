"""IAM: policies judged as AWS judges them."""
