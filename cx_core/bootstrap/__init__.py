"""Settings in, a working Desk out: the only place that wires adapters to the core.

Opening is light, so that a sign-in page can be shown at once. What is heavy (the stages, encoder,
classifiers, index, the sandbox's first seeding, the durable runner) is imported and built by `Desk.start`,
or by the first call that needs it.

`stores` opens databases and keys, `laid_over` and `own_task_types` read what pages decided, `parts` makes the adapters,
`own_business` the systems that a setting names, `works` what runs with them, `opening` the Desk, `reopening` one beside
it, `starter` the knowledge folder of a new installation. `tool_server` serves a Desk to other agents.
"""

from cx_core.bootstrap.opening import open_desk
from cx_core.bootstrap.parts import now
from cx_core.bootstrap.reopening import reopened
from cx_core.bootstrap.starter import with_own_business
from cx_core.bootstrap.works import Works

__all__ = ["Works", "now", "open_desk", "reopened", "with_own_business"]
