"""What authors do with courses, lessons and exercises: write, have them read, publish, put in order, hand on."""
