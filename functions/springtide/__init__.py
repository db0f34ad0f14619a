"""What the handlers share: AWS by service, planning without side effects, and the SQL."""

import gc

# Nearly all that imports make stays; to look for garbage in it takes 5 % of a cold start.
gc.set_threshold(100_000, 20, 20)
