"""Who is in which class, and how they come and go: opened, shared, listed, moved, archived."""
