"""The paper game: cards to print, hands to count, and the same cards played by the model."""
