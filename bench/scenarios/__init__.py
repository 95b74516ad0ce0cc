"""The scenarios, a module each."""
