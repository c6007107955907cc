"""Articles, the documents they come from, how they do, and what became of them."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql.tables.schema import metadata

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
    sa.Column("changed_by", sa.String(40), nullable=False, server_default=""),
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
    sa.Column("kept", sa.JSON),  # of a waiting file: what is wanted of it; of a quarantined one: what was read of it
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),  # how often reading it was begun
    sa.Column("holder", sa.String(40), nullable=False, server_default=""),  # of a waiting file: the process that has it
    sa.Column("until", sa.String(32)),  # another one may take it from then on
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
