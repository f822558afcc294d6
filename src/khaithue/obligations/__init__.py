"""What is due and when: tax periods, working days, due dates."""
