package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/memory"
	"yiju/layers/scenario"
)

// liveLayers are the layers that random edits touch.
var liveLayers = []string{
	"ways", "barriers", "entrances", "compounds", "crossings", "facilities", "buildings", "greens",
	"cells", "cameras", "keypoints", "devices", "pipes", "pipe_nodes", "areas", "evidence", "communities",
}

// hand makes random edits of a store.
type hand struct {
	rng   *rand.Rand
	seq   int64
	known map[string][]geo.Feature
}

func newHand(t testing.TB, store layers.Reader, seed uint64) *hand {
	t.Helper()
	h := &hand{rng: rand.New(rand.NewPCG(seed, 1)), known: make(map[string][]geo.Feature)}
	for _, layer := range liveLayers {
		list, err := readAll(t.Context(), store, layer, layers.Query{})
		if err != nil {
			t.Fatal(err)
		}
		h.known[layer] = list
	}
	return h
}

// edit is one random edit of a layer.
func (h *hand) edit(layer string) scenario.Edit {
	h.seq++
	list := h.known[layer]
	e := scenario.Edit{Seq: h.seq, Layer: layer, Version: 1000 + h.seq}
	if len(list) == 0 {
		e.Op, e.ID = scenario.Delete, "nothing"
		return e
	}
	f := list[h.rng.IntN(len(list))].Clone()
	e.ID = f.ID
	dx, dy := (h.rng.Float64()-0.5)*4e-4, (h.rng.Float64()-0.5)*4e-4
	switch op := h.rng.IntN(4); {
	case op == 0 && layer != "communities":
		e.Op = scenario.Delete
	case op == 1:
		e.Op, e.ID = scenario.Add, fmt.Sprintf("new-%d", h.seq)
		f.ID, f.Geometry, f.Z = e.ID, shifted(f.Geometry, dx, dy), nil
		e.Feature = &f
	case op == 2 && layer != "communities" && f.Geometry != nil:
		e.Op, e.Geometry = scenario.Move, shifted(f.Geometry, dx/4, dy/4)
	default:
		e.Op, e.Set = scenario.Change, h.attribute(layer, &f)
	}
	return e
}

// attribute sets one attribute to what another feature has, or makes it unknown.
func (h *hand) attribute(layer string, f *geo.Feature) map[string]any {
	schema, _ := layers.Schema(layer)
	field := schema.Fields[h.rng.IntN(len(schema.Fields))]
	other := h.known[layer][h.rng.IntN(len(h.known[layer]))]
	v := other.Attributes[field.Name]
	if b, ok := f.Bool(field.Name); ok {
		v = !b
	}
	return map[string]any{field.Name: v}
}

func shifted(g orb.Geometry, dx, dy float64) orb.Geometry {
	return geo.MapPoints(g, func(p orb.Point) orb.Point { return orb.Point{p[0] + dx, p[1] + dy} })
}

// checkLive compares what follows the edits with a judgement of the whole.
func checkLive(t *testing.T, l *Live, base scenario.Base, at layers.Revision, edits []scenario.Edit) {
	t.Helper()
	ctx := t.Context()
	fresh, err := scenario.NewView(ctx, base, at)
	if err != nil {
		t.Fatal(err)
	}
	net, err := scenario.Resolve(ctx, base, at, edits)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fresh.Show(ctx, net); err != nil {
		t.Fatal(err)
	}
	want, err := New(fresh).Judge(ctx, JudgeRequest{Profile: l.request.Profile})
	if err != nil {
		t.Fatal(err)
	}
	got := l.Judgement()
	if !slices.Equal(asJSON(t, got), asJSON(t, want)) {
		t.Fatalf("after %d edits, the last %+v:\n%s", len(edits), edits[len(edits)-1], cmp.Diff(want, got))
	}
	if drawn, err := l.Draw(ctx); err != nil || !drawn {
		t.Fatalf("drawn %v: %v", drawn, err)
	}
	compareResults(t, l.view, fresh)
}

// compareResults compares all result layers of two views.
func compareResults(t *testing.T, got, want *scenario.View) {
	t.Helper()
	infos, err := want.Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range infos {
		if info.Schema.Kind != geo.Result || layers.Own(info.Schema.Layer) {
			continue
		}
		a, err := readAll(t.Context(), want, info.Schema.Layer, layers.Query{})
		if err != nil {
			t.Fatal(err)
		}
		b, err := readAll(t.Context(), got, info.Schema.Layer, layers.Query{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range a {
			a[i].Version = 0
		}
		for i := range b {
			b[i].Version = 0
		}
		if d := cmp.Diff(a, b); d != "" {
			t.Fatalf("layer %s: %s", info.Schema.Layer, d[:min(len(d), 2000)])
		}
	}
}

func asJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestLiveIsWhole: over random sequences of edits, some of them taken back, what is
// computed incrementally is to the bit what a judgement of the whole says, with all
// result layers.
func TestLiveIsWhole(t *testing.T) {
	Unwatched(t)
	store := memory.New()
	ctx := t.Context()
	if err := LoadDemo(ctx, store); err != nil {
		t.Fatal(err)
	}
	for seed, profile := range []string{growthProfile, "yantai-beautiful-community/new"} {
		t.Run(profile, func(t *testing.T) { checkLiveSequence(t, store, profile, uint64(7+seed), 10) })
	}
}

// The same on a real town, with another order of things.
func TestLiveIsWholeInNeuss(t *testing.T) {
	Unwatched(t)
	checkLiveSequence(t, liveNeuss(t), growthProfile, 11, 8)
}

func checkLiveSequence(t *testing.T, store layers.Store, profile string, seed uint64, steps int) {
	ctx := t.Context()
	at, err := newest(ctx, store)
	if err != nil {
		t.Fatal(err)
	}
	view, err := scenario.NewView(ctx, store, at)
	if err != nil {
		t.Fatal(err)
	}
	l, err := newLive(ctx, New(view), view, LiveRequest{Profile: profile})
	if err != nil {
		t.Fatal(err)
	}
	first := asJSON(t, l.Base())
	h := newHand(t, store, seed)
	var edits []scenario.Edit
	moved := 0
	for step := range steps {
		before := asJSON(t, l.Judgement())
		for range 1 + h.rng.IntN(2) {
			edits = append(edits, h.edit(liveLayers[(2*step+h.rng.IntN(2)*h.rng.IntN(len(liveLayers)))%len(liveLayers)]))
		}
		if step%5 == 4 { // off, or on again
			e := &edits[h.rng.IntN(len(edits))]
			e.Off = !e.Off
		}
		showEdits(t, ctx, l, store, at, edits)
		checkLive(t, l, store, at, edits)
		if !slices.Equal(before, asJSON(t, l.Judgement())) {
			moved++
		}
	}
	if moved < steps/2 {
		t.Errorf("only %d of %d steps changed anything: the edits are too tame to show much", moved, steps)
	}
	showEdits(t, ctx, l, store, at, nil)
	if !slices.Equal(first, asJSON(t, l.Judgement())) {
		t.Fatalf("with all edits taken back:\n%s", cmp.Diff(l.Base(), l.Judgement()))
	}
}

func showEdits(t *testing.T, ctx context.Context, l *Live, base scenario.Base, at layers.Revision, edits []scenario.Edit) {
	t.Helper()
	net, err := scenario.Resolve(ctx, base, at, edits)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.view.Show(ctx, net); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Update(ctx); err != nil {
		t.Fatal(err)
	}
}
