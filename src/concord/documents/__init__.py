"""Values as documents: what is printed, drawn or handed over."""
