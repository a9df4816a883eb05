"""How far each customer is on the way from an invitation to data, and why there is none."""
