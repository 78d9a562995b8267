package metric

import "slices"

// spatialMetrics are those that are computed from geometry alone.
func spatialMetrics() []Metric {
	return slices.Concat(
		facadeMetrics(), greenMetrics(), greenwayMetrics(), lightMetrics(), roadMetrics(), rescueMetrics(), pathMetrics(),
		stepfreeMetrics(), perviousMetrics(), nearbyMetrics(),
	)
}
