"""What things cost: lists, their bands and rates, contracts, and the pure price of a use."""
