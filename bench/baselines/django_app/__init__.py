"""A course platform as the seeds build theirs: Django's ORM over normalised tables, behind gunicorn's threads.

Written as a careful Django developer would: indexes on what is looked up, relations fetched together, nothing debugged
or logged, persistent connections. It answers the course page with the document that Banyan answers.
"""
