//go:build !race

package walk

// racing tells that the race detector does not watch.
const racing = false
