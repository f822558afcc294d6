"""Running the portal on a machine."""
