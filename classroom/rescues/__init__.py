"""Rescue: which smallest change keeps the pool alive, and who wins and loses by it."""
