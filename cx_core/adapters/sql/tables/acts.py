"""What may be done, what was, and the money that went out."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql.tables.schema import metadata

approval = sa.Table(
    "approval",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),  # records.Approval
    sa.UniqueConstraint("ticket", "version", name="approval_once"),
)

first_approval = sa.Table(  # of two that are needed: kept until another person approves the same
    "first_approval",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("until", sa.String(32), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),  # records.Approval
)

seal_use = sa.Table(  # a seal is used under one key only: no approval is good for two acts
    "seal_use",
    metadata,
    sa.Column("seal", sa.String(40), primary_key=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("key", sa.String(120), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

outcome = sa.Table(
    "outcome",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("step", sa.String(20), primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),  # records.Outcome
)

spending = sa.Table(  # money out, counted in the transaction that begins the act
    "spending",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),  # of the act; see act.execution
    sa.Column("ticket", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("step", sa.String(20), nullable=False),
    sa.Column("customer", sa.String(80), nullable=False),  # empty once the customer is forgotten
    sa.Column("task_type", sa.String(200), nullable=False),
    sa.Column("action", sa.String(60), nullable=False),
    sa.Column("alone", sa.Boolean, nullable=False),
    sa.Column("minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Index("spending_customer", "customer", "at"),
    sa.Index("spending_task_type", "task_type", "at"),
)

policy_set = sa.Table(  # the policies as they are, were and may become
    "policy_set",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    sa.Column("files", sa.JSON, nullable=False),  # name -> text
    sa.Column("body", sa.JSON, nullable=False),  # policy_views.PolicySet without its files
    sa.Column("made_at", sa.String(32), nullable=False),
)

level = sa.Table(  # of autonomy, where people set another one than a task type begins with
    "level",
    metadata,
    sa.Column("task_type", sa.String(60), primary_key=True),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)

level_decision = sa.Table(  # every level that was decided, for looking back; nothing is permitted by it
    "level_decision",
    metadata,
    sa.Column("task_type", sa.String(60), primary_key=True),
    sa.Column("at", sa.String(32), primary_key=True),
    sa.Column("simulated", sa.Boolean, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),  # views.LevelSet
)

raise_proposal = sa.Table(  # what Rung proposes to people; they ask and grant
    "raise_proposal",
    metadata,
    sa.Column("task_type", sa.String(60), primary_key=True),
    sa.Column("simulated", sa.Boolean, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),  # views.RaiseProposal
)

trial = sa.Table(  # an answered proposal that the copilot would have carried out alone
    "trial",
    metadata,
    sa.Column("ticket", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("task_type", sa.String(60), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),  # records.EvidenceCase; what follows is of it, to be added up
    sa.Column("made_at", sa.String(32), nullable=False, server_default=""),
    sa.Column("ripe_at", sa.String(32), nullable=False, server_default=""),
    sa.Column("customer", sa.String(320), nullable=False, server_default=""),
    sa.Column("basis", sa.String(64), nullable=False, server_default=""),
    sa.Column("shown", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("differs", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("permitted", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("simulated", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("trial_task_type", "task_type", "at"),
    sa.Index("trial_basis", "task_type", "simulated", "permitted", "basis", "made_at"),
    sa.Index(  # all that is added up, so that no body is read
        "trial_sums",
        "task_type",
        "simulated",
        "basis",
        "permitted",
        "at",
        "customer",
        "shown",
        "differs",
        "ripe_at",
        "ticket",
        "version",
    ),
)

planted_error = sa.Table(  # a proposal that was shown with an error on purpose: at most one for a ticket
    "planted_error",
    metadata,
    sa.Column("ticket", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("task_type", sa.String(60), nullable=False),
    sa.Column("decision", sa.String(10), nullable=False, server_default="", index=True),
    sa.Column("person", sa.String(40), nullable=False, server_default=""),
    sa.Column("decided_at", sa.String(32), nullable=False, server_default=""),
    sa.Column("body", sa.JSON, nullable=False),  # records.PlantedError
)

advisor_case = sa.Table(  # an answer by a person that is, or may be, drawn for review
    "advisor_case",
    metadata,
    sa.Column("ticket", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("state", sa.String(10), nullable=False, index=True),  # undrawn, waiting or reviewed
    sa.Column("body", sa.JSON, nullable=False),  # records.AdvisorCase
)

review_skip = sa.Table(  # a case for review that somebody left to another
    "review_skip",
    metadata,
    sa.Column("ticket", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("person", sa.String(40), primary_key=True),
)

autonomous_case = sa.Table(  # what was carried out or answered without a person
    "autonomous_case",
    metadata,
    sa.Column("ticket", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("at", sa.String(32), nullable=False, index=True),
    sa.Column("undrawn", sa.Boolean, nullable=False, index=True),  # whether it is reviewed is not decided yet
    sa.Column("simulated", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("body", sa.JSON, nullable=False),  # records.AutonomousCase; what follows is of it, to be added up
    sa.Column("ripe_at", sa.String(32), nullable=False, server_default=""),
    sa.Column("task_types", sa.Text, nullable=False, server_default=""),
    sa.Column("stratum", sa.Text, nullable=False, server_default=""),
    sa.Column("plain", sa.Boolean, nullable=False, server_default=sa.false()),  # see records.AutonomousCase
    sa.Index("autonomous_case_plain", "simulated", "plain", "task_types", "at", "stratum"),
)

case_review = sa.Table(  # a reviewer's scorecard of one of them
    "case_review",
    metadata,
    sa.Column("ticket", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("person", sa.String(40), primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),  # records.CaseReview
)

first_answer = sa.Table(  # what a person would do, said before they saw the proposal
    "first_answer",
    metadata,
    sa.Column("ticket", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),  # records.FirstAnswer
)

incident = sa.Table(  # a level that came down by itself
    "incident",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("task_type", sa.String(60), nullable=False),
    sa.Column("at", sa.String(32), nullable=False, index=True),
    sa.Column("body", sa.JSON, nullable=False),  # records.Incident
)

undo_batch = sa.Table(  # acts that are taken back together
    "undo_batch",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("going", sa.Boolean, nullable=False, index=True),
    sa.Column("body", sa.JSON, nullable=False),  # records.UndoBatch
)

simulation = sa.Table(  # a level tried on tickets before it goes live
    "simulation",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("at", sa.String(32), nullable=False, index=True),
    sa.Column("going", sa.Boolean, nullable=False, index=True),
    sa.Column("body", sa.JSON, nullable=False),  # views.simulation_views.Simulation
)

simulation_case = sa.Table(  # what would have become of one ticket in it
    "simulation_case",
    metadata,
    sa.Column("simulation", sa.String(40), sa.ForeignKey("simulation.id"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("ticket", sa.String(40), nullable=False, index=True),  # empty: a line of a file
    sa.Column("body", sa.JSON, nullable=False),  # views.simulation_views.SimulationCase
)

erasure = sa.Table(  # a customer that one administrator asked to erase, until another grants it
    "erasure",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),  # views.erasure.ErasureRequest
)

system_standing = sa.Table(  # how a system has answered lately, and whether acting alone is paused for it
    "system_standing",
    metadata,
    sa.Column("system", sa.String(60), primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),  # views.system_views.SystemStanding
)

switch = sa.Table(
    "switch",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),  # "*", "action:..." or a task type
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

switch_seal = sa.Table(  # one row: over all switches that are on
    "switch_seal",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("mark", sa.String(64), nullable=False),
)
