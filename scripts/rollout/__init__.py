"""Parts of watching a rollout: who answers how, what became of each instance, what is shown."""
