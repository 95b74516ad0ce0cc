"""What every domain stands on, and knows none of: database, cache, jobs, files, mail, limits, problems, telemetry."""
