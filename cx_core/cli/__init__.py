"""The command line.

- `commands`: each with its arguments. `batch`: the journey over a file. `terminal`: what is asked and told in words.
"""
