package metric

import "slices"

// All lists the metrics, theme by theme. Each call gives a fresh list.
func All() []Metric {
	return slices.Concat(
		inventoryMetrics(),
		spatialMetrics(),
		reachMetrics(),
		analysisMetrics(),
	)
}
