//go:build race

package metric

// racing tells that the race detector watches, which makes everything many times
// slower: tests by lot then draw fewer lots of each kind.
const racing = true
