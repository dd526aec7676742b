"""What people see of real processors and do about them: timelines, reviews, the time after a restore."""
