"""Screen 5: the confusion matrix, each class, the mistakes."""
