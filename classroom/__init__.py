"""The page: what a visitor sets, runs and sees in a browser."""
