"""The tax office's own key and the authorities it trusts."""
