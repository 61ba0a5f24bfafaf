"""Rescues: which rule, and how little of it, keeps a pool from collapsing."""
