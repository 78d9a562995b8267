package metric

func analysisMetrics() []Metric { return nil }
