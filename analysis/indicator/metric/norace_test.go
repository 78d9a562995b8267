//go:build !race

package metric

// watched tells that the race detector does not watch.
const watched = false
