"""The office: who is enrolled, who works here, who looks after whom."""
