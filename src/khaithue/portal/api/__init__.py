"""The programming interface: tokens, routes, webhooks."""
