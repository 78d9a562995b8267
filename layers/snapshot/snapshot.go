// Package snapshot keeps layers of a store decoded and indexed in memory, for
// readers that look at small parts of them many times, such as tiles. It holds
// the newest revision only, and notices by the store's revision when a layer has
// moved on. Layers that do not fit its budget are read from the store.
package snapshot

import (
	"context"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/paulmach/orb"
	"golang.org/x/sync/singleflight"

	"yiju/geo"
	"yiju/geo/index"
	"yiju/layers"
)

// applier is a store that tells, without asking anyone, the newest revision that
// it wrote itself.
type applier interface {
	Applied() layers.Revision
}

// Reader is a layers.Reader over a store. It may be used by several goroutines.
type Reader struct {
	store  layers.Reader
	budget int64

	// following counts the calls of Follow in force; told is the newest revision
	// they were told of.
	following atomic.Int32
	told      atomic.Int64

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
	features []geo.Feature // by id
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

// Follow has the store tell of new revisions, until ctx ends, so that the reader
// need not ask before every look. What was written through the same store is still
// seen at once; what others write is seen when news of it comes. A store that
// tells no news is asked as before.
func (r *Reader) Follow(ctx context.Context) error {
	n, ok := r.store.(layers.Notifier)
	if !ok {
		return nil
	}
	_, numbered := r.store.(layers.Numbered)
	if _, ok := r.store.(applier); !ok || !numbered {
		return nil
	}
	news, err := n.Notify(ctx)
	if err != nil {
		return err
	}
	now, err := r.ask(ctx)
	if err != nil {
		return err
	}
	r.tell(now)
	r.following.Add(1)
	go func() {
		defer r.following.Add(-1)
		for now := range news {
			r.tell(now)
		}
	}()
	return nil
}

func (r *Reader) tell(now layers.Revision) {
	for {
		told := r.told.Load()
		if int64(now) <= told || r.told.CompareAndSwap(told, int64(now)) {
			return
		}
	}
}

// newest gives the newest revision; ok is false when the store cannot tell it.
func (r *Reader) newest(ctx context.Context) (now layers.Revision, ok bool, err error) {
	if r.following.Load() > 0 {
		own := r.store.(applier).Applied()
		return max(own, layers.Revision(r.told.Load())), true, nil
	}
	if _, ok := r.store.(layers.Numbered); !ok {
		return 0, false, nil
	}
	now, err = r.ask(ctx)
	return now, true, err
}

func (r *Reader) ask(ctx context.Context) (layers.Revision, error) {
	return r.store.(layers.Numbered).Newest(ctx)
}

// Layers implements layers.Reader. The list is the store's; it is asked again
// only when the store has a newer revision, where the store can tell. The list is
// shared and must not be changed.
func (r *Reader) Layers(ctx context.Context) ([]layers.Info, error) {
	newest, ok, err := r.newest(ctx)
	if err != nil {
		return nil, err
	}
	if !ok {
		return r.store.Layers(ctx)
	}
	r.mu.Lock()
	infos, seen := r.infos, r.seen
	r.mu.Unlock()
	if infos != nil && seen >= newest {
		return infos, nil
	}
	if infos, err = r.store.Layers(ctx); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if newest >= r.seen {
		r.infos, r.seen = infos, newest
	}
	return infos, nil
}

// Features implements layers.Reader: from memory when the layer is there, as
// copies, else from the store. It does not load the layer.
func (r *Reader) Features(ctx context.Context, layer string, q layers.Query) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		h := r.ready(ctx, layer, q)
		if h == nil {
			r.store.Features(ctx, layer, q)(yield)
			return
		}
		given := 0
		for _, i := range h.matching(q) {
			if err := ctx.Err(); err != nil {
				yield(geo.Feature{}, err)
				return
			}
			if !yield(h.features[i].Clone(), nil) {
				return
			}
			if given++; given == q.Limit {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(geo.Feature{}, err)
		}
	}
}

// ready gives the layer when it is in memory as the query wants it; nil when the
// store must answer, if only to say what is wrong.
func (r *Reader) ready(ctx context.Context, layer string, q layers.Query) *held {
	info, err := r.Changed(ctx, layer)
	if err != nil {
		return nil
	}
	if q.At != 0 {
		newest, ok, err := r.newest(ctx)
		old := q.At < info.Changed && info.Schema.Kind != geo.Result
		if err != nil || !ok || old || q.At < 0 || q.At > newest {
			return nil
		}
	}
	h := r.fresh(layer, info.Changed)
	if h == nil || h.tooLarge {
		return nil
	}
	return h
}

// matching lists, in order, the features that a query selects, but for its limit.
func (h *held) matching(q layers.Query) []int {
	first, there := h.find(q.After)
	if there {
		first++
	}
	var out []int
	switch {
	case q.IDs != nil:
		for _, id := range q.IDs {
			i, ok := h.find(id)
			if ok && (q.Extent == nil || geo.ExtentOf(h.features[i].Geometry).Touches(*q.Extent)) {
				out = append(out, i)
			}
		}
		slices.Sort(out)
		out = slices.Compact(out)
	case q.Extent != nil:
		out = h.index.Touching(*q.Extent)
	default:
		for i := first; i < len(h.features) && (q.Limit <= 0 || len(out) < q.Limit); i++ {
			out = append(out, i)
		}
	}
	at, _ := slices.BinarySearch(out, first)
	return out[at:]
}

// find gives where an id is, or would be.
func (h *held) find(id string) (int, bool) {
	return slices.BinarySearchFunc(h.features, id, func(f geo.Feature, id string) int { return strings.Compare(f.ID, id) })
}

// View calls f with the features of a layer that touch an extent in degrees,
// ordered by id, until f says stop. The features are shared: f must neither change
// them nor keep them beyond its own use. The layer is read into memory when it is
// not there yet.
func (r *Reader) View(ctx context.Context, layer string, extent geo.Extent, f func(*geo.Feature) bool) error {
	h, err := r.hold(ctx, layer)
	if err != nil {
		return err
	}
	if !h.tooLarge {
		for _, i := range h.index.Touching(extent) {
			if !f(&h.features[i]) {
				return nil
			}
		}
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

// Changed tells of one layer, such as the revision that last touched it.
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
	for {
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
			// Whoever joined a load that began before the last change goes again.
			if h := result.Val.(*held); h.changed >= info.Changed {
				return h, nil
			}
		}
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
