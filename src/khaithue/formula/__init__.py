"""The forms' own notation: grammar, static checks, targets Python and JavaScript, explanation."""
