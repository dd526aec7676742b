"""What tests share: real servers, real processes, a client per merchant."""
