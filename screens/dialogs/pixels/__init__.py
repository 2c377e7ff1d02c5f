"""Change the sample's pixels, and see what the network then says."""
