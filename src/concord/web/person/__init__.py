"""The pages of the person, and of those whom they let take part."""
