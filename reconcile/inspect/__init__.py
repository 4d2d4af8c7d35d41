"""One record explained: who it is in both shops, where each value comes from, and what a plan
would do to it and why."""
