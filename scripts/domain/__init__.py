"""Rules and values without input or output."""
