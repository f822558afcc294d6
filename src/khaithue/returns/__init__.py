"""Tax returns: form definitions, a return's figures, compute, check, explain, amend."""
