"""Instance refresh: Start, Describe, Cancel and Rollback, and what happens between them."""
