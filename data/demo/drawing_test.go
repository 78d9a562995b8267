package demo_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"yiju/data/demo"
	"yiju/geo"
	"yiju/geo/index"
	"yiju/geo/overlay"
)

func TestPolygonsAreValid(t *testing.T) {
	for _, layer := range demo.Layers() {
		for _, f := range scene(t, layer) {
			if reason, err := overlay.Invalid(f.Geometry); err != nil || reason != "" {
				t.Errorf("%s/%s: %s %v", layer, f.ID, reason, err)
			}
		}
	}
}

// shrunk makes room for the rounding of coordinates.
func shrunk(t *testing.T, g orb.Geometry) orb.Geometry {
	t.Helper()
	out, err := overlay.Buffer(g, -0.05, overlay.Round)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestBuildingsStandFree(t *testing.T) {
	buildings := scene(t, "buildings")
	byPlace := index.New(buildings)
	for i, f := range buildings {
		own := shrunk(t, f.Geometry)
		for _, j := range byPlace.Touching(geo.ExtentOf(f.Geometry)) {
			if j <= i {
				continue
			}
			if hit, err := overlay.Intersects(own, buildings[j].Geometry); err != nil || hit {
				t.Errorf("%s stands on %s (%v)", f.ID, buildings[j].ID, err)
			}
		}
	}
}

// No building stands on a way, as wide as the way is. Ways to a door end at it.
func TestWaysAreClear(t *testing.T) {
	buildings := scene(t, "buildings")
	byPlace := index.New(buildings)
	for _, way := range scene(t, "ways") {
		road := way.Geometry
		if class := text(way, "class"); class != "footway" {
			road = roadway(t, way)
		}
		for _, j := range byPlace.Touching(geo.ExtentOf(road)) {
			if hit, err := overlay.Intersects(shrunk(t, buildings[j].Geometry), road); err != nil || hit {
				t.Errorf("%s (%s) stands on %s %s (%v)", buildings[j].ID, text(buildings[j], "name"), way.ID, text(way, "name"), err)
			}
		}
	}
}

// roadway is the land that a way takes: its line as wide as the way, or its area.
func roadway(t *testing.T, way geo.Feature) orb.Geometry {
	t.Helper()
	width, known := way.Number("width_m")
	if _, isLine := way.Geometry.(orb.LineString); !isLine || !known {
		return way.Geometry
	}
	out, err := overlay.Buffer(way.Geometry, width/2, overlay.Flat)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Lawns lie beside buildings and roads.
func TestLawnsLieFree(t *testing.T) {
	hard := slices.Clone(scene(t, "buildings"))
	for _, way := range scene(t, "ways") {
		if class := text(way, "class"); class != "footway" && class != "path" && class != "steps" {
			hard = append(hard, geo.Feature{ID: way.ID, Geometry: roadway(t, way)})
		}
	}
	byPlace := index.New(hard)
	for _, lawn := range where(scene(t, "greens"), "kind", "lawn") {
		own := shrunk(t, lawn.Geometry)
		for _, j := range byPlace.Touching(geo.ExtentOf(own)) {
			if hit, err := overlay.Intersects(own, hard[j].Geometry); err != nil || hit {
				t.Errorf("%s lies on %s (%v)", lawn.ID, hard[j].ID, err)
			}
		}
	}
}

// What stands outside stands outside, pipes run beside buildings, antennas are on
// the roofs that they name.
func TestThingsAreWhereTheyBelong(t *testing.T) {
	buildings := scene(t, "buildings")
	byPlace := index.New(buildings)
	for _, layer := range []string{"devices", "cameras", "pipe_nodes"} {
		for _, f := range scene(t, layer) {
			for _, j := range byPlace.Touching(geo.ExtentOf(f.Geometry)) {
				if geo.Inside(buildings[j].Geometry, first(f.Geometry)) {
					t.Errorf("%s/%s %s stands inside %s", layer, f.ID, text(f, "name"), buildings[j].ID)
				}
			}
		}
	}
	for _, pipe := range scene(t, "pipes") {
		for _, j := range byPlace.Touching(geo.ExtentOf(pipe.Geometry)) {
			if hit, err := overlay.Intersects(pipe.Geometry, buildings[j].Geometry); err != nil || hit {
				t.Errorf("%s runs under %s (%v)", pipe.ID, buildings[j].ID, err)
			}
		}
	}
	standsOn := byID(buildings)
	for _, cell := range scene(t, "cells") {
		on, ok := standsOn[text(cell, "on_building")]
		roof, _ := on.Number("height_m")
		height, _ := cell.Number("height_m")
		if !ok || !geo.Inside(on.Geometry, first(cell.Geometry)) || height <= roof {
			t.Errorf("%s at %g m is not on the roof of %q (%g m)", cell.ID, height, on.ID, roof)
		}
	}
}

// A compound is closed by its wall: what the wall leaves open are as many gaps as
// it has gates, each with its gate in the middle.
func TestWallsAreClosedExceptAtGates(t *testing.T) {
	var walls []orb.Geometry
	for _, f := range scene(t, "barriers") {
		if _, ok := f.Geometry.(orb.LineString); ok {
			walls = append(walls, f.Geometry)
		}
	}
	all, err := overlay.Union(walls...)
	if err != nil {
		t.Fatal(err)
	}
	thick, err := overlay.Buffer(all, 0.01, overlay.Flat)
	if err != nil {
		t.Fatal(err)
	}
	barriers := byID(scene(t, "barriers"))
	for _, compound := range scene(t, "compounds") {
		ring := orb.LineString(compound.Geometry.(orb.Polygon)[0])
		open, err := overlay.Difference(ring, thick)
		if err != nil {
			t.Fatal(err)
		}
		gaps := geo.Lines(open)
		gates := where(where(scene(t, "entrances"), "kind", "compound_gate"), "of", compound.ID)
		if len(gaps) != len(gates) || len(gates) < 3 {
			t.Errorf("%s has %d gaps in its wall and %d gates", compound.ID, len(gaps), len(gates))
		}
		for _, gate := range gates {
			at := first(gate.Geometry)
			if bar, ok := barriers["gate-"+gate.ID[len("e-"):]]; !ok || first(bar.Geometry) != at || bar.Attributes["locked"] != gate.Attributes["locked"] {
				t.Errorf("%s has no barrier at its place", gate.ID)
			}
			best := math.Inf(1)
			for _, gap := range gaps {
				middle := orb.Point{(gap[0][0] + gap[len(gap)-1][0]) / 2, (gap[0][1] + gap[len(gap)-1][1]) / 2}
				best = min(best, geo.Distance(at, middle))
			}
			if best > 0.05 {
				t.Errorf("%s is %.2f m from the nearest gap", gate.ID, best)
			}
		}
	}
}

// Ways cross walls only at gates, else walking would go through walls.
func TestWaysCrossNoWall(t *testing.T) {
	ways := scene(t, "ways")
	byPlace := index.New(ways)
	for _, wall := range scene(t, "barriers") {
		if _, ok := wall.Geometry.(orb.LineString); !ok {
			continue
		}
		for _, j := range byPlace.Touching(geo.ExtentOf(wall.Geometry)) {
			if hit, err := overlay.Intersects(wall.Geometry, ways[j].Geometry); err != nil || hit {
				t.Errorf("%s %s crosses %s (%v)", ways[j].ID, text(ways[j], "name"), wall.ID, err)
			}
		}
	}
}

// The streets go on for at least 1.3 km on every side of the community.
func TestSurroundingsReachFar(t *testing.T) {
	const least_m = 1300
	inner, outer := geo.ExtentOf(community(t).Geometry), geo.EmptyExtent()
	for _, f := range scene(t, "ways") {
		outer = outer.Union(geo.ExtentOf(f.Geometry))
	}
	for side, d := range map[string]float64{
		"west": inner.MinX - outer.MinX, "east": outer.MaxX - inner.MaxX, "south": inner.MinY - outer.MinY, "north": outer.MaxY - inner.MaxY,
	} {
		if d < least_m {
			t.Errorf("in the %s the streets end %.0f m from the community", side, d)
		}
	}
	ground := geo.EmptyExtent()
	for _, f := range scene(t, "terrain") {
		ground = ground.Union(geo.ExtentOf(f.Geometry))
	}
	if ground.Union(outer) != ground {
		t.Error("the terrain does not reach below all streets")
	}
}

// A key point counts as watched here when a working camera near enough has it in
// its field of view with no building between: simple, but enough to see that the
// cameras were placed with sense.
func TestKeypointsWatched(t *testing.T) {
	buildings := scene(t, "buildings")
	points := only(scene(t, "keypoints"), func(f *geo.Feature) bool { _, ok := f.Geometry.(orb.Point); return ok })
	var watched []geo.Feature
	for _, k := range points {
		if watchedBy(scene(t, "cameras"), buildings, first(k.Geometry)) != "" {
			watched = append(watched, k)
		}
	}
	if got := 100 * float64(len(watched)) / float64(len(points)); got != 80 {
		t.Errorf("%g %% of gates and garages are watched, want 80: %v of %v", got, ids(watched), ids(points))
	}
}

func watchedBy(cameras, buildings []geo.Feature, at orb.Point) string {
	const recognise_pxPerM = 125
	for _, c := range cameras {
		number := func(name string) float64 { n, _ := c.Number(name); return n }
		from := first(c.Geometry)
		d := geo.Distance(from, at)
		half := number("hfov_deg") / 2
		turn := math.Mod(math.Atan2(at[0]-from[0], at[1]-from[1])*180/math.Pi-number("azimuth_deg")+540, 360) - 180
		density := number("pixels_w") / (2 * d * math.Tan(half*math.Pi/180))
		if c.Attributes["working"] != true || d > number("range_m") || math.Abs(turn) > half || density < recognise_pxPerM {
			continue
		}
		if !blocked(buildings, from, at) {
			return c.ID
		}
	}
	return ""
}

func blocked(buildings []geo.Feature, from, to orb.Point) bool {
	// The end lies on the wall of a garage, so the last centimetres do not count.
	sight := orb.LineString{from, {from[0] + 0.98*(to[0]-from[0]), from[1] + 0.98*(to[1]-from[1])}}
	for _, b := range buildings {
		if !geo.ExtentOf(b.Geometry).Touches(geo.ExtentOf(sight)) {
			continue
		}
		if hit, err := overlay.Intersects(b.Geometry, sight); err != nil || hit {
			return true
		}
	}
	return false
}

func ExampleFeatures() {
	compounds, err := demo.Features("compounds")
	if err != nil {
		panic(err)
	}
	for _, f := range compounds {
		name, _ := f.Text("name")
		households, _ := f.Number("households")
		fmt.Println(f.ID, name, households)
	}
	// Output:
	// compound-1 松涛苑 2925
	// compound-2 清溪里 1454
}
