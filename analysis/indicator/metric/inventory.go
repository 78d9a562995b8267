package metric

import "slices"

// inventoryMetrics are counted from attributes, theme by theme.
func inventoryMetrics() []Metric {
	return slices.Concat(
		householdMetrics(),
		peopleMetrics(),
		compoundMetrics(),
		buildingMetrics(),
		pipeMetrics(),
		facilityMetrics(),
		careMetrics(),
		deviceMetrics(),
		parkingMetrics(),
		[]Metric{irrigationMetric()},
	)
}
