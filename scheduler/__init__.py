"""Time and delivery: the timetable of sweeps, and the sender."""
