//go:build race

package walk

// watched tells that the race detector watches, which makes everything many times
// slower: tests by lot then draw fewer lots of each kind.
const watched = true
