"""What warehouse, reps and buyers do with goods: prepare, ship, sign, receive."""
