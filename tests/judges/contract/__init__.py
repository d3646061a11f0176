"""The published contract of Microsoft Graph as a referee: what a client sends and what is answered."""
