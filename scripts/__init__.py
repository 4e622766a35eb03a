"""The pipeline's steps and the everyday commands: one verb-noun module each."""
