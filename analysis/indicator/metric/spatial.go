package metric

func spatialMetrics() []Metric { return nil }
