"""What surrounds a script: its streams, its files, what it displays, and how its errors are told."""
