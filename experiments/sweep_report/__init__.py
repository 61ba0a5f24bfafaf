"""A sweep as pictures: its figures and the one-file report."""
