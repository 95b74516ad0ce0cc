"""What `make bench scale` puts together: setups of real processes, rounds in turn, and who used how much processor."""
