package api

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/layers"
	"yiju/layers/memory"
	"yiju/layers/snapshot"
	"yiju/tiles"
)

// counts are the tiles of scenarios by where they came from.
type counts struct{ base, hit, miss int }

func scenarioCounts(t *testing.T, s http.Handler) counts {
	t.Helper()
	var c counts
	for line := range strings.Lines(call{path: "/metrics"}.do(t, s).Body.String()) {
		if !strings.HasPrefix(line, "yiju_scenario_tiles_total{") {
			continue
		}
		number := line[strings.LastIndexByte(line, ' ')+1:]
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case strings.Contains(line, `result="base"`):
			c.base += int(n)
		case strings.Contains(line, `result="hit"`):
			c.hit += int(n)
		default:
			c.miss += int(n)
		}
	}
	return c
}

// tileTest compares the tiles of a scenario with those of a store in which its edits
// were made for good.
type tileTest struct {
	s      *Server
	id     string
	sets   []string // of layers asked for together
	coords []tiles.Coord
	twin   *memory.Store
	read   *snapshot.Reader // of the twin
	marked map[string]bool  // layer/id of what was edited
	drawn  map[string]bool  // tiles that the scenario has of its own
	areas  map[string][]geo.Extent
}

func (x *tileTest) want(t *testing.T, c tiles.Coord, set string) []byte {
	t.Helper()
	infos, err := tileLayers(t.Context(), x.read, set)
	if err != nil {
		t.Fatal(err)
	}
	tile, err := tiles.Encode(t.Context(), c, sources(infos, x.read), tiles.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return tile.Data
}

// check asks for every tile. fresh are the places, by layer, of what was edited last:
// just the tiles that they touch may be drawn.
func (x *tileTest) check(t *testing.T, fresh map[string][]geo.Extent) (n counts) {
	t.Helper()
	near := func(c tiles.Coord, set string, areas map[string][]geo.Extent) bool {
		window := tiles.Reach(c, tiles.Options{})
		for layer := range strings.SplitSeq(set, ",") {
			if slices.ContainsFunc(areas[layer], func(e geo.Extent) bool { return e.Touches(window) }) {
				return true
			}
		}
		return false
	}
	for layer, areas := range fresh {
		x.areas[layer] = append(x.areas[layer], areas...)
	}
	for _, set := range x.sets {
		for _, c := range x.coords {
			before := scenarioCounts(t, x.s)
			path := fmt.Sprintf("/tiles/%s/%s.mvt", set, c)
			w := call{path: path + "?scenario=" + x.id}.do(t, x.s)
			after := scenarioCounts(t, x.s)
			if !bytes.Equal(w.Body.Bytes(), x.want(t, c, set)) {
				t.Fatalf("%s: not the tile of the edited store (status %d)", path, w.Code)
			}
			got := counts{after.base - before.base, after.hit - before.hit, after.miss - before.miss}
			want := counts{base: 1}
			switch key := path; {
			case near(c, set, fresh), near(c, set, x.areas) && !x.drawn[key]:
				want, x.drawn[key] = counts{miss: 1}, true
			case near(c, set, x.areas):
				want = counts{hit: 1}
			}
			if got != want {
				t.Fatalf("%s: %+v, want %+v", path, got, want)
			}
			if base := (call{path: path}).do(t, x.s); got.base == 1 && base.Header().Get("ETag") != w.Header().Get("ETag") {
				t.Fatalf("%s: the tile of the base under another ETag", path)
			}
			n.base, n.hit, n.miss = n.base+got.base, n.hit+got.hit, n.miss+got.miss
		}
	}
	return n
}

// After every edit the tiles of a scenario are, to the byte, those of a store in which
// it was made for good; only tiles that the edit comes near are drawn, and all that no
// edit comes near are the base's.
func TestScenarioTiles(t *testing.T) {
	store := memory.New()
	if err := pipeline.LoadDemo(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	twin := memory.New()
	if err := pipeline.LoadDemo(t.Context(), twin); err != nil {
		t.Fatal(err)
	}
	s, err := New(t.Context(), store, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	x := &tileTest{s: s, id: create(t, s, "瓦片"), twin: twin, read: snapshot.New(twin, 1<<30),
		sets:   []string{"buildings,ways", "devices", "facilities,devices,communities"},
		drawn:  make(map[string]bool),
		areas:  make(map[string][]geo.Extent),
		marked: make(map[string]bool),
	}
	e := extentOf(t, store, "buildings")
	for c := range tiles.Cover(e, 13, 16) {
		x.coords = append(x.coords, c)
	}
	if n := x.check(t, nil); n.base != len(x.sets)*len(x.coords) {
		t.Errorf("an empty scenario: %+v of %d tiles", n, len(x.sets)*len(x.coords))
	}
	rng := rand.New(rand.NewPCG(7, 1))
	for round := range 4 {
		fresh := x.edit(t, rng)
		n := x.check(t, fresh)
		if n.miss == 0 || n.base == 0 {
			t.Errorf("round %d: %+v", round, n)
		}
		if again := x.check(t, nil); again.miss != 0 || again.base != n.base {
			t.Errorf("round %d: asked again %+v, before %+v", round, again, n)
		}
	}
	x.baseMovesOn(t, store)
}

func extentOf(t *testing.T, r layers.Reader, layer string) geo.Extent {
	t.Helper()
	infos, err := r.Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range infos {
		if info.Schema.Layer == layer {
			return info.Extent
		}
	}
	t.Fatalf("there is no layer %s", layer)
	return geo.Extent{}
}

// edit makes a few edits in the scenario and in the twin, and gives the places that they
// touch: a lamp moves, a building goes, a new lamp comes, an attribute changes.
func (x *tileTest) edit(t *testing.T, rng *rand.Rand) map[string][]geo.Extent {
	t.Helper()
	lamp, house, venue := x.pick(t, rng, "devices"), x.pick(t, rng, "buildings"), x.pick(t, rng, "facilities")
	centre := geo.ExtentOf(lamp.Geometry).Centre()
	to := orb.Point{centre[0] + 0.002*(rng.Float64()-0.5), centre[1] + 0.002*(rng.Float64()-0.5)}
	fresh := orb.Point{centre[0] + 0.0001, centre[1]}
	id := fmt.Sprintf("new-%d", rng.Int64())
	edit(t, x.s, x.id, appends(
		obj{"layer": "devices", "op": "move", "id": lamp.ID, "geometry": obj{"type": "Point", "coordinates": to}},
		obj{"layer": "buildings", "op": "delete", "id": house.ID},
		newLamp(id, fresh),
		obj{"layer": "facilities", "op": "change", "id": venue.ID, "set": obj{"name": "改名 " + id}}))
	moved, changed := lamp.Clone(), venue.Clone()
	moved.Geometry = to
	changed.Set("name", "改名 "+id)
	if _, err := x.twin.Apply(t.Context(), layers.Batch{Edits: []layers.Edit{
		{Layer: "devices", Op: layers.Update, Feature: moved},
		{Layer: "buildings", Op: layers.Delete, Feature: house},
		{Layer: "devices", Op: layers.Add, Feature: geo.Feature{ID: id, Geometry: fresh, Attributes: map[string]any{"kind": "lamp", "smart": true}}},
		{Layer: "facilities", Op: layers.Update, Feature: changed},
	}}); err != nil {
		t.Fatal(err)
	}
	return map[string][]geo.Extent{
		"devices":    {geo.ExtentOf(lamp.Geometry), geo.ExtentOf(to), geo.ExtentOf(fresh)},
		"buildings":  {geo.ExtentOf(house.Geometry)},
		"facilities": {geo.ExtentOf(venue.Geometry)},
	}
}

// pick gives a feature that was not edited yet.
func (x *tileTest) pick(t *testing.T, rng *rand.Rand, layer string) geo.Feature {
	t.Helper()
	var all []geo.Feature
	for f, err := range x.twin.Features(t.Context(), layer, layers.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if !x.marked[layer+"/"+f.ID] && f.Geometry != nil {
			all = append(all, f)
		}
	}
	f := all[rng.IntN(len(all))]
	x.marked[layer+"/"+f.ID] = true
	return f
}

// baseMovesOn edits the base: the scenario goes on showing what it was pinned to.
func (x *tileTest) baseMovesOn(t *testing.T, store *memory.Store) {
	t.Helper()
	f := firstFeature(t, store, "devices")
	f.Geometry = orb.Point{f.Geometry.(orb.Point)[0] + 0.0005, f.Geometry.(orb.Point)[1]}
	if _, err := store.Apply(t.Context(), layers.Batch{Edits: []layers.Edit{{Layer: "devices", Op: layers.Update, Feature: f}}}); err != nil {
		t.Fatal(err)
	}
	for _, set := range x.sets {
		before := scenarioCounts(t, x.s)
		for _, c := range x.coords {
			w := call{path: fmt.Sprintf("/tiles/%s/%s.mvt?scenario=%s", set, c, x.id)}.do(t, x.s)
			if !bytes.Equal(w.Body.Bytes(), x.want(t, c, set)) {
				t.Fatalf("%s %s: the base shows through", set, c)
			}
		}
		after := scenarioCounts(t, x.s)
		if shared := after.base > before.base; shared != !strings.Contains(set, "devices") {
			t.Errorf("%s: tiles of the base %v", set, shared)
		}
	}
	if sc := get[scenarioBody](t, x.s, "/api/scenarios/"+x.id); !sc.Behind {
		t.Error("the scenario does not say that its base moved on")
	}
}

// Tiles that are asked for while two people edit are, once it is quiet, those of what
// both made.
func TestTilesWhileEdited(t *testing.T) {
	store := memory.New()
	fill(t, store)
	twin := memory.New()
	fill(t, twin)
	s, err := New(t.Context(), store, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	x := &tileTest{s: s, id: create(t, s, "同时"), twin: twin, read: snapshot.New(twin, 1<<30)}
	for c := range tiles.Cover(extentOf(t, store, "devices"), 13, 14) {
		x.coords = append(x.coords, c)
	}
	path := func(c tiles.Coord) string { return fmt.Sprintf("/tiles/devices/%s.mvt?scenario=%s", c, x.id) }
	var editors, readers sync.WaitGroup
	quiet := make(chan struct{})
	for range 3 {
		readers.Go(func() {
			for {
				for _, c := range x.coords {
					if w := (call{path: path(c)}).do(t, s); w.Code >= 300 {
						t.Errorf("%s: status %d: %s", c, w.Code, w.Body)
					}
				}
				select {
				case <-quiet:
					return
				default:
				}
			}
		})
	}
	for who := range 2 {
		editors.Go(func() {
			for n := range 6 {
				lamp := fmt.Sprintf("lamp-%02d", 2*n+who)
				body := fmt.Sprintf(`{"steps":[{"do":"append","edit":{"layer":"devices","op":"move","id":%q,"geometry":{"type":"Point","coordinates":[%v,%v]}}}]}`,
					lamp, place[0]+float64(n)*0.006, place[1]+0.001*float64(who+1))
				if w := (call{method: "POST", path: "/api/scenarios/" + x.id + "/edits", body: body}).do(t, s); w.Code != 200 {
					t.Errorf("%s: status %d: %s", lamp, w.Code, w.Body)
				}
			}
		})
	}
	editors.Wait()
	close(quiet)
	readers.Wait()
	var moves []layers.Edit
	for who := range 2 {
		for n := range 6 {
			moves = append(moves, layers.Edit{Layer: "devices", Op: layers.Update, Feature: geo.Feature{
				ID: fmt.Sprintf("lamp-%02d", 2*n+who), Geometry: orb.Point{place[0] + float64(n)*0.006, place[1] + 0.001*float64(who+1)},
				Attributes: map[string]any{"kind": "lamp", "smart": who == 0}}})
		}
	}
	if _, err := twin.Apply(t.Context(), layers.Batch{Edits: moves}); err != nil {
		t.Fatal(err)
	}
	for _, c := range x.coords {
		if w := (call{path: path(c)}).do(t, s); !bytes.Equal(w.Body.Bytes(), x.want(t, c, "devices")) {
			t.Errorf("%s: not the tile of what both made", c)
		}
	}
}

// Only so many scenarios keep tiles in memory; one that was let go draws again.
func TestDrawingsAreBounded(t *testing.T) {
	s, _ := serve(t)
	var c tiles.Coord
	for c = range tiles.Cover(geo.ExtentOf(place), 16, 16) {
		break
	}
	var ids []string
	ask := func(id string) { call{path: "/tiles/devices/" + c.String() + ".mvt?scenario=" + id}.do(t, s) }
	for n := range maxDrawn + 3 {
		id := create(t, s, fmt.Sprint("方案 ", n))
		edit(t, s, id, appends(newLamp("x", place)))
		ask(id)
		ids = append(ids, id)
	}
	if n := len(s.drawn.list); n != maxDrawn {
		t.Errorf("%d scenarios keep tiles, want %d", n, maxDrawn)
	}
	before := scenarioCounts(t, s)
	ask(ids[len(ids)-1])
	ask(ids[0])
	after := scenarioCounts(t, s)
	if got := (counts{after.base - before.base, after.hit - before.hit, after.miss - before.miss}); got != (counts{hit: 1, miss: 1}) {
		t.Errorf("the newest and the oldest: %+v, want a hit and a miss", got)
	}
}
