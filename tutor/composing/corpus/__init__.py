"""What the composer learned from: public-domain tunes, read and sorted at build time into one file of tables."""
