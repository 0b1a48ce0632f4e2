"""What the demonstration adds to templates."""
