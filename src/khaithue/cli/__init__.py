"""The ``khaithue`` command: forms, figures, files, signatures and due dates at a terminal or in a script.

Exit codes: 0 fine, 1 errors were found, 2 the input could not be used at all, 130 stopped by Ctrl-C.
"""
