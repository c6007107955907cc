"""Steps that are planned and then not proposed, because of the customer's own words.

`held_steps` asks first, or tells that all stays as it is: for `refused_steps`, and for refusals that are `unheeded`.
`doubtful_steps` puts what their words may not fit to the customer first.
"""
