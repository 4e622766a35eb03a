"""What a job of GitHub runs: read its environment, call one operation, set outputs."""
