"""The question before one leaves a run that goes on."""
