"""Going back to earlier versions, and collecting the ones that are no longer needed."""
