"""Cases of evidence and of acting alone, added up by the database, so that no page reads them one by one."""
