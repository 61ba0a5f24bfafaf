"""Lessons: what each screen sets, asks and shows; the model gives every answer."""
