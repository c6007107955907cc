"""What customers do with a goal beyond naming it: spare another thing, order it on a condition, wish it for a time."""
