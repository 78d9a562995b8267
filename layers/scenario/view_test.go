package scenario_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/memory"
	"yiju/layers/scenario"
	"yiju/layers/snapshot"
)

func (d *dice) query() layers.Query {
	var q layers.Query
	if d.IntN(2) == 0 {
		e := geo.ExtentOf(orb.MultiPoint{d.place(), d.place()})
		q.Extent = &e
	}
	if d.IntN(3) == 0 {
		q.IDs = []string{d.id(), d.id(), d.id()}
	}
	if d.IntN(3) == 0 {
		q.After = d.id()
	}
	if d.IntN(3) == 0 {
		q.Limit = d.IntN(4)
	}
	return q
}

// held is a base that keeps its layers in memory.
type held struct {
	*snapshot.Reader
	store layers.Store
}

func (h held) Changes(ctx context.Context, since layers.Revision) ([]layers.Change, error) {
	return h.store.Changes(ctx, since)
}

// A View answers as a store does to which the edits were applied: random edits, random
// queries, the newest state and older ones, while the base moves on below.
func TestViewAgreesWithAStore(t *testing.T) {
	onEach(t, func(t *testing.T, store layers.Store) {
		for seed := range uint64(6) {
			d := roll(seed)
			if seed > 0 {
				d.move(t, store, 20)
			} else {
				d.found(t, store)
			}
			pin := newest(t, store)
			base := worldOf(t, store, pin, d.names()...)
			view := must[*scenario.View](t)(scenario.NewView(t.Context(), store, pin))
			sharing := must[*scenario.View](t)(scenario.NewView(t.Context(), held{snapshot.New(store, 1<<20), store}, pin))
			type shown struct {
				at     layers.Revision
				oracle layers.Store
			}
			var states []shown
			for round := range 8 {
				if round > 3 { // while the base is what it was, a view may share what others read
					d.move(t, store, 3)
				}
				edits := d.edits(d.IntN(12))
				want := base.clone()
				want.edit(edits)
				oracle := memory.New()
				must[layers.Revision](t)(oracle.Apply(t.Context(), layers.Batch{Define: []geo.Schema{trees()}, Edits: append((world{}).batch(base), base.batch(want)...)}))
				net := must[*scenario.Net](t)(scenario.Resolve(t.Context(), store, pin, edits))
				must[[]scenario.Shift](t)(view.Show(t.Context(), net))
				must[[]scenario.Shift](t)(sharing.Show(t.Context(), net))
				states = append(states, shown{must[layers.Revision](t)(view.Newest(t.Context())), oracle})
				sameInfos(t, fmt.Sprintf("seed %d, round %d", seed, round), view, oracle, d.names())
				for range 20 {
					layer, q := d.schema().Layer, d.query()
					if q.Extent != nil {
						got := []geo.Feature{}
						if err := sharing.View(t.Context(), layer, *q.Extent, func(f *geo.Feature) bool {
							got = append(got, f.Clone())
							return true
						}); err != nil {
							t.Fatal(err)
						}
						same(t, fmt.Sprintf("seed %d, round %d: %s in %v, shared", seed, round, layer, *q.Extent),
							got, read(t, view, layer, layers.Query{Extent: q.Extent}))
					}
					same(t, fmt.Sprintf("seed %d, round %d: %s %+v", seed, round, layer, q),
						versionless(read(t, view, layer, q)), versionless(read(t, oracle, layer, q)))
					past := states[d.IntN(len(states))]
					pinned := q
					pinned.At = past.at
					if past.at > pin {
						same(t, fmt.Sprintf("seed %d, round %d: %s %+v", seed, round, layer, pinned),
							versionless(read(t, view, layer, pinned)), versionless(read(t, past.oracle, layer, q)))
					}
					pinned.At = 1 + layers.Revision(d.Int64N(int64(pin)))
					same(t, fmt.Sprintf("seed %d, round %d: %s %+v below", seed, round, layer, pinned), read(t, view, layer, pinned), read(t, store, layer, pinned))
				}
				if t.Failed() {
					t.FailNow()
				}
			}
		}
	})
}

func newest(t testing.TB, s layers.Store) layers.Revision {
	t.Helper()
	return must[layers.Revision](t)(s.(layers.Numbered).Newest(t.Context()))
}

// sameInfos compares what is told of the layers that hold something.
func sameInfos(t *testing.T, what string, view, oracle layers.Reader, names []string) {
	t.Helper()
	infos := func(r layers.Reader) map[string]layers.Info {
		out := map[string]layers.Info{}
		for _, i := range must[[]layers.Info](t)(r.Layers(t.Context())) {
			for _, name := range names {
				if i.Schema.Layer == name && i.Count > 0 {
					out[name] = i
				}
			}
		}
		return out
	}
	same(t, what+": layers", infos(view), infos(oracle), cmpopts.IgnoreFields(layers.Info{}, "Changed"), cmpopts.EquateEmpty())
}
