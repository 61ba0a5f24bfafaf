"""The people who are drawn: who they are, where they stand, what they think."""
