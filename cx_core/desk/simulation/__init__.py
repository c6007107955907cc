"""A level tried before it goes live: `simulations` are asked for and kept, `simulation_runs` judges `simulation_cases`,
from the desk or from a `simulation_file`, and `simulation_report` is the page to keep."""
