"""What a step takes from the customer's own words.

The `call_topic`, the `words_to_pass_on`, the `reason_given`, the `said_values`, and which `tried_advice` need not be
given again.
"""
