"""Named queries: reads, and the two claims that differ between databases."""
