package metric

import "slices"

// analysisMetrics read the results of other analyses.
func analysisMetrics() []Metric { return slices.Concat(radioMetrics(), cameraMetrics()) }
