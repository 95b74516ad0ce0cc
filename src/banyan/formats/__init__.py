"""Question files of other programs, read and written: GIFT, Aiken, Moodle XML, and tables."""
