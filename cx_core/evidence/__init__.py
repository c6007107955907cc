"""The statistics of earned autonomy: numbers in, numbers out; nothing is read, kept or timed here.

- `promotion`: evidence that an error rate is below a bound, valid however often it is looked at.
- `demotion`: when reviewed acts say that errors have become more.
- `sampling`: which acts are reviewed, and with what probability.
- `sampled_error`: the error rate of all acts, and the money lost, from those that were reviewed.
- `right_share`: the share that was right, for copilot and people alike.
- `agreement`: whether two reviewers see the same.
"""
