"""Ways to other machines that lead only where they may."""
