"""Pure decisions of the joint statistics: periods, what may be collected, what may be totalled and shown, what looks odd."""
