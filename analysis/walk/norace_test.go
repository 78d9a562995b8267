//go:build !race

package walk

// watched tells that the race detector does not watch.
const watched = false
