"""What customers do with a goal beyond naming it: spare another thing, order it on a condition, wish it for a time; and
what their answer to us leaves standing of the others."""
