"""Clients of Microsoft that others wrote, pointed at a simulated tenant."""
