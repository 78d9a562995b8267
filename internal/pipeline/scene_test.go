package pipeline

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/crs"
	"yiju/geo/raster"
	"yiju/layers"
	"yiju/layers/memory"
)

// square is a polygon in degrees around a place, about half_m metres each way.
func square(centre orb.Point, half_m float64) orb.Polygon {
	return growMetres(geo.ExtentOf(centre), half_m).Polygon()
}

var (
	taian  = orb.Point{117.09, 36.17}
	yantai = orb.Point{121.39, 37.54}
)

func fill(t *testing.T, edits ...layers.Edit) *memory.Store {
	t.Helper()
	s := memory.New()
	if len(edits) == 0 {
		return s
	}
	if _, err := s.Apply(t.Context(), layers.Batch{Edits: edits}); err != nil {
		t.Fatal(err)
	}
	return s
}

func put(layer, id string, g orb.Geometry, attributes map[string]any) layers.Edit {
	return layers.Edit{Layer: layer, Op: layers.Put, Feature: geo.Feature{ID: id, Geometry: g, Attributes: attributes}}
}

func community(id, name string, at orb.Point) layers.Edit {
	return put("communities", id, square(at, 300), map[string]any{"name": name})
}

func TestGrowMetresReachesFarEnough(t *testing.T) {
	for _, at := range []orb.Point{taian, {6.68, 51.2}, {-51.2, -30}, {10, 70}} {
		system, err := crs.Working(at)
		if err != nil {
			t.Fatal(err)
		}
		tr, err := crs.New(crs.WGS84, system)
		if err != nil {
			t.Fatal(err)
		}
		here, err := tr.ForwardPoint(at)
		if err != nil {
			t.Fatal(err)
		}
		e := growMetres(geo.ExtentOf(at), 1000)
		for _, corner := range []orb.Point{{e.MinX, at[1]}, {e.MaxX, at[1]}, {at[0], e.MinY}, {at[0], e.MaxY}} {
			p, err := tr.ForwardPoint(corner)
			if err != nil {
				t.Fatal(err)
			}
			if d := geo.Distance(here, p); d < 999.5 || d > 1100 {
				t.Errorf("at %v the edge is %.1f m away, want 1000 m or a little more", at, d)
			}
		}
	}
}

func TestChooseCommunity(t *testing.T) {
	one := []layers.Edit{community("c1", "东湖社区", taian)}
	two := append(one, community("c2", "西湖社区", yantai))
	setting := append(two, put("settings", "workspace", nil, map[string]any{"community": "c2"}))
	for _, tc := range []struct {
		name, asked, want, refused string
		edits                      []layers.Edit
	}{
		{name: "the only one", edits: one, want: "c1"},
		{name: "by id", edits: two, asked: "c2", want: "c2"},
		{name: "by name", edits: two, asked: "东湖社区", want: "c1"},
		{name: "by setting", edits: setting, want: "c2"},
		{name: "asked beats setting", edits: setting, asked: "c1", want: "c1"},
		{name: "two and none named", edits: two, refused: "2 communities"},
		{name: "unknown", edits: two, asked: "c9", refused: `no community "c9"`},
		{name: "none at all", edits: []layers.Edit{put("greens", "g", square(taian, 10), nil)}, refused: "no community boundary"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := fill(t, tc.edits...)
			got, err := chooseCommunity(t.Context(), s, 0, tc.asked)
			if tc.refused != "" {
				if fault := geo.AsFault(err); fault == nil || !strings.Contains(fault.What.EN, tc.refused) || len(fault.Fix) == 0 {
					t.Errorf("got %v, want a fault about %q with a remedy", err, tc.refused)
				}
				return
			}
			if err != nil || got.ID != tc.want {
				t.Errorf("got %q, %v; want %q", got.ID, err, tc.want)
			}
		})
	}
}

// A scene holds what lies within the margin and nothing beyond, in metres.
func TestReadScene(t *testing.T) {
	east := func(metres float64) orb.Point {
		e := growMetres(geo.ExtentOf(taian), metres)
		return orb.Point{e.MaxX, taian[1]}
	}
	s := fill(t, community("c", "社区", taian),
		put("facilities", "inside", taian, nil),
		put("facilities", "near", east(700), nil),
		put("facilities", "far", east(1500), nil))
	sc, err := readScene(t.Context(), s, sceneSpec{layers: []string{"facilities", "ways"}, margin_m: 500, at: 1})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range sc.Layers["facilities"] {
		ids = append(ids, f.ID)
	}
	if strings.Join(ids, " ") != "inside near" {
		t.Errorf("facilities %v, want inside and near", ids)
	}
	if sc.CRS != "EPSG:4548" {
		t.Errorf("CRS %q, want EPSG:4548", sc.CRS)
	}
	if area := geo.Area(sc.Community.Geometry); math.Abs(area-360_000) > 8_000 {
		t.Errorf("community of %.0f m², want about 360000: not in metres?", area)
	}
	if sc.Layers["ways"] != nil || sc.Terrain != nil {
		t.Error("layers that do not exist must be empty, not an error")
	}
}

func TestEmptyWorkspaceSaysWhatToDo(t *testing.T) {
	_, err := New(memory.New()).Walk(context.Background(), WalkRequest{})
	if fault := geo.AsFault(err); fault == nil || len(fault.Fix) == 0 {
		t.Errorf("got %v, want a fault with a remedy", err)
	}
}

// Heights are read through the store in the grid's own system: a plane that rises
// 1 m for each 0.001° of latitude is found again in metres of the working CRS.
func TestSceneTerrain(t *testing.T) {
	const n = 300 // more than one tile a side
	grid := &raster.Grid{CRS: crs.WGS84, West: 117.07, North: 36.19, StepX: 0.0002, StepY: 0.0002, Cols: n, Rows: n, Z: make([]float32, n*n)}
	for row := range n {
		for col := range n {
			grid.Z[row*n+col] = float32((grid.North - float64(row)*grid.StepY - 36) * 1000)
		}
	}
	edits := []layers.Edit{community("c", "社区", taian)}
	for i, tile := range grid.Tiles(256) {
		f, err := tile.Grid.Feature(string(rune('a' + i)))
		if err != nil {
			t.Fatal(err)
		}
		edits = append(edits, layers.Edit{Layer: "terrain", Op: layers.Add, Feature: f})
	}
	s := fill(t, edits...)
	sc, err := readScene(t.Context(), s, sceneSpec{margin_m: 6000, at: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []orb.Point{taian, {117.1, 36.18}, {117.0711, 36.1391}, {117.1212, 36.1388}} {
		m, err := sc.transform.ForwardPoint(p)
		if err != nil {
			t.Fatal(err)
		}
		z, ok := sc.Terrain.HeightAt(m)
		if want := (p[1] - 36) * 1000; !ok || math.Abs(z-want) > 0.01 {
			t.Errorf("height at %v is %.3f (%v), want %.3f", p, z, ok, want)
		}
	}
	if _, ok := sc.Terrain.HeightAt(orb.Point{0, 0}); ok {
		t.Error("a height where there is no terrain")
	}
}
