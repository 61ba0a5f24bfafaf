"""Sweeps: an experiment's points, its chunks of runs, and the folder that holds what came out."""
