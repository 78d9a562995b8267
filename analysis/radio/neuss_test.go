package radio

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"

	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/crs"
	"yiju/internal/sample"
)

// neuss is a community of side metres in the middle of Neuss, with its buildings from
// OpenStreetMap and made-up cells on their roofs.
func neuss(tb testing.TB, side float64, sites int) *town {
	tb.Helper()
	f, err := os.Open(sample.Path(tb, "osm-neuss/neuss-s11.osm.pbf"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	nodes := make(map[osm.NodeID]orb.Point)
	t := newTown(side)
	var buildings []geo.Feature
	all := geo.EmptyExtent()
	s := osmpbf.New(context.Background(), f, 1)
	defer s.Close()
	for s.Scan() {
		switch o := s.Object().(type) {
		case *osm.Node:
			nodes[o.ID] = orb.Point{o.Lon, o.Lat}
		case *osm.Way:
			if b, ok := osmBuilding(o, nodes); ok {
				buildings = append(buildings, b)
				all = all.Union(geo.ExtentOf(b.Geometry))
			}
		}
	}
	if err := s.Err(); err != nil {
		tb.Fatal(err)
	}
	to, err := crs.Working(all.Centre())
	if err != nil {
		tb.Fatal(err)
	}
	way, err := crs.New(crs.WGS84, to)
	if err != nil {
		tb.Fatal(err)
	}
	if err := way.ForwardFeatures(buildings); err != nil {
		tb.Fatal(err)
	}
	analysis.SortByID(buildings)
	var xs, ys []float64
	for _, b := range buildings {
		c := geo.ExtentOf(b.Geometry).Centre()
		xs, ys = append(xs, c[0]), append(ys, c[1])
	}
	slices.Sort(xs)
	slices.Sort(ys)
	x, y := xs[len(xs)/2], ys[len(ys)/2]
	t.scene.CRS = to
	t.scene.Community.Geometry = rectangle(x-side/2, y-side/2, x+side/2, y+side/2)
	reach := geo.ExtentOf(t.scene.Community.Geometry).Grow(defaultReachM)
	t.scene.Layers["buildings"] = slices.DeleteFunc(buildings, func(b geo.Feature) bool { return !geo.ExtentOf(b.Geometry).Touches(reach) })
	t.onRoofs(geo.ExtentOf(t.scene.Community.Geometry).Grow(200), sites)
	return t
}

func osmBuilding(w *osm.Way, nodes map[osm.NodeID]orb.Point) (geo.Feature, bool) {
	var ring orb.Ring
	for _, n := range w.Nodes {
		if p, ok := nodes[n.ID]; ok {
			ring = append(ring, p)
		}
	}
	if w.Tags.Find("building") == "" || len(ring) < 4 || ring[0] != ring[len(ring)-1] {
		return geo.Feature{}, false
	}
	floors, err := strconv.Atoi(w.Tags.Find("building:levels"))
	if err != nil {
		floors = 1 + rand.New(rand.NewPCG(uint64(w.ID), 1)).IntN(5)
	}
	return geo.Feature{ID: fmt.Sprintf("w%012d", w.ID), Geometry: orb.Polygon{ring}, Attributes: map[string]any{
		"height_m": float64(floors) * FloorM, "households": int64(floors)}}, true
}

// BenchmarkLiveRunNeuss is one edit and the values after it among real buildings, with
// 21 cells.
func BenchmarkLiveRunNeuss(b *testing.B) {
	t := neuss(b, 700, 7)
	b.Logf("%d buildings, %d cells", len(t.scene.Layers["buildings"]), len(t.scene.Layers["cells"]))
	liveRunBenchmarks(b, &t.scene, Params{Thresholds: levelsAndRatio(-95, 0)})
}
