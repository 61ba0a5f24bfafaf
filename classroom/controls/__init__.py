"""Controls: every parameter and rule, generated from the lines that declare them."""
