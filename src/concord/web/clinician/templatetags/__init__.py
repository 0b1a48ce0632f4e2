"""What only the clinician's templates may say."""
