package pipeline

import (
	"sync"

	"yiju/layers"
)

// kept holds what was built last, so that a click is answered at once. The zero
// value keeps one.
type kept[T any] struct {
	mu   sync.Mutex
	most int
	list []keptEntry[T] // most recently used first
}

type keptEntry[T any] struct {
	key string
	at  layers.Revision
	of  T
}

// get gives what was built under a key from a revision, and builds it when it is
// not there. Who asks for the same meanwhile waits for it.
func (k *kept[T]) get(key string, at layers.Revision, build func() (T, error)) (T, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, e := range k.list {
		if e.key == key && e.at == at {
			copy(k.list[1:i+1], k.list[:i])
			k.list[0] = e
			return e.of, nil
		}
	}
	built, err := build()
	if err != nil {
		return built, err
	}
	k.list = append([]keptEntry[T]{{key, at, built}}, k.list...)
	k.list = k.list[:min(len(k.list), max(k.most, 1))]
	return built, nil
}
