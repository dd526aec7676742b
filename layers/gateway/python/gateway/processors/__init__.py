"""What a bank or payment service provider does for us, behind one port."""
