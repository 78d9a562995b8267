//go:build !race

package metric

// racing tells that the race detector does not watch.
const racing = false
