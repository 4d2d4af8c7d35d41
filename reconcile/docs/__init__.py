"""The manual: Markdown pages, shown by `reconcile docs`."""
