"""What we learn from runs: the command line, figures, reports, benchmarks.

Nothing here is imported before it is used, so that `deathspiral list` answers at once.
"""
