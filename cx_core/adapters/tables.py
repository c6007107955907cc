"""Every table of Rung's own database. Changed only together with a migration beside it.

Times are stored as ISO 8601 text in UTC with a fixed width, so that they sort as text on every database.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("thread", sa.String(200), nullable=False, server_default=""),
    sa.Column("customer", sa.String(80), index=True),
    sa.Column("address", sa.String(320), nullable=False, index=True),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("work", sa.String(10), nullable=False),
    sa.Column("priority_rank", sa.Integer, nullable=False, server_default="1"),
    sa.Column("route", sa.String(12)),
    sa.Column("task_types", sa.Text, nullable=False, server_default=""),
    sa.Column("assignee", sa.String(40)),
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("respond_by", sa.String(32)),
    sa.Column("opened_at", sa.String(32), nullable=False),
    sa.Column("updated_at", sa.String(32), nullable=False),
    sa.Column("search", sa.Text, nullable=False, server_default=""),
    sa.Column("team", sa.String(40), nullable=False, server_default=""),
    sa.Column("wake_at", sa.String(32), index=True),  # when a pending ticket comes back by itself
    sa.Column("solved_at", sa.String(32), index=True),
    sa.Column("body", sa.JSON, nullable=False),  # records.Ticket
    sa.Index("ticket_queue", "status", "priority_rank", "respond_by", "id"),
)

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("sender", sa.String(10), nullable=False),
    sa.Column("author", sa.String(120), nullable=False, server_default=""),
    sa.Column("identity", sa.Integer, nullable=False, server_default="0"),
    sa.Column("by_program", sa.String(200), nullable=False, server_default=""),
    sa.Column("refers", sa.Text, nullable=False, server_default=""),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
)

proposal = sa.Table(
    "proposal",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("void", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("body", sa.JSON, nullable=False),  # records.Proposal
)

draft = sa.Table(
    "draft",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("choices", sa.JSON, nullable=False, server_default="{}"),  # arguments edited, steps left out and added
    sa.Column("earlier", sa.JSON, nullable=False, server_default="[]"),  # texts before each rewriting
)

rewording = sa.Table(  # what a language model offered in place of a person's words
    "rewording",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("disclosure", sa.Text, nullable=False, server_default=""),
    sa.Column("at", sa.String(32), nullable=False),
)

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

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("person_name", sa.String(120), nullable=False),
    sa.Column("since", sa.String(32), nullable=False, server_default=""),
    sa.Column("until", sa.String(32), nullable=False),
)

change = sa.Table(
    "change",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("ticket", sa.String(40), nullable=False),
    sqlite_autoincrement=True,
)

measure = sa.Table(  # baseline events: what happened to a ticket, for figures over time
    "measure",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("ticket", sa.String(40), nullable=False, index=True),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("seconds", sa.Float),
    sa.Column("channel", sa.String(10), nullable=False),
    sa.Column("tier", sa.String(20), nullable=False, server_default=""),
    sa.Column("task_types", sa.Text, nullable=False, server_default=""),
    sa.Column("solved_by", sa.String(10), nullable=False, server_default=""),
    sa.Column("person", sa.String(40)),
    sa.Column("simulated", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("measure_kind", "kind", "at"),
)

note = sa.Table(  # internal: no customer ever sees one
    "note",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("person_name", sa.String(120), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("mentions", sa.JSON, nullable=False),  # account ids
    sa.Column("at", sa.String(32), nullable=False),
)

notice = sa.Table(  # what a colleague should see: a mention, a ticket handed over, one about to miss its time
    "notice",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("sender", sa.String(120), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("seen_at", sa.String(32)),
    sa.Index("notice_person", "person", "seen_at", "id"),
)

attachment = sa.Table(  # what it is; the bytes lie in a folder of their own
    "attachment",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("message", sa.String(200)),  # None: with the draft, not sent yet
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(80), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("person", sa.String(40)),  # None: the customer
    sa.Column("trouble", sa.String(300), nullable=False, server_default=""),  # why it was not kept
    sa.Column("at", sa.String(32), nullable=False),
)

flag = sa.Table(  # a person says that the copilot got something wrong
    "flag",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

rating = sa.Table(  # the short question after a solved ticket, and its answer
    "rating",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("asked_at", sa.String(32), nullable=False),
    sa.Column("score", sa.Integer),  # 1 to 5
    sa.Column("comment", sa.Text, nullable=False, server_default=""),
    sa.Column("answered_at", sa.String(32)),
)

subscription = sa.Table(  # which events go where, by e-mail or webhook
    "subscription",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("events", sa.JSON, nullable=False),
    sa.Column("way", sa.String(10), nullable=False),
    sa.Column("target", sa.String(400), nullable=False),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("at", sa.String(32), nullable=False),
)

notification = sa.Table(  # one event on its way to one subscription
    "notification",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("subscription", sa.String(40), sa.ForeignKey("subscription.id"), nullable=False, index=True),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),  # ids and figures, never a customer's words
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_try", sa.String(32), index=True),  # None: sent, or given up
    sa.Column("sent_at", sa.String(32)),
    sa.Column("trouble", sa.Text, nullable=False, server_default=""),
)

alarm = sa.Table(  # a state people were told of, until it is over
    "alarm",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("since", sa.String(32), nullable=False),
)

model_use = sa.Table(  # what a language model was asked and what it cost, without a word of it
    "model_use",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(32), nullable=False, index=True),
    sa.Column("ticket", sa.String(40), index=True),
    sa.Column("task", sa.String(20), nullable=False),
    sa.Column("model", sa.String(120), nullable=False),
    sa.Column("prompt_version", sa.String(64), nullable=False),
    sa.Column("input_tokens", sa.Integer, nullable=False),
    sa.Column("output_tokens", sa.Integer, nullable=False),
    sa.Column("ms", sa.Float, nullable=False),
    sa.Column("ok", sa.Boolean, nullable=False),
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

article = sa.Table(  # knowledge; the folder's articles are taken in at the start, others come by upload
    "article",
    metadata,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("live", sa.Integer),  # the version that search sees
    sa.Column("latest", sa.Integer, nullable=False),
    sa.Column("origin", sa.String(10), nullable=False),
    sa.Column("origin_name", sa.String(400), nullable=False, server_default=""),
    sa.Column("origin_sha256", sa.String(64), nullable=False, server_default="", index=True),
    sa.Column("changed_at", sa.String(32), nullable=False),
)

article_version = sa.Table(  # never changed once written
    "article_version",
    metadata,
    sa.Column("article", sa.String(80), sa.ForeignKey("article.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),  # articles.ArticleVersion
)

article_change = sa.Table(  # whoever serves articles looks here whether any changed
    "article_change",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("article", sa.String(80), nullable=False),
    sqlite_autoincrement=True,
)

upload = sa.Table(  # what became of each file that was handed in
    "upload",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("at", sa.String(32), nullable=False, index=True),
    sa.Column("body", sa.JSON, nullable=False),  # articles.Upload
    sa.Column("kept", sa.JSON),  # of a quarantined file: what was read of it, until a person decides
)

health_finding = sa.Table(
    "health_finding",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    sa.Column("found_at", sa.String(32), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),  # articles.HealthFinding
)

health_round = sa.Table(  # one row, "knowledge": which process goes through the articles, and what was done last
    "health_round",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("mark", sa.String(80), nullable=False, server_default=""),
    sa.Column("at", sa.String(32)),
    sa.Column("asked", sa.Integer, nullable=False, server_default="0"),
    sa.Column("holder", sa.String(40), nullable=False, server_default=""),
    sa.Column("until", sa.String(32)),  # free from then on
)

test_question = sa.Table(  # questions whose answer an editor knows, asked again after every change
    "test_question",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("folder", sa.String(80), nullable=False, index=True),
    sa.Column("body", sa.JSON, nullable=False),
)

passage_use = sa.Table(  # what became of a passage in one version of a proposal
    "passage_use",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("article", sa.String(80), primary_key=True),
    sa.Column("heading", sa.String(200), primary_key=True),
    sa.Column("kind", sa.String(12), primary_key=True),  # articles.UseKind
    sa.Column("number", sa.Integer, nullable=False),  # of the article's version
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("simulated", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("passage_use_article", "article", "kind", "at"),
)

solved_case = sa.Table(  # a solved ticket with a good outcome, masked: what was asked, and what solved it
    "solved_case",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("task_types", sa.Text, nullable=False, server_default=""),
    sa.Column("at", sa.String(32), nullable=False),  # when it was solved
    sa.Column("made_at", sa.String(32), nullable=False),  # whoever serves cases looks here whether any are new
    sa.Column("body", sa.JSON(none_as_null=True)),  # solved_cases.SolvedCase; none: nobody's example
    sa.Column("vector", sa.LargeBinary),  # of what was asked, little-endian float32
    sa.Column("encoder", sa.String(200), nullable=False, server_default=""),  # what made it
)

level = sa.Table(  # of autonomy, where people set another one than a task type begins with
    "level",
    metadata,
    sa.Column("task_type", sa.String(60), primary_key=True),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)

switch = sa.Table(
    "switch",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),  # "*", "action:..." or a task type
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("email", sa.String(320), nullable=False, unique=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("demo", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("team", sa.String(40), nullable=False, server_default=""),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(40), sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("expires_at", sa.String(32), nullable=False),
)

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("email_hash", sa.String(64), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Index("attempt_email", "email_hash", "at"),
    sa.Index("attempt_address", "address", "at"),
)

audit_event = sa.Table(
    "audit_event",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("ticket", sa.String(40), index=True),
    sa.Column("customer_ref", sa.String(64)),  # opaque reference to the key, not the customer's id
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("nonce", sa.LargeBinary, nullable=False),
    sa.Column("ciphertext", sa.LargeBinary, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
