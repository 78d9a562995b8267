package walk

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"

	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/crs"
	"yiju/internal/sample"
)

// Real towns for tests and benchmarks, read with as little mapping as a walk needs.

type town struct {
	once  sync.Once
	scene *analysis.Scene
	err   error
}

var towns = map[string]*town{
	"osm-neuss/neuss-s11.osm.pbf":              {},
	"osm-monaco/monaco-2021-04-19.osm.pbf":     {},
	"osm-dem-pop-porto-alegre/poa_osm.pbf":     {},
	"osm-dem-pop-porto-alegre/poa_hexgrid.csv": {},
}

// readTown reads a town once for all tests; nobody changes it.
func readTown(t testing.TB, file string) *analysis.Scene {
	t.Helper()
	path := sample.Path(t, file)
	one := towns[file]
	one.once.Do(func() { one.scene, one.err = readPBF(path) })
	if one.err != nil {
		t.Fatal(one.err)
	}
	return one.scene
}

func neuss(t testing.TB) *analysis.Scene { return readTown(t, "osm-neuss/neuss-s11.osm.pbf") }

func monaco(t testing.TB) *analysis.Scene { return readTown(t, "osm-monaco/monaco-2021-04-19.osm.pbf") }

// portoAlegre is the street network of Porto Alegre with the 1227 cells of the
// population grid as buildings, as wide as the grid's hexagons, and 120 venues
// at junctions drawn by lot: the extract has hardly any buildings and no venues.
func portoAlegre(t testing.TB) *analysis.Scene {
	t.Helper()
	scene := *readTown(t, "osm-dem-pop-porto-alegre/poa_osm.pbf")
	cells, err := readCells(sample.Path(t, "osm-dem-pop-porto-alegre/poa_hexgrid.csv"), scene.CRS)
	if err != nil {
		t.Fatal(err)
	}
	layers := map[string][]geo.Feature{"buildings": cells}
	for _, name := range []string{"ways", "barriers", "entrances", "crossings"} {
		layers[name] = scene.Layers[name]
	}
	rng := rand.New(rand.NewPCG(3, 9))
	for i := range 120 {
		way := scene.Layers["ways"][rng.IntN(len(scene.Layers["ways"]))]
		line, ok := way.Geometry.(orb.LineString)
		if !ok {
			continue
		}
		layers["facilities"] = append(layers["facilities"], geo.Feature{
			ID: fmt.Sprintf("v%03d", i), Geometry: line[0], Attributes: map[string]any{"category": "sport/pitch"},
		})
	}
	scene.Layers = layers
	return &scene
}

func readCells(path, to string) ([]geo.Feature, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(bufio.NewReader(f)).ReadAll()
	if err != nil {
		return nil, err
	}
	column := func(name string) int { return slices.Index(rows[0], name) }
	id, lon, lat, pop := column("id"), column("lon"), column("lat"), column("population")
	var out []geo.Feature
	for _, r := range rows[1:] {
		x, err1 := strconv.ParseFloat(r[lon], 64)
		y, err2 := strconv.ParseFloat(r[lat], 64)
		n, err3 := strconv.ParseFloat(r[pop], 64)
		if err1 != nil || err2 != nil || err3 != nil {
			return nil, fmt.Errorf("row %v", r)
		}
		out = append(out, geo.Feature{ID: r[id], Geometry: orb.Point{x, y}, Attributes: map[string]any{"use": "residential", "residents": int64(n)}})
	}
	tr, err := crs.New(crs.WGS84, to)
	if err != nil {
		return nil, err
	}
	if err := tr.ForwardFeatures(out); err != nil {
		return nil, err
	}
	for i := range out {
		p := out[i].Geometry.(orb.Point)
		out[i].Geometry = pointExtent(p, 150).Polygon()
	}
	analysis.SortByID(out)
	return out, nil
}

