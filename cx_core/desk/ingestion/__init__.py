"""Files that editors hand in, until they are articles.

- Handed in by a page: `uploads`; a folder kept in step: `folder_sync`, told by `sync_report`.
- Read in the background: `ingestion_queue`; one file: `file_ingestion`; known ones: `duplicate_files`; made into
  articles: `article_import`.
"""
