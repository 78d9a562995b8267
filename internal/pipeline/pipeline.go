// Package pipeline brings layers, analyses and results together: it makes the
// scene that an analysis needs from a store, runs the analysis, and keeps what it
// gives as result layers with a record of where they came from. It is the only
// place where stores and analyses meet.
package pipeline

import (
	"sync"

	"yiju/layers"
)

// Engine is the version written into every result. It changes when the same
// input could give another result.
const Engine = "0.1.0"

// Pipeline works on one store. It may be used by several goroutines.
type Pipeline struct {
	store layers.Store

	mu       sync.Mutex
	networks []*builtNetwork // most recently used first; at most maxNetworks
	radios   kept[*radioModel]
	watches  kept[*cameraModel]
	running  sync.Mutex // one analysis at a time: it uses all cores and much memory
}

// New is a pipeline on a store, which stays the caller's to close.
func New(store layers.Store) *Pipeline { return &Pipeline{store: store} }
