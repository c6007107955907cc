"""Documents that editors hand in, to Markdown. Everything but `process` runs in a process of its own, with limits.

A reader here takes bytes and gives a `shape.Read`, or raises BadInput in words that say what to do with the file.
"""
