"""How far two shops have moved apart, and how that went over time."""
