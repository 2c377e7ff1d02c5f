"""What is selected, what an explained number is, and the words for both; no terminal needed."""
