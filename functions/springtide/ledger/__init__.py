"""The state that is kept between runs, and the lease that guards it."""