// readPBF makes a scene of an extract; the community is the middle half of it.
func readPBF(path string) (*analysis.Scene, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	nodes := make(map[osm.NodeID]orb.Point)
	layers := make(map[string][]geo.Feature)
	s := osmpbf.New(context.Background(), f, 2)
	defer s.Close()
	for s.Scan() {
		switch o := s.Object().(type) {
		case *osm.Node:
			nodes[o.ID] = orb.Point{o.Lon, o.Lat}
			mapObject(layers, fmt.Sprintf("n%d", o.ID), o.Tags.Map(), nodes[o.ID])
		case *osm.Way:
			line := make(orb.LineString, 0, len(o.Nodes))
			for _, n := range o.Nodes {
				if p, ok := nodes[n.ID]; ok {
					line = append(line, p)
				}
			}
			if len(line) > 1 {
				mapObject(layers, fmt.Sprintf("w%d", o.ID), o.Tags.Map(), line)
			}
		}
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	return project(layers)
}

func project(layers map[string][]geo.Feature) (*analysis.Scene, error) {
	extent := geo.EmptyExtent()
	for _, f := range layers["facilities"] {
		extent = extent.Union(geo.ExtentOf(f.Geometry))
	}
	for _, f := range layers["ways"][:50] {
		extent = extent.Union(geo.ExtentOf(f.Geometry))
	}
	to, err := crs.Working(extent.Centre())
	if err != nil {
		return nil, err
	}
	tr, err := crs.New(crs.WGS84, to)
	if err != nil {
		return nil, err
	}
	for _, features := range layers {
		if err := tr.ForwardFeatures(features); err != nil {
			return nil, err
		}
		analysis.SortByID(features)
	}
	all := geo.EmptyExtent()
	for _, name := range []string{"buildings", "facilities"} {
		for _, f := range layers[name] {
			all = all.Union(geo.ExtentOf(f.Geometry))
		}
	}
	w, h := all.MaxX-all.MinX, all.MaxY-all.MinY
	middle := geo.Extent{MinX: all.MinX + w/4, MinY: all.MinY + h/4, MaxX: all.MaxX - w/4, MaxY: all.MaxY - h/4}
	return &analysis.Scene{CRS: to, Layers: layers, Community: geo.Feature{ID: "middle", Geometry: middle.Polygon()}}, nil
}

var wayClasses = strings.Fields("footway path steps pedestrian corridor elevator cycleway living_street service residential unclassified tertiary secondary primary trunk motorway track construction proposed")

func mapObject(layers map[string][]geo.Feature, id string, tags map[string]string, g orb.Geometry) {
	put := func(layer string, g orb.Geometry, attributes map[string]any) {
		for k, v := range attributes {
			if v == "" {
				delete(attributes, k)
			}
		}
		layers[layer] = append(layers[layer], geo.Feature{ID: id, Geometry: g, Attributes: attributes})
	}
	foot := footOf(tags)
	line, isLine := g.(orb.LineString)
	closed := isLine && len(line) > 3 && line[0] == line[len(line)-1]
	area := g
	if closed {
		area = orb.Polygon{orb.Ring(line)}
	}
	switch class := baseClass(tags["highway"]); {
	case isLine && slices.Contains(wayClasses, class):
		way := g
		if closed && tags["area"] == "yes" {
			way = area
		}
		put("ways", way, wayAttributes(class, foot, tags))
	case !isLine && tags["highway"] == "crossing":
		kind := map[string]string{"traffic_signals": "signals", "marked": "zebra", "zebra": "zebra", "uncontrolled": "zebra", "unmarked": "unmarked"}[tags["crossing"]]
		put("crossings", g, map[string]any{"kind": kind})
	}
	if kind := tags["barrier"]; kind != "" && kind != "entrance" {
		put("barriers", g, map[string]any{"kind": kind, "foot": foot})
	}
	if tags["building"] != "" && closed {
		put("buildings", area, map[string]any{})
	}
	if !isLine && tags["entrance"] != "" {
		put("entrances", g, map[string]any{"kind": "building_door"})
	}
	category := map[string]string{"pitch": "sport/pitch", "sports_centre": "sport/sports_centre", "fitness_station": "sport/fitness_station", "track": "sport/track", "sports_hall": "sport/hall", "stadium": "sport/stadium", "fitness_centre": "sport/fitness_centre"}[tags["leisure"]]
	if category != "" && (closed || !isLine) {
		put("facilities", area, map[string]any{"category": category, "name": tags["name"], "foot": foot})
	}
}

func footOf(tags map[string]string) string {
	for _, key := range []string{"foot", "access"} {
		switch tags[key] {
		case "yes", "designated", "permissive", "destination":
			return "yes"
		case "no", "use_sidepath":
			return "no"
		case "private", "customers":
			return tags[key]
		}
	}
	return ""
}

func wayAttributes(class, foot string, tags map[string]string) map[string]any {
	a := map[string]any{"class": class, "foot": foot, "surface": tags["surface"], "oneway_foot": tags["oneway:foot"], "wheelchair": tags["wheelchair"]}
	if tags["bridge"] != "" && tags["bridge"] != "no" {
		a["bridge"] = true
	}
	if tags["tunnel"] != "" && tags["tunnel"] != "no" {
		a["tunnel"] = true
	}
	if level, err := strconv.ParseFloat(tags["level"], 64); err == nil {
		a["level"] = level
	}
	if incline, err := strconv.ParseFloat(strings.TrimSuffix(tags["incline"], "%"), 64); err == nil {
		a["incline_pct"] = incline
	}
	if tags["footway"] == "crossing" {
		a["crossing"] = map[string]string{"traffic_signals": "signals", "marked": "zebra", "zebra": "zebra", "uncontrolled": "zebra", "unmarked": "unmarked"}[tags["crossing"]]
	}
	return a
}

func TestRealTowns(t *testing.T) {
	for name, scene := range map[string]*analysis.Scene{"neuss": neuss(t), "monaco": monaco(t)} {
		t.Run(name, func(t *testing.T) {
			p := profile(t, "adult")
			n, err := BuildNetwork(scene, p)
			if err != nil {
				t.Fatal(err)
			}
			t.Log(n.Size())
			got, err := RunOn(n, Params{Categories: []string{"sport"}, MinutesCutoffs: []float64{5, 10, 15}, Radii: []Cutoff{{15, 1000}, {10, 500}}, Profile: p})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range got.Layers {
				t.Log(l.Schema.Layer, len(l.Features))
				for i := range l.Features {
					if problems := l.Schema.Check(&l.Features[i]); len(problems) > 0 {
						t.Fatal(problems)
					}
				}
			}
			for _, v := range got.Values {
				if v.Value != nil {
					t.Logf("%s %.2f%s (%v / %v)", v.ID, *v.Value, v.Unit, deref(v.Numerator), deref(v.Denominator))
				} else {
					t.Log(v.ID, v.Missing)
				}
			}
			for _, note := range got.Notes {
				t.Log(note.Code, note.Count, note.Text.EN, note.IDs)
			}
		})
	}
}

func deref(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}
