"""The link: the whole setup as a query, and back."""
