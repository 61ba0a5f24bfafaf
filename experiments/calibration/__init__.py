"""Calibration: history matching, a posterior, a prediction, and rival accounts."""
