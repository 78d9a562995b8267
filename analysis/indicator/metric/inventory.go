package metric

func inventoryMetrics() []Metric { return nil }
