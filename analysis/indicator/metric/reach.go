package metric

func reachMetrics() []Metric { return nil }
