"""Questions: what teachers ask, in which kinds, and what a response is worth."""
