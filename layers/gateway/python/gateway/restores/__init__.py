"""After a restore: what the processors know is compared with our books, before live work goes on."""
