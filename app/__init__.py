"""The service: it reverses the caller's IP address, stores the visit, and answers it."""
