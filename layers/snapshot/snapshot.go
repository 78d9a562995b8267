// Package snapshot keeps layers of a store decoded and indexed in memory, for
// readers that look at small parts of them many times, such as tiles. It holds
// the newest revision only, and notices by the store's revision when a layer has
// moved on. Layers that do not fit its budget are read from the store.
package snapshot

import (
	"context"
	"iter"
	"sync"

	"github.com/paulmach/orb"
	"golang.org/x/sync/singleflight"

	"yiju/geo"
	"yiju/geo/index"
	"yiju/layers"
)

// newester is a store that tells its newest revision without listing its layers.
type newester interface {
	Newest(ctx context.Context) (layers.Revision, error)
}

// Reader is a layers.Reader over a store. It may be used by several goroutines.
type Reader struct {
	store  layers.Reader
	budget int64

	loads singleflight.Group

	mu     sync.Mutex
	infos  []layers.Info
	seen   layers.Revision
	layers map[string]*held
	clock  int64 // counts uses, to know which layer was used longest ago
	bytes  int64
}

// held is a layer in memory. Its features are shared and must not be changed.
type held struct {
	changed  layers.Revision
	features []geo.Feature
	index    *index.Index
	bytes    int64
	used     int64
	tooLarge bool
}

// New holds layers of store in up to budget bytes of memory, estimated.
func New(store layers.Reader, budget int64) *Reader {
	return &Reader{store: store, budget: budget, layers: make(map[string]*held)}
}

var _ layers.Reader = (*Reader)(nil)

// Layers implements layers.Reader. The list is the store's; it is asked again
// only when the store has a newer revision, where the store can tell.
func (r *Reader) Layers(ctx context.Context) ([]layers.Info, error) {
	n, ok := r.store.(newester)
	if !ok {
		return r.store.Layers(ctx)
	}
	newest, err := n.Newest(ctx)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	infos, seen := r.infos, r.seen
	r.mu.Unlock()
	if infos != nil && seen == newest {
		return infos, nil
	}
	if infos, err = r.store.Layers(ctx); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.infos, r.seen = infos, newest
	return infos, nil
}

// Features implements layers.Reader by the store.
func (r *Reader) Features(ctx context.Context, layer string, q layers.Query) iter.Seq2[geo.Feature, error] {
	return r.store.Features(ctx, layer, q)
}

// View calls f with the features of a layer that touch an extent in degrees, in
// no fixed order, until f says stop. The features are shared: f must neither
// change nor keep parts of them beyond the life of the snapshot's revision.
func (r *Reader) View(ctx context.Context, layer string, extent geo.Extent, f func(*geo.Feature) bool) error {
	h, err := r.hold(ctx, layer)
	if err != nil {
		return err
	}
	if !h.tooLarge {
		h.index.Each(extent, func(i int) bool { return f(&h.features[i]) })
		return nil
	}
	for feature, err := range r.store.Features(ctx, layer, layers.Query{Extent: &extent}) {
		if err != nil {
			return err
		}
		if !f(&feature) {
			return nil
		}
	}
	return nil
}

// Changed is the revision that last touched a layer.
func (r *Reader) Changed(ctx context.Context, layer string) (layers.Info, error) {
	infos, err := r.Layers(ctx)
	if err != nil {
		return layers.Info{}, err
	}
	for _, info := range infos {
		if info.Schema.Layer == layer {
			return info, nil
		}
	}
	return layers.Info{}, &layers.NoLayerError{Layer: layer}
}

// hold gives the layer as it is now, reading it when it is new or has changed.
func (r *Reader) hold(ctx context.Context, layer string) (*held, error) {
	info, err := r.Changed(ctx, layer)
	if err != nil {
		return nil, err
	}
	if h := r.fresh(layer, info.Changed); h != nil {
		return h, nil
	}
	done := r.loads.DoChan(layer, func() (any, error) {
		if h := r.fresh(layer, info.Changed); h != nil {
			return h, nil
		}
		// The load serves everyone who waits, so it outlives the first of them.
		h, err := r.load(context.WithoutCancel(ctx), layer, info.Changed)
		if err != nil {
			return nil, err
		}
		r.keep(layer, h)
		return h, nil
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-done:
		if result.Err != nil {
			return nil, result.Err
		}
		return result.Val.(*held), nil
	}
}

func (r *Reader) fresh(layer string, changed layers.Revision) *held {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.layers[layer]
	if h == nil || h.changed < changed {
		return nil
	}
	r.clock++
	h.used = r.clock
	return h
}

func (r *Reader) load(ctx context.Context, layer string, changed layers.Revision) (*held, error) {
	h := &held{changed: changed}
	for f, err := range r.store.Features(ctx, layer, layers.Query{}) {
		if err != nil {
			return nil, err
		}
		if h.bytes += weigh(&f); h.bytes > r.budget {
			return &held{changed: changed, tooLarge: true}, nil
		}
		h.features = append(h.features, f)
	}
	h.index = index.New(h.features)
	return h, nil
}

// keep stores a layer and makes room by letting go of those used longest ago.
func (r *Reader) keep(layer string, h *held) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.layers[layer]; old != nil {
		r.bytes -= old.bytes
	}
	r.clock++
	h.used = r.clock
	r.layers[layer] = h
	r.bytes += h.bytes
	for r.bytes > r.budget {
		oldest := ""
		for name, other := range r.layers {
			if name != layer && other.bytes > 0 && (oldest == "" || other.used < r.layers[oldest].used) {
				oldest = name
			}
		}
		if oldest == "" {
			return
		}
		r.bytes -= r.layers[oldest].bytes
		delete(r.layers, oldest)
	}
}

// weigh estimates the memory of a decoded feature in bytes.
func weigh(f *geo.Feature) int64 {
	const (
		fixed   = 400 // the structure, its maps and its place in the index
		perPair = 80
	)
	n := int64(fixed + len(f.ID) + 8*len(f.Z))
	geo.EachPoint(f.Geometry, func(orb.Point) { n += 16 })
	for _, attributes := range []map[string]any{f.Attributes, f.Extra} {
		for name, v := range attributes {
			n += int64(perPair + len(name))
			if s, ok := v.(string); ok {
				n += int64(len(s))
			}
		}
	}
	return n
}
