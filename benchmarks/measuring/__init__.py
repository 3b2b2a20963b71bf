"""From assessments of takes with known truth to figures: what was found, what was made up, how sure, at what cost."""
