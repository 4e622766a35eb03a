"""What a person types: parse, call one operation, print."""
