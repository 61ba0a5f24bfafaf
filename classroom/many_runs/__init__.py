"""Many runs: one or two controls varied, bands and maps, in a queue that visitors share."""
