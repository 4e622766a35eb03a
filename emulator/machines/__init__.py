"""Instances as processes of this machine: each a session that runs its template's user data."""
