"""The simulated bank: moves no money, keeps books."""
