"""What a sweep's tables say: intervals, sensitivity, thresholds, boxes, robustness."""
