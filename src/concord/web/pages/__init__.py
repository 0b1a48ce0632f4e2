"""What every page shares: who asks, the answer to a refusal, headers, the templates."""
